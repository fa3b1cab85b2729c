"""The catalogues speak with one voice over all rooms; `make check` asks the shipped ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tavolo.site import translations


def test_one_text_with_two_translations_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    rooms = [Path("one"), Path("two"), Path("three")]
    words = {"one": "ritirata", "two": "ritirato", "three": "ritirata"}

    def load(room: Path, language: str) -> Catalog:
        catalog = Catalog(locale=language)
        catalog.add("withdrawn", words[room.name])
        catalog.add("withdrawn", f"ha ritirato, {room.name}", context=room.name)
        return catalog

    monkeypatch.setattr(translations, "rooms", lambda: rooms)
    monkeypatch.setattr(translations, "load", load)
    monkeypatch.setattr(translations, "name_of", lambda room: room.name)
    assert translations.contradictions("it") == [
        "it: 'withdrawn' is translated in different ways (one: 'ritirata'; two: 'ritirato'): "
        "use the same words, or give the text a context"
    ]
