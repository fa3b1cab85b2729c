"""Every command block of the Italian guide still prints what the guide shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tavolo.bonus.cli import app

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guida" / "premio.md"
BLOCKS = re.findall(r"```console\n\$ (.*?[^\\])\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_guide_has_its_blocks():
    assert len(BLOCKS) >= 10


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: " ".join(block[0].split()[:3]))
def test_a_block_prints_what_the_guide_shows(block, monkeypatch):
    monkeypatch.chdir(ROOT)
    command, shown = block
    arguments = shlex.split(command.replace("\\\n", " "))
    assert arguments[:2] == ["tavolo", "bonus"]
    result = CliRunner().invoke(app, arguments[2:])
    assert result.exit_code == 0, result.output
    printed = "\n".join(line.rstrip() for line in result.output.splitlines())
    position = 0
    for part in shown.split("[...]"):
        wanted = part.strip("\n")
        found = printed.find(wanted, position)
        assert found >= 0, wanted
        position = found + len(wanted)
