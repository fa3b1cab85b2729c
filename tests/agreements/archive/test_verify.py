"""What a signed PDF or bundle proves offline, and that nothing in it can be changed unnoticed."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tavolo.ledger import cli, containers
from tavolo.ledger.merkle import agreement, words
from tavolo.ledger.merkle.acts import canonical
from tavolo.ledger.merkle.agreement import CANONICAL, PROOF, SEAL, SIGNATURES, check_agreement
from tavolo.ledger.merkle.notes import read_checkpoint
from tests.agreements.archive.papers import Signed, pdf_with, zip_of

run = CliRunner()
Parts = dict[str, bytes]


@pytest.fixture(scope="module")
def signed() -> Signed:
    return Signed()


@pytest.fixture(scope="module")
def parts(signed: Signed) -> Parts:
    return signed.parts()


def codes(report: agreement.AgreementReport) -> set[str]:
    return {one.code for one in (*report.faults, *report.unreadable)}


@pytest.mark.parametrize("container", [zip_of, pdf_with])
@pytest.mark.parametrize("lang", ["it", "en"])
def test_a_whole_file_says_who_signed_what_and_what_is_not_proved(
    parts: Parts, tmp_path: Path, container: Callable[[Parts], bytes], lang: str
) -> None:
    file = tmp_path / "accordo"
    file.write_bytes(container(parts))
    result = run.invoke(cli.verify, [str(file), "--lang", lang, "--text", str(tmp_path / "t.md")])
    assert result.exit_code == 0, result.output
    wanted = {
        "it": ("VERIFICATO", "Siglato da CGIL Milano", "Firmato da Associazione", "UIL", "Non è provato"),
        "en": ("PROVED", "Initialled by CGIL Milano", "Signed by Associazione", "UIL", "Not proved"),
    }
    for one in wanted[lang]:
        assert one in result.output
    assert "## 2 Premio" in (tmp_path / "t.md").read_text()


def test_it_needs_neither_django_nor_a_database(parts: Parts, tmp_path: Path) -> None:
    file = tmp_path / "accordo.pdf"
    file.write_bytes(pdf_with(parts))
    program = (
        "import sys; sys.modules['django'] = None; sys.modules['psycopg'] = None; "
        f"sys.argv = ['verify', {str(file)!r}]; from tavolo.ledger.cli import verify; verify()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_without_the_seal_names_are_said_not_to_be_proved(signed: Signed) -> None:
    report = check_agreement(signed.parts(seal=False))
    assert report.outcome == 0
    assert "names_not_proved" in {one.code for one in report.not_proved}
    assert "names_not_proved" not in {one.code for one in check_agreement(signed.parts()).not_proved}


def leaves(data: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Return the path of every plain value in JSON data."""
    if isinstance(data, dict):
        return [one for key, value in data.items() for one in leaves(value, (*path, key))]
    if isinstance(data, list):
        return [one for place, value in enumerate(data) for one in leaves(value, (*path, place))]
    return [path]


def changed(data: object, path: tuple[object, ...]) -> object:
    """Return the data with the value at a path changed: text, number or hash."""
    if not path:
        if isinstance(data, int):
            return data + 1
        text = str(data)
        return text[:-1] + ("0" if text[-1:] != "0" else "1") if text else "x"
    if isinstance(data, dict):
        return {key: changed(value, path[1:]) if key == path[0] else value for key, value in data.items()}
    assert isinstance(data, list)
    return [changed(value, path[1:]) if place == path[0] else value for place, value in enumerate(data)]


@pytest.mark.parametrize("name", [CANONICAL, SIGNATURES, SEAL])
def test_every_field_of_text_signatures_and_seal_is_held(parts: Parts, name: str) -> None:
    data = json.loads(parts[name])
    for path in leaves(data):
        report = check_agreement({**parts, name: canonical(changed(data, path))})
        assert report.outcome == 1, path


def test_every_field_of_the_proof_is_held(parts: Parts) -> None:
    lines = parts[PROOF].splitlines()
    for number, line in enumerate(lines):
        data = json.loads(line)
        for path in leaves(data):
            other = [*lines[:number], canonical(changed(data, path)), *lines[number + 1 :]]
            report = check_agreement({**parts, PROOF: b"\n".join(other) + b"\n"})
            assert report.outcome != 0, (number, path)


