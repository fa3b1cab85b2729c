"""Private files: judged by content, readable by policy alone, used once where meant so."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone

from tavolo.common import files, sniffing
from tavolo.common.errors import Problem
from tavolo.common.models import StoredFile, Territory

OWNER = uuid.uuid4()


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    """A kind of file for owners of CSV."""
    files.kind("test.table", types={sniffing.CSV}, largest=1000)
    yield
    del files.KINDS["test.table"]


def request(account: uuid.UUID | None, method: str = "GET") -> SimpleNamespace:
    """Return as much of a request as the policy looks at."""
    return SimpleNamespace(
        method=method, user=SimpleNamespace(pk=account, is_authenticated=account is not None)
    )


def stored(data: bytes = b"a,b\n1,2\n", **options: object) -> StoredFile:
    """Store a small table."""
    return files.store(io.BytesIO(data), kind="test.table", name="tabella.csv", owner_id=OWNER, **options)


def test_the_bytes_come_back_and_nobody_else_can_read_the_file(territory: Territory, storage: Path) -> None:
    row = stored()
    assert files.open_stored(row).read() == b"a,b\n1,2\n"
    assert (row.size, row.media_type, row.name) == (8, "text/csv", "tabella.csv")
    path = files.location(row.path)
    assert path.is_relative_to(storage)
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    assert "tabella" not in row.path


def test_only_the_kinds_policy_opens_a_file(territory: Territory, storage: Path) -> None:
    row = stored()
    assert files.claim(request(OWNER), row.pk) == row
    assert files.claim(request(uuid.uuid4()), row.pk) is None
    assert files.claim(request(None), row.pk) is None
    assert files.claim(request(OWNER), uuid.uuid4()) is None
    StoredFile.objects.filter(pk=row.pk).update(kind="test.forgotten")
    assert files.claim(request(OWNER), row.pk) is None


def test_an_export_is_fetched_once_within_its_time(territory: Territory, storage: Path) -> None:
    row = files.store_export(b"a,b\n", kind="test.table", name="a.csv", owner_id=OWNER)
    assert files.claim(request(OWNER, "HEAD"), row.pk) is not None
    assert files.claim(request(OWNER), row.pk) is not None
    assert files.claim(request(OWNER), row.pk) is None
    late = files.store_export(b"a,b\n", kind="test.table", name="a.csv", owner_id=OWNER)
    StoredFile.objects.filter(pk=late.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert files.claim(request(OWNER), late.pk) is None


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        (b"<html><script>alert(1)</script>", "a.csv", sniffing.HTML),
        (b"\xef\xbb\xbf  <!DOCTYPE html>", "a.csv", sniffing.HTML),
        (b"<svg xmlns='x'/>", "a.csv", sniffing.XML),
        (b"MZ\x90\x00", "a.csv", sniffing.BINARY),
        (b"%PDF-1.7", "a.csv", sniffing.PDF),
        (b"PK\x03\x04....xl/workbook.xml", "a.csv", sniffing.XLSX),
        (b"PK\x03\x04....other", "a.csv", sniffing.ZIP),
        (b"PAR1", "a.csv", sniffing.PARQUET),
        (b"\x89PNG\r\n\x1a\n", "a.csv", sniffing.PNG),
        (b"a,b\n", "a.html", sniffing.TEXT),
    ],
)
def test_the_content_decides_what_a_file_is(
    territory: Territory, storage: Path, data: bytes, name: str, found: str
) -> None:
    assert sniffing.media_type(data, name) == found
    with pytest.raises(Problem, match="text/csv"):
        files.store(data, kind="test.table", name=name, owner_id=OWNER)
    assert not [path for path in storage.rglob("*") if path.is_file()]


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(territory: Territory, storage: Path) -> None:
    with pytest.raises(Problem, match="MiB"):
        stored(b"x" * 1001)
    assert not StoredFile.objects.exists()
    assert not [path for path in storage.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\tabella.csv", "tabella.csv"),
        ('a"b\r\nSet-Cookie: x.csv', "a_b_Set-Cookie_ x.csv"),
        ("..hidden", "hidden"),
        ("", "file"),
        ("Città è.csv", "Città è.csv"),
        ("x" * 300 + ".csv", "x" * 139 + ".csv"),
    ],
)
def test_file_names_become_harmless(name: str, safe: str) -> None:
    assert files.safe_name(name) == safe


@pytest.mark.django_db(transaction=True)
def test_a_removed_file_loses_its_bytes_only_when_the_transaction_commits(storage: Path) -> None:
    from tavolo.common.territory import in_territory

    with in_territory(Territory.objects.create(slug="milano", name="Milano")):
        row = stored()
        path = files.location(row.path)
        with transaction.atomic():
            files.remove(StoredFile.objects.get(pk=row.pk))
            transaction.set_rollback(True)
        assert path.exists()
        files.remove(StoredFile.objects.get(pk=row.pk))
        assert not path.exists()


def test_bytes_without_a_row_are_swept_away(territory: Territory, storage: Path) -> None:
    row = stored()
    stray = files.location(f"{territory.pk.hex}/stray")
    stray.write_bytes(b"left by a crash")
    assert files.sweep(territory.pk, older_than=timedelta(days=1)) == 0
    assert files.sweep(territory.pk, older_than=timedelta(0) - timedelta(minutes=1)) == 1
    assert not stray.exists()
    assert files.location(row.path).exists()


def test_letters_inside_packed_data_do_not_make_an_archive_an_office_file() -> None:
    import io
    import zipfile

    from tavolo.common.sniffing import DOCX, XLSX, ZIP, media_type

    def archive(name: str) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as made:
            made.writestr(name, b"chance brings xl/ and word/ here")
        return out.getvalue()

    assert media_type(archive("testo.pdf"), "a.zip") == ZIP
    assert media_type(archive("xl/workbook.xml"), "a.xlsx") == XLSX
    assert media_type(archive("word/document.xml"), "a.docx") == DOCX
