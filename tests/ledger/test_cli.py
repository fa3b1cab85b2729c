"""`tavolo verify` and `tavolo ledger` from the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tavolo.common.models import Territory
from tavolo.ledger import cli
from tests.ledger.merkle.registers import Register
from tests.ledger.test_record import record

run = CliRunner()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with an export, a held checkpoint and a changed export."""
    register = Register()
    for _ in range(5):
        register.record()
    register.checkpoint()
    (tmp_path / "held.txt").write_text(register.notes[0])
    register.record()
    register.checkpoint()
    data = register.whole()
    (tmp_path / "register.jsonl").write_bytes(data)
    (tmp_path / "changed.jsonl").write_bytes(data.replace("Tavolo n° 3".encode(), "Tavolo n° 9".encode()))
    (tmp_path / "key.txt").write_text(register.public.text())
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["register.jsonl"], 0, "Non è provato"),
        (["register.jsonl", "--checkpoint", "held.txt"], 0, "i primi 5 atti sono gli stessi"),
        (["register.jsonl", "--checkpoint", "held.txt", "--lang", "en"], 0, "the first 5 acts are the same"),
        (["changed.jsonl", "--checkpoint", "held.txt"], 1, "MANOMESSO"),
        (["held.txt"], 2, "NON LEGGIBILE"),
        (["absent.jsonl"], 2, "cannot be read"),
        (["register.jsonl", "--checkpoint", "register.jsonl"], 2, "not a checkpoint"),
        (["register.jsonl", "--key", "nonsense"], 2, "--key"),
        (["register.jsonl", "--lang", "de"], 2, "it, en"),
    ],
)
def test_verify_says_what_is_proved_and_exits_accordingly(
    files: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, words: str
) -> None:
    monkeypatch.chdir(files)
    result = run.invoke(cli.verify, arguments)
    assert result.exit_code == code, result.output
    assert words in result.output


def test_verify_knows_the_published_key(files: Path) -> None:
    key = (files / "key.txt").read_text()
    result = run.invoke(cli.verify, [str(files / "register.jsonl"), "--key", key])
    assert result.exit_code == 0
    other = Register(seed=3)
    result = run.invoke(cli.verify, [str(files / "register.jsonl"), "--key", other.public.text()])
    assert result.exit_code == 1


def test_verify_needs_neither_django_nor_a_database(files: Path) -> None:
    program = (
        "import sys; sys.modules['django'] = None; sys.modules['psycopg'] = None; "
        f"sys.argv = ['verify', {str(files / 'register.jsonl')!r}]; "
        "from tavolo.ledger.cli import verify; verify()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "VERIFICATO" in done.stdout


def test_sequence_checkpoint_export_and_check(territory: Territory, tmp_path: Path) -> None:
    for _ in range(3):
        record()
    assert "3 acts placed" in run.invoke(cli.app, ["sequence"]).output
    held = tmp_path / "held.txt"
    assert run.invoke(cli.app, ["checkpoint", "--out", str(held)]).exit_code == 0
    record()
    out = tmp_path / "register.jsonl"
    exported = run.invoke(cli.app, ["export", "--out", str(out), "--statements", "--territory", "milano"])
    assert exported.exit_code == 0, exported.output
    result = run.invoke(cli.verify, [str(out), "--checkpoint", str(held)])
    assert result.exit_code == 0, result.output
    assert run.invoke(cli.app, ["check"]).output == "the register is in order\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["held.txt", "register.jsonl"]


def test_an_unknown_territory_is_named(territory: Territory) -> None:
    result = run.invoke(cli.app, ["sequence", "--territory", "roma"])
    assert result.exit_code == 2
    assert "milano" in result.output