@pytest.mark.parametrize("name", [CANONICAL, SIGNATURES, PROOF])
def test_a_part_cut_off_or_missing_is_never_proved(parts: Parts, name: str) -> None:
    size = len(parts[name])
    for cut in (0, 1, size // 3, size // 2, size - 1):
        assert check_agreement({**parts, name: parts[name][:cut]}).outcome != 0
    rest = {key: value for key, value in parts.items() if key != name}
    assert codes(check_agreement(rest)) == {"parts_missing"}


def test_flipped_bits_are_found(parts: Parts) -> None:
    for name, data in parts.items():
        for place in range(0, len(data), max(1, len(data) // 40)):
            flipped = bytearray(data)
            flipped[place] ^= 1
            assert check_agreement({**parts, name: bytes(flipped)}).outcome != 0, (name, place)


def test_another_text_with_its_own_right_hash_is_found(signed: Signed, parts: Parts) -> None:
    data = json.loads(parts[CANONICAL])
    data["text"]["children"][0]["body"] = "Ogni persona ha *2 ore* l'anno."
    swapped = {**parts, CANONICAL: canonical(data)}
    assert "text_changed" in codes(check_agreement(swapped))
    # The forger mends the hash in signatures.json too, and drops the seal.
    import hashlib

    lines = json.loads(parts[SIGNATURES]) | {"hash": hashlib.sha256(swapped[CANONICAL]).hexdigest()}
    swapped[SIGNATURES] = canonical(lines)
    del swapped[SEAL]
    assert "signature_on_another_text" in codes(check_agreement(swapped))


def test_signatures_cannot_be_swapped_added_doubled_or_left_out(signed: Signed, parts: Parts) -> None:
    lines = json.loads(parts[SIGNATURES])
    one, two, three = lines["signatures"]
    forged = {
        "signature_of_another_party": [one, {**two, "party": three["party"]}, three],
        "signature_without_act": [one, two, three, {**two, "act": str(signed.agreement)}],
        "signature_twice": [one, two, three, three],
        "signature_left_out": [one, two],
        "signature_field_changed": [one, {**two, "level": "pades"}, three],
    }
    for code, signatures in forged.items():
        found = check_agreement(signed.parts(signatures=signatures, seal=False))
        assert code in codes(found), code
        words.write(found, "it")
        words.write(found, "en")
    initial_as_signature = [{**one, "step": "sign"}, two, three]
    assert "signature_without_act" in codes(check_agreement(signed.parts(signatures=initial_as_signature)))


def test_another_agreements_proof_or_id_does_not_fit(parts: Parts) -> None:
    from tests.ledger.merkle.registers import Register

    other = Signed(Register(seed=7)).parts()
    assert check_agreement({**parts, PROOF: other[PROOF]}).outcome == 1
    lines = json.loads(parts[SIGNATURES]) | {"agreement": json.loads(other[SIGNATURES])["agreement"]}
    unsealed = {**parts, SIGNATURES: canonical(lines)}
    del unsealed[SEAL]
    assert codes(check_agreement(unsealed)) == {"signature_of_another_agreement"}


def test_a_forked_register_is_exposed_by_a_held_checkpoint(tmp_path: Path) -> None:
    honest, forged = Signed(), Signed()
    # Whoever has the key rewrites an earlier act and signs everything anew: the file alone looks right.
    forged.register.acts[0] = forged.register.record()
    forged.register.acts.pop()
    forged.register.resign()
    file, held = tmp_path / "accordo.zip", tmp_path / "sigillo.txt"
    file.write_bytes(zip_of(forged.parts()))
    assert run.invoke(cli.verify, [str(file)]).exit_code == 0
    for note in honest.register.notes:
        held.write_text(note)
        result = run.invoke(cli.verify, [str(file), "--checkpoint", str(held)])
        assert result.exit_code == 1, result.output
        assert "riscritta" in result.output
        honest_file = tmp_path / "onesto.zip"
        honest_file.write_bytes(zip_of(honest.parts()))
        assert run.invoke(cli.verify, [str(honest_file), "--checkpoint", str(held)]).exit_code == 0


def test_a_register_rolled_back_is_exposed_by_the_checkpoint_of_what_it_hides(signed: Signed) -> None:
    longer, shorter = Signed(), Signed()
    longer.register.record()
    held = longer.register.checkpoint()
    # The register takes the last act back and signs again, later, over fewer acts.
    shorter.register.notes += ["", ""]
    late = shorter.register.checkpoint()
    assert (late.size < held.size, late.at > held.at) == (True, True)
    shorter.register.notes = [note for note in shorter.register.notes if note]
    assert "shorter_than_held" in codes(check_agreement(shorter.parts(), [held]))


def test_a_file_kept_since_the_signature_is_not_tampered_with_for_being_older_than_the_checkpoint(
    parts: Parts, tmp_path: Path
) -> None:
    longer = Signed()
    longer.register.record()
    newer = longer.register.checkpoint()
    report = check_agreement(parts, [newer])
    assert (report.outcome, codes(report)) == (2, {"held_newer"})
    file, held = tmp_path / "accordo.zip", tmp_path / "sigillo.txt"
    file.write_bytes(zip_of(parts))
    held.write_text(longer.register.notes[-1])
    result = run.invoke(cli.verify, [str(file), "--checkpoint", str(held)])
    assert result.exit_code == 2
    words = result.output
    assert "più recente di questo file" in words
    assert "MANOMESSO" not in words
    assert "NON LEGGIBILE" not in words
    own = read_checkpoint(signed_notes(parts)[-1])
    assert f"VERIFICATO DA SOLO, NON CONFRONTATO: il file torna fino al suo sigillo ({own.size} atti" in words
    for one in ("Firmato da Associazione", "Che cosa fare", "Scarica di nuovo il pacchetto", "Non è provato"):
        assert one in words, one
    assert "il confronto non si è potuto fare" in " ".join(words.split())
    # A file that was changed is not excused by a checkpoint it cannot be compared with.
    changed_text = {**parts, CANONICAL: parts[CANONICAL].replace(b"24 ore", b"2 ore")}
    assert check_agreement(changed_text, [newer]).outcome == 1
    # The bundle made anew from the longer register can be compared.
    assert check_agreement(longer.parts(), [newer]).outcome == 0


def signed_notes(parts: Parts) -> list[str]:
    """Return the checkpoints a file brings along."""
    lines = [json.loads(line) for line in parts[PROOF].splitlines()]
    return [line["note"] for line in lines if line["line"] == "checkpoint"]


def test_a_checkpoint_the_file_does_not_join_leaves_it_proved_by_its_own(parts: Parts) -> None:
    other = Signed()
    other.register.notes = other.register.notes[1:]
    report = check_agreement(other.parts(), [read_checkpoint(other.held)])
    assert (report.outcome, report.uncompared, codes(report)) == (2, True, {"held_not_comparable"})
    for lang, said in (("it", "con l'esportazione intera"), ("en", "whole export")):
        assert said in " ".join(words.write(report, lang).split())


def repacked(parts: Parts, how: str) -> bytes:
    """Return a bundle with the same files and one thing of the zip itself changed."""
    data = zip_of(parts)
    if how in ("gap", "tail"):
        return data + b"\n" if how == "tail" else data[:-22] + b"-" + data[-22:]
    out = io.BytesIO()
    names = sorted(parts, reverse=how == "order")
    with zipfile.ZipFile(
        out, "w", zipfile.ZIP_DEFLATED if how == "packed" else zipfile.ZIP_STORED
    ) as archive:
        archive.comment = b"letto e approvato" if how == "comment" else b""
        for name in names:
            entry = zipfile.ZipInfo(name, (2031, 5, 6, 7, 8, 10) if how == "time" else containers.TIME)
            entry.compress_type = archive.compression
            entry.create_system, entry.external_attr = 3, (0o777 if how == "attributes" else 0o600) << 16
            entry.comment = b"falso" if how == "entry_comment" else b""
            entry.extra = b"\x01\xca\x03\x00abc" if how == "extra" else b""
            archive.writestr(entry, parts[name])
    return out.getvalue()


ODD = {
    "comment": "un commento nel pacchetto", "entry_comment": "un commento accanto a un file",
    "extra": "un campo aggiunto", "time": "un orario diverso", "attributes": "attributi diversi",
    "packed": "compresso in altro modo", "order": "in un altro ordine", "tail": "non appartengono ad alcun",
    "gap": "",
}  # fmt: skip


@pytest.mark.parametrize("how", ODD)
def test_names_times_comments_and_fields_of_the_bundle_are_held_too(
    parts: Parts, tmp_path: Path, how: str
) -> None:
    file = tmp_path / "accordo.zip"
    file.write_bytes(repacked(parts, how))
    result = run.invoke(cli.verify, [str(file)])
    assert result.exit_code == (1 if how != "gap" else result.exit_code), result.output
    assert result.exit_code != 0
    assert ODD[how] in " ".join(result.output.split())


def test_the_same_bundle_again_is_the_one_form_and_says_so(parts: Parts) -> None:
    assert repacked(parts, "") == zip_of(parts)
    report = check_agreement(containers.read_parts(zip_of(parts)))
    assert report.outcome == 0
    assert "bundle_exact" in {one.code for one in report.proved}
    assert "bundle_exact" not in {one.code for one in check_agreement(parts).proved}, "a PDF is no zip"


def test_no_byte_of_a_bundle_can_be_changed_unnoticed(parts: Parts) -> None:
    data = zip_of(parts)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        heads = [entry.header_offset + place for entry in archive.infolist() for place in range(60)]
    tail = range(data.rindex(b"PK\x01\x02") - 200, len(data))
    for at in {*heads, *tail, *range(0, len(data), 997)}:
        changed_data = bytearray(data)
        changed_data[at] ^= 1
        try:
            found = containers.read_parts(bytes(changed_data))
        except containers.BadContainer:
            continue
        assert check_agreement(found).outcome != 0, at


def test_a_checkpoint_of_another_register_is_not_taken_for_ours(parts: Parts) -> None:
    from tests.ledger.merkle.registers import Register

    foreign = read_checkpoint(Signed(Register(seed=9)).register.notes[0])
    assert "held_not_signed" in codes(check_agreement(parts, [foreign]))


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(CANONICAL, b"0" * (containers.LARGEST_PART + 1))
    return out.getvalue()


def pdf_bomb() -> bytes:
    packed = zlib.compress(b"0" * (80 * 1024 * 1024), 9)
    body = b"%PDF-1.7\n"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(canonical.json) 3 0 R]>>>>>>",
        b"<</Type/Pages/Kids[]/Count 0>>",
        b"<</Type/Filespec/F(canonical.json)/UF(canonical.json)/EF<</F 4 0 R>>>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = len(body)
    body += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % one for one in places)
    return body + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % table


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 not a zip", b"%PDF-1.7 nothing more", b"%PDF-1.7\n" + b"[" * 100_000,
        zip_of({"altro.txt": b"x"}), pdf_with({}), bomb(), pdf_bomb(),
    ],
    ids=["zip", "pdf", "nested", "zip without parts", "pdf without parts", "zip bomb", "pdf bomb"],
)  # fmt: skip
def test_hostile_files_are_unreadable_and_say_what_to_do(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "x"
    file.write_bytes(data)
    result = run.invoke(cli.verify, [str(file)])
    assert result.exit_code == 2, result.output
    assert "Serve il PDF firmato" in result.output


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "il file è vuoto"), (b"\x89PNG\r\n" + b"\0" * 90, "forse è una foto"),
        (zip_of({"altro.txt": b"x" * 99})[:120], "il file è stato tagliato"),
        (pdf_with({})[:300], "il PDF è rovinato o è stato tagliato"),
    ],
    ids=["empty", "picture", "cut zip", "cut pdf"],
)  # fmt: skip
def test_why_a_file_cannot_be_read_is_said_in_words(tmp_path: Path, data: bytes, why: str) -> None:
    file = tmp_path / "accordo.pdf"
    file.write_bytes(data)
    result = run.invoke(cli.verify, [str(file)])
    assert (result.exit_code, why in result.output) == (2, True), result.output
    assert ".zip" in result.output


