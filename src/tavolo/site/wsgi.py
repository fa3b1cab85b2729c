"""The WSGI entry that granian serves."""

import os

from django.core.wsgi import get_wsgi_application


def warm_up() -> None:
    """Load what the first visitor would wait for: all pages and programs, words, the frame of the pages."""
    from django.conf import settings
    from django.template.loader import get_template
    from django.urls import get_resolver
    from django.utils.translation import gettext, override

    get_resolver()._populate()  # type: ignore[no-untyped-call]
    for language, _name in settings.LANGUAGES:
        with override(language):
            gettext("Home")
    for name in ("site/base.html", "site/home.html"):
        get_template(name)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tavolo.site.settings")
application = get_wsgi_application()
warm_up()
