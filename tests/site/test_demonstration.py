"""The demonstration lives in a folder of its own beside the real one's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tavolo.site import demonstration

SIZE = {"firms": 60, "workers": 900, "voters": 300, "seed": 7}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with a data folder, none chosen for the demonstration; nothing is really built."""
    for name in ("TAVOLO_MODE", "TAVOLO_DATABASE_ROLE", "DJANGO_SETTINGS_MODULE", "TAVOLO_URL"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.delenv("TAVOLO_DEMO_HOME", raising=False)
    monkeypatch.setenv("TAVOLO_HOME", str(tmp_path / "tavolo"))
    (tmp_path / "tavolo").mkdir()
    (tmp_path / "tavolo-demo").mkdir()
    monkeypatch.setattr("tavolo.common.database.server.ensure_running", lambda _say: None)
    monkeypatch.setattr("tavolo.site.prepare.prepare_here", lambda: None)
    monkeypatch.setattr("tavolo.demo.build.stands", lambda: False)
    monkeypatch.setattr("tavolo.demo.build.build", lambda _size, _step: None)
    return tmp_path


def test_what_was_built_is_noted_in_its_own_folder(place: Path) -> None:
    words = [word for name, value in SIZE.items() for word in (f"--{name}", str(value))]
    done = CliRunner().invoke(demonstration.demo, [*words, "--build-only"])
    assert done.exit_code == 0, done.output
    assert json.loads((place / "tavolo-demo" / "demo.json").read_text()) == SIZE
    assert sorted(one.name for one in place.iterdir()) == ["tavolo", "tavolo-demo"]


def test_only_its_own_folder_is_thrown_away(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr("tavolo.common.database.server.stop", lambda: None)
    monkeypatch.setattr("tavolo.common.database.server.remove", lambda _layout: None)
    monkeypatch.setenv("TAVOLO_HOME", str(place / "tavolo-demo"))
    demonstration.throw_away()
    assert [one.name for one in place.iterdir()] == ["tavolo"]
