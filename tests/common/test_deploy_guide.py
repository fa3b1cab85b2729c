"""The guides to deploy name commands, variables and files that exist, and both languages say the same."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import click
import pytest

from tavolo.cli import COMMANDS

CHECKOUT = Path(__file__).resolve().parents[2]
GUIDES = [CHECKOUT / "docs/guide/deploy.md", CHECKOUT / "docs/guida/installazione.md"]


def code_blocks(guide: Path) -> list[str]:
    return re.findall(r"^```\w*\n(.*?)^```", guide.read_text("utf-8"), flags=re.M | re.S)


def named_commands(guide: Path) -> set[tuple[str, ...]]:
    """Every `tavolo x y` in code, as its words up to the first that is no command's name."""
    text = "\n".join(code_blocks(guide) + re.findall(r"`(tavolo [^`]*)`", guide.read_text("utf-8")))
    found = re.findall(r"(?:^|/|\s)tavolo ([a-z][a-z -]*[a-z])", text, flags=re.M)
    return {tuple(words.split()[:2]) for words in found if words.split()[0] in COMMANDS}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_every_command_exists(guide):
    commands = named_commands(guide)
    assert {"db", "backup", "restore", "keys"} <= {words[0] for words in commands}
    for room, *rest in commands:
        module, attribute, _ = COMMANDS[room]
        command = getattr(import_module(module), attribute)
        if isinstance(command, click.Group):
            assert not rest or rest[0] in command.commands, (room, rest)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_every_variable_is_read_somewhere(guide):
    source = "".join(path.read_text("utf-8") for path in (CHECKOUT / "src").rglob("*.py"))
    for name in set(re.findall(r"\b(?:TAVOLO_[A-Z_]+[A-Z]|DATABASE_URL)\b", guide.read_text("utf-8"))):
        assert name in source, name


def test_code_is_the_same_in_both_languages():
    english, italian = (
        [re.sub(r"^#.*\n", "", block, flags=re.M) for block in code_blocks(guide)] for guide in GUIDES
    )
    assert english == italian


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_links_lead_somewhere(guide):
    for target in re.findall(r"\]\(([^)#]+)\)", guide.read_text("utf-8")):
        assert (guide.parent / target).exists(), target