def test_hostile_json_is_damage_not_a_crash(parts: Parts) -> None:
    for data in (b"[]", b"{}", b"null", b'{"format":1}', b"[" * 50_000, b'{"text":{"children":7}}', b"\xff"):
        for name in parts:
            assert check_agreement({**parts, name: data}).outcome != 0


def test_a_changed_pdf_attachment_is_found(parts: Parts) -> None:
    lines = json.loads(parts[SIGNATURES])
    lines["not_signed"] = []
    data = pdf_with({**parts, SIGNATURES: canonical(lines)})
    assert codes(check_agreement(containers.read_parts(data))) == {"agreement_seal_broken"}


def as_signing_writes(signed: Signed, *, sealed: bool = True, **changed: object) -> Parts:
    """Return the parts in the form of the bundle that signing makes: by party, with an act of sealing."""
    import hashlib

    register = signed.register
    people = {
        str(party): {"party": str(party), "name": f"Parte {n}"} for n, party in enumerate(signed.parties)
    }
    for one in people.values():
        one.update({"signed": True, "initial": None, "signatures": []})
    fields = []
    for act in signed.acts:
        assert act.said is not None
        content = act.said["content"]
        line = {"by": "Rosa Prova", "hash": content["hash"], "mandate": "m", "facts": {}, "reserve": True}
        if act.said["act"] == "signing.initialled":
            people[content["party"]]["initial"] = line
        else:
            people[content["party"]]["signatures"].append(
                {**line, "id": content["signature"], "kind": "online"}
            )
        fields.append(content)
    data = {
        "format": agreement.SIGNING_FORMAT, "agreement": str(signed.agreement), "version": 3,
        "hash": fields[0]["hash"], "parties": list(people.values()), **changed,
    }  # fmt: skip
    signatures = json.dumps(data, indent=1).encode()
    parts = {CANONICAL: signed.parts()[CANONICAL], SIGNATURES: signatures, agreement.PAGES: b"%PDF-pages"}
    places = [register.acts.index(act) for act in signed.acts]
    if sealed:
        digests = {"pdf": parts[agreement.PAGES], "signatures": signatures}
        act = signed.sign(
            agreement.SEALED, signed.parties[0], "",
            **{name: hashlib.sha256(value).hexdigest() for name, value in digests.items()},
        )  # fmt: skip
        places.append(register.acts.index(act))
        register.checkpoint()
    parts[agreement.REGISTER] = register.extract(*places)
    return parts


