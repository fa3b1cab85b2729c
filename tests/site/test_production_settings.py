"""Production settings pass Django's own deployment checks."""

from __future__ import annotations

import os
import subprocess
import sys


def test_check_deploy_is_clean() -> None:
    environment = {**os.environ, "TAVOLO_MODE": "production", "TAVOLO_HOSTS": "tavolo.example"}
    done = subprocess.run(
        [sys.executable, "-m", "tavolo.site.manage", "check", "--deploy", "--fail-level", "WARNING"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_personas_exist_only_in_the_demonstration() -> None:
    script = (
        "import django; django.setup();"
        "from django.urls import reverse, NoReverseMatch\n"
        "try:\n reverse('people:personas'); print('there')\n"
        "except NoReverseMatch:\n print('absent')"
    )
    for mode, expected in (("production", "absent"), ("demo", "there")):
        environment = {**os.environ, "TAVOLO_MODE": mode, "DJANGO_SETTINGS_MODULE": "tavolo.site.settings"}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == expected
