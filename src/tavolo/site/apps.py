"""Django's application for the site's frame."""

from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Base templates, static files, health; and the register's ties to the rooms."""

    name = "tavolo.site"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the register who reads which acts; let every room declare its policies and kinds of files."""
        from tavolo.site import register_readers
        from tavolo.site.rooms import load_policies

        register_readers.connect()
        load_policies()
