"""Sixty people open the voting page and vote within seconds: the crowd's benchmark, small, as a smoke run."""

from __future__ import annotations

import os

import pytest
from benchmarks import crowd

pytestmark = pytest.mark.slow


def test_a_small_crowd_loses_nothing_and_doubles_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    if os.environ.get("DATABASE_URL"):
        pytest.skip("this test kills its own embedded database; there is none with DATABASE_URL")
    code = crowd.main(["--quick"])
    said = capsys.readouterr().out
    assert code == 0, said
    assert "lost 0, doubled or unasked 0" in said
    assert "published figures equal the acknowledgements: True" in said
