"""Translation catalogues without system gettext: extract, compile and check with Babel.

`python -m tavolo.site.translations compile|check` and `extract [ROOM ...]`

Source strings are English; `it` is complete by rule, `en` needs no catalogue. Each room keeps its own
catalogue in `<room>/locale/`; a new string takes over the translation another room already gives it.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message, TranslationError
from babel.messages.checkers import checkers
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parent.parent
LANGUAGES = ("it",)
METHODS = [
    ("**/migrations/**", "ignore"),
    ("**.py", "python"),
    ("**/templates/**", "tavolo.site.translations:extract_template"),
]
KEYWORDS = {
    "_": None, "_lazy": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip


def extract_template(fileobj, keywords, comment_tags, options) -> Iterator[tuple]:  # type: ignore[no-untyped-def]
    """Yield the messages of one Django template, by way of Django's own `templatize`."""
    from babel.messages.extract import extract_python
    from django.conf import settings

    if not settings.configured:
        settings.configure()
    from django.utils.translation.template import templatize

    text = templatize(fileobj.read().decode("utf-8"))
    yield from extract_python(io.BytesIO(text.encode("utf-8")), keywords, comment_tags, options)


def rooms() -> list[Path]:
    """Return the folders that keep a catalogue: packages under `tavolo`, and applications within them."""
    direct = {path.parent for path in SOURCE.glob("*/__init__.py")}
    return sorted(direct | {path.parent for path in SOURCE.glob("*/*/apps.py")})


def name_of(room: Path) -> str:
    """Return a room's name as the command line takes it, such as `people` or `dialogue.meetings`."""
    return ".".join(room.relative_to(SOURCE).parts)


def extracted(room: Path) -> Catalog:
    """Return the catalogue of every translatable string in one room."""
    catalog = Catalog(project="Tavolo", charset="utf-8", fuzzy=False)
    nested = [(f"{path.name}/**", "ignore") for path in rooms() if path.parent == room]
    for filename, lineno, message, comments, context in extract_from_dir(
        room, [*nested, *METHODS], keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        if message and message != ("", ""):
            where = f"{name_of(room)}/{filename}"
            catalog.add(message, None, [(where, lineno)], auto_comments=comments, context=context)
    return catalog


def po_path(room: Path, language: str) -> Path:
    """Return the path of a room's catalogue in a language."""
    return room / "locale" / language / "LC_MESSAGES" / "django.po"


def load(room: Path, language: str) -> Catalog:
    """Read a room's catalogue, or an empty one where there is none yet."""
    path = po_path(room, language)
    if not path.exists():
        return Catalog(locale=language, project="Tavolo", charset="utf-8", fuzzy=False)
    with path.open("rb") as handle:
        return read_po(handle, locale=language)


def translated(message: Message | None) -> bool:
    """Say whether a message has all its forms translated."""
    if message is None or not message.string:
        return False
    return all(message.string) if isinstance(message.string, list | tuple) else True


def key_of(message: Message) -> str:
    """Return the identifier a catalogue finds a message by."""
    return message.id[0] if isinstance(message.id, list | tuple) else message.id


def extract(names: list[str]) -> None:
    """Bring the catalogues of the named rooms (all if none) up to date, keeping what is translated."""
    for language in LANGUAGES:
        everywhere = {room: load(room, language) for room in rooms()}
        for room in rooms():
            if names and name_of(room) not in names:
                continue
            catalog, template = everywhere[room], extracted(room)
            catalog.update(template, no_fuzzy_matching=True)
            catalog.obsolete.clear()
            for message in catalog:
                if message.id and not translated(message):
                    others = (other.get(key_of(message), message.context) for other in everywhere.values())
                    elsewhere = [known.string for known in others if known and translated(known)]
                    message.string = elsewhere[0] if elsewhere else message.string
            if len(catalog):
                path = po_path(room, language)
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as handle:
                    write_po(handle, catalog, width=110, no_location=True, sort_output=True)


def compile_all() -> None:
    """Write the binary catalogues Django reads. They are build products and are not committed."""
    for language in LANGUAGES:
        for room in rooms():
            path = po_path(room, language)
            if path.exists():
                with path.with_suffix(".mo").open("wb") as handle:
                    write_mo(handle, load(room, language))


def problems() -> list[str]:
    """Return one sentence for each missing or malformed translation."""
    found: list[str] = []
    for language in LANGUAGES:
        for room in rooms():
            catalog = load(room, language)
            for message in extracted(room):
                if not message.id:
                    continue
                known = catalog.get(key_of(message), message.context)
                where = ", ".join(f"{name}:{line}" for name, line in message.locations[:2])
                if known is None or not translated(known):
                    found.append(f"{language}: no translation for {key_of(message)!r} ({where})")
                    continue
                for checker in checkers:
                    try:
                        checker(catalog, known)
                    except TranslationError as error:
                        found.append(f"{language}: {key_of(message)!r} ({where}): {error}")
        found += contradictions(language)
    return found


def contradictions(language: str) -> list[str]:
    """Return one sentence for each text that two rooms translate differently.

    Django lays all catalogues over one another: whichever is loaded last would speak for every room.
    """
    said: dict[tuple[str | None, str], dict[str, str]] = {}
    for room in rooms():
        for message in load(room, language):
            if message.id and translated(message):
                words = said.setdefault((message.context, key_of(message)), {})
                words.setdefault(str(message.string), name_of(room))
    return [
        f"{language}: {key!r} is translated in different ways ("
        + "; ".join(f"{room}: {words!r}" for words, room in known.items())
        + "): use the same words, or give the text a context"
        for (_context, key), known in said.items()
        if len(known) > 1
    ]


def main(arguments: list[str]) -> int:
    """Run one of `compile`, `extract`, `check`; return the exit code."""
    action = arguments[0] if arguments else ""
    if action == "compile":
        compile_all()
    elif action == "extract":
        extract(arguments[1:])
        compile_all()
    elif action == "check":
        found = problems()
        for line in found:
            sys.stdout.write(line + "\n")
        sys.stdout.write(f"translations: {len(found)} problem(s)\n")
        return 1 if found else 0
    else:
        sys.stderr.write("usage: python -m tavolo.site.translations compile | check | extract [ROOM ...]\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
