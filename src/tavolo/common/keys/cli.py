"""`tavolo keys`: list, rotate, destroy, back up and restore the keys kept outside the database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import click

from tavolo.common import paths
from tavolo.common.command_line import Commands
from tavolo.common.database.account import refuse_foreign_home
from tavolo.common.keys import archive, wrapping
from tavolo.common.keys.store import KeyStore

PASSPHRASE_VARIABLE = "TAVOLO_KEYS_PASSPHRASE"  # noqa: S105
PASSPHRASE_FILE = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"Read the passphrase from this file instead of asking (or set {PASSPHRASE_VARIABLE}).",
)


def open_store() -> KeyStore:
    """Return the store of this installation, refusing to touch somebody else's."""
    refuse_foreign_home(paths.home())
    refuse_foreign_home(paths.keys())
    return KeyStore(paths.keys())


def ask_passphrase(file: Path | None, twice: bool) -> str:
    """Return the passphrase from a file, the environment or the keyboard."""
    if file:
        return file.read_text("utf-8").rstrip("\r\n")
    given = os.environ.get(PASSPHRASE_VARIABLE)
    if given:
        return given
    return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=twice))


@click.group(cls=Commands)
def app() -> None:
    """The key store: list, rotate, back up."""


@app.command("list")
def list_keys() -> None:
    """Show names, kinds, versions and dates; never a key."""
    for info in open_store().list():
        versions = ", ".join(str(version) for version in info.versions)
        print(f"{info.name}\t{info.kind}\tversions {versions}\tsince {info.created}")


@app.command()
@click.argument("name")
def rotate(name: str) -> None:
    """Make a new version of the key NAME; the former versions stay valid for what they made."""
    store = open_store()
    store.rotate(name)
    print(f"{name}: version {store.versions(name)[-1]} is in force")


@app.command("rotate-master")
def rotate_master() -> None:
    """Make a new master key and wrap every key with it."""
    print(f"{open_store().rotate_master()} keys wrapped with a new master key")


@app.command()
def rewrap() -> None:
    """Wrap every key with the first master key of TAVOLO_MASTER_KEY."""
    print(f"{open_store().rewrap()} keys wrapped anew")


@app.command("new-master")
def new_master() -> None:
    """Print a fresh master key, for TAVOLO_MASTER_KEY."""
    print(wrapping.encode(secrets.token_bytes(wrapping.KEY_BYTES)))


@app.command()
@click.argument("name")
@click.option("--version", type=int, help="Only this version; without it all versions.")
@click.confirmation_option(prompt="Whatever this key sealed or signs is lost for good. Destroy it?")
def destroy(name: str, version: int | None) -> None:
    """Destroy the key NAME for good, leaving a note that it was there."""
    open_store().destroy(name, version)
    print(f"{name}: destroyed")


@app.command()
@click.argument("file", type=click.Path(path_type=Path))
@PASSPHRASE_FILE
def backup(file: Path, passphrase_file: Path | None) -> None:
    """Write all lasting keys to FILE, encrypted; keys of open consultations are never included."""
    count = archive.write(open_store(), file, ask_passphrase(passphrase_file, twice=True))
    print(f"{count} keys written to {file}; keep it and its passphrase apart from the other backups")


@app.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@PASSPHRASE_FILE
def restore(file: Path, passphrase_file: Path | None) -> None:
    """Put the keys of FILE back; a key destroyed here stays destroyed."""
    outcome = archive.restore(open_store(), file, ask_passphrase(passphrase_file, twice=False))
    for words, names in (
        ("restored", outcome.restored),
        ("there already", outcome.unchanged),
        ("destroyed here, left so", outcome.destroyed_here),
    ):
        if names:
            print(f"{words}: {', '.join(names)}")
