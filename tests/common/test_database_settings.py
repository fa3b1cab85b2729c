"""Django's DATABASES: the embedded socket without DATABASE_URL, that server with it; nothing is started."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tavolo.common import paths
from tavolo.common.database import account, privileges, server, settings
from tavolo.common.database.cli import app
from tavolo.common.errors import Problem

URL = "postgresql://tavolo%40app:s%2Fe%3Acret@db.example.it:6432/tavolo?sslmode=verify-full"


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*settings.URL_VARIABLES.values(), "TAVOLO_DATABASE_ROLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TAVOLO_HOME", str(tmp_path / "home"))


class TestEmbedded:
    def test_the_socket_is_named_and_nothing_is_made(self, tmp_path):
        entry = settings.databases()["default"]
        assert entry["ENGINE"] == "django.db.backends.postgresql"
        assert (entry["NAME"], entry["USER"], entry["PASSWORD"]) == ("tavolo", "tavolo_app", "")
        assert entry["HOST"].startswith("/")
        assert not (tmp_path / "home").exists()

    def test_the_server_must_run_under_the_account_we_expect(self):
        assert settings.databases()["default"]["OPTIONS"] == {"requirepeer": account.server_account_name()}

    @pytest.mark.parametrize(("role", "user"), settings.ROLES.items())
    def test_each_role_has_its_user(self, monkeypatch, role, user):
        monkeypatch.setenv("TAVOLO_DATABASE_ROLE", role)
        assert settings.databases()["default"]["USER"] == user

    def test_an_unknown_role_is_refused_in_words(self, monkeypatch):
        monkeypatch.setenv("TAVOLO_DATABASE_ROLE", "root")
        with pytest.raises(Problem, match="owner, app, auditor"):
            settings.databases()

    def test_connections_are_checked_before_use_so_that_a_restart_is_survived(self):
        assert settings.databases()["default"]["CONN_HEALTH_CHECKS"] is True


class TestExternal:
    @pytest.fixture(autouse=True)
    def address(self, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", URL)

    def test_every_part_of_the_address_is_read(self):
        entry = settings.databases()["default"]
        assert entry["USER"] == "tavolo@app"
        assert entry["PASSWORD"] == "s/e:cret"
        assert (entry["HOST"], entry["PORT"], entry["NAME"]) == ("db.example.it", "6432", "tavolo")
        assert entry["OPTIONS"] == {"sslmode": "verify-full"}

    def test_a_socket_folder_may_stand_in_the_query(self, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "postgresql:///tavolo?host=/run/postgresql&port=5433")
        entry = settings.databases()["default"]
        assert (entry["HOST"], entry["PORT"], entry["USER"]) == ("/run/postgresql", "5433", "")

    def test_the_owner_has_an_address_of_its_own_or_the_same(self, monkeypatch):
        assert settings.connection_settings("owner")["USER"] == "tavolo@app"
        monkeypatch.setenv("TAVOLO_OWNER_DATABASE_URL", "postgresql://owner@db.example.it/tavolo")
        assert settings.connection_settings("owner")["USER"] == "owner"

    def test_roles_are_kept_apart_only_with_an_owner_of_its_own(self, monkeypatch):
        assert privileges.role_names() is None
        monkeypatch.setenv("TAVOLO_OWNER_DATABASE_URL", "postgresql://owner@db.example.it/tavolo")
        assert privileges.role_names() == ("tavolo@app", None)
        monkeypatch.setenv("TAVOLO_AUDITOR_DATABASE_URL", "postgresql://auditor@db.example.it/tavolo")
        assert privileges.role_names() == ("tavolo@app", "auditor")

    @pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://host", "/var/lib/x"])
    def test_another_address_is_refused_in_words(self, monkeypatch, url):
        monkeypatch.setenv("DATABASE_URL", url)
        with pytest.raises(Problem, match="must read postgresql://"):
            settings.databases()

    def test_no_server_is_started_or_stopped(self, tmp_path):
        server.ensure_running()
        assert not server.revive()
        assert not (tmp_path / "home").exists()
        result = CliRunner().invoke(app, ["stop"])
        assert result.exit_code == 2
        assert "left alone" in result.stderr

    def test_status_says_when_one_account_does_everything(self, monkeypatch):
        assert "one account for everything" in CliRunner().invoke(app, ["status"]).output
        monkeypatch.setenv("TAVOLO_OWNER_DATABASE_URL", "postgresql://owner@db.example.it/tavolo")
        assert "one account" not in CliRunner().invoke(app, ["status"]).output

    def test_the_address_is_shown_without_its_password(self):
        output = CliRunner().invoke(app, ["url"]).output
        assert "db.example.it" in output
        assert "cret" not in output


class TestDataFolder:
    def test_one_that_cannot_be_made_is_a_problem_in_words(self, monkeypatch):
        monkeypatch.setenv("TAVOLO_HOME", "/proc/tavolo")
        result = CliRunner().invoke(app, ["start"])
        assert result.exit_code == 2
        assert result.stderr.startswith("/proc/tavolo: this folder cannot be made")

    def test_it_is_what_the_environment_says(self, tmp_path):
        assert paths.home() == tmp_path / "home"

    def test_root_has_one_in_the_systems_state(self, monkeypatch):
        monkeypatch.delenv("TAVOLO_HOME")
        monkeypatch.setattr("os.geteuid", lambda: 0)
        assert paths.home() == Path("/var/lib/tavolo")

    def test_a_user_has_one_in_the_home_folder(self, monkeypatch, tmp_path):
        monkeypatch.delenv("TAVOLO_HOME")
        monkeypatch.delenv("XDG_DATA_HOME", raising=False)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setattr("os.geteuid", lambda: 1234)
        assert paths.home().is_relative_to(tmp_path)

    def test_an_account_without_a_home_folder_keeps_the_programs_in_the_data_folder(
        self, monkeypatch, tmp_path
    ):
        (tmp_path / "no-folder").touch()
        monkeypatch.setenv("HOME", str(tmp_path / "no-folder"))
        monkeypatch.delenv("XDG_DATA_HOME", raising=False)
        monkeypatch.setattr("os.geteuid", lambda: 1234)
        assert paths.programs() == tmp_path / "home" / "programs"

    def test_missing_folders_are_made_private_and_others_left_as_they_are(self, tmp_path):
        tmp_path.chmod(0o755)
        paths.private_folder(tmp_path / "a" / "b")
        assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
        assert tmp_path.stat().st_mode & 0o777 == 0o755
