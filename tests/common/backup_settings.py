"""A small Django for backup tests: one table of contents, one application, quick to migrate."""

from tavolo.common.database.settings import databases

SECRET_KEY = "only for tests"
INSTALLED_APPS = ["django.contrib.contenttypes", "tests.common.backup_room"]
DATABASES = databases()
USE_TZ = True