def test_the_bundle_that_signing_writes_is_proved_whole() -> None:
    report = check_agreement(as_signing_writes(Signed()))
    assert report.outcome == 0, report.faults
    assert report.sealed and report.pages  # noqa: PT018 - one thing: the act of sealing
    assert len(report.signatures) == 3
    report = check_agreement(as_signing_writes(Signed(), sealed=False))
    assert "names_not_proved" in {one.code for one in report.not_proved}


def test_the_bundle_that_signing_writes_cannot_be_changed() -> None:
    parts = as_signing_writes(Signed())
    data = json.loads(parts[SIGNATURES])
    for path in leaves(data):
        changed_bytes = json.dumps(changed(data, path), indent=1).encode()
        assert check_agreement({**parts, SIGNATURES: changed_bytes}).outcome == 1, path
    assert codes(check_agreement({**parts, agreement.PAGES: b"%PDF-other"})) == {"pages_changed"}
    twice = parts[SIGNATURES].replace(b'"version": 3', b'"version": 3, "version": 3')
    assert check_agreement({**parts, SIGNATURES: twice}).outcome == 1


def test_without_an_act_of_sealing_signatures_still_hang_on_their_acts() -> None:
    signed = Signed()
    parts = as_signing_writes(signed, sealed=False)
    data = json.loads(parts[SIGNATURES])
    one, two = data["parties"]
    moved = [{**one, "signatures": two["signatures"]}, {**two, "signatures": one["signatures"]}]
    forged = {"signature_of_another_party": moved, "signature_left_out": [one]}
    for code, parties in forged.items():
        changed_bytes = json.dumps({**data, "parties": parties}).encode()
        assert code in codes(check_agreement({**parts, SIGNATURES: changed_bytes}))
    one["signatures"][0]["kind"] = "pades"
    found = check_agreement({**parts, SIGNATURES: json.dumps(data).encode()})
    assert "signature_field_changed" in codes(found)
