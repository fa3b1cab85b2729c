"""The languages a person may vote in, as data: one file of words for each, in the folder `words`.

The words of the voting page are no gettext catalogue: they exist in more languages than the rest of the
site, and who translates them should need no tools. A new language is a new file and a line here.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header

CODES = ("it", "en", "ar", "es", "ro", "zh", "uk")
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
COOKIE = "tavolo_voto_lingua"
PARAMETER = "lingua"
Words = MappingProxyType[str, str]


@lru_cache(maxsize=len(CODES))
def words_of(code: str) -> Words:
    """Return the words of the voting page in a language; KeyError for one that is not among `CODES`."""
    if code not in CODES:
        raise KeyError(code)
    source = resources.files("tavolo.dialogue.voices").joinpath(f"words/{code}.yaml")
    return MappingProxyType(yaml.safe_load(source.read_text(encoding="utf-8")))


@lru_cache(maxsize=len(CODES))
def secrecy_of(code: str) -> MappingProxyType[str, Any]:
    """Return the page on how a vote stays secret in a language; KeyError for one that is not among `CODES`.

    A `title`, `parts` with heading and text, `who` with what is `seen`, `limits` with each `limit`.
    """
    if code not in CODES:
        raise KeyError(code)
    source = resources.files("tavolo.dialogue.voices").joinpath(f"secrecy/{code}.yaml")
    return MappingProxyType(yaml.safe_load(source.read_text(encoding="utf-8")))


def choices() -> list[tuple[str, str]]:
    """Return code and own name of every language."""
    return [(code, words_of(code)["name"]) for code in CODES]


def direction(code: str) -> str:
    """Return "rtl" for a language written from right to left, else "ltr"."""
    return "rtl" if code.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def language_of(request: HttpRequest) -> str:
    """Return the language of the voting page: asked for now, remembered, the site's, or the browser's.

    What is remembered is a cookie of the browser session; nothing is stored for the person.
    """
    for wanted in (request.GET.get(PARAMETER, ""), request.COOKIES.get(COOKIE, "")):
        if wanted in CODES:
            return wanted
    if "django_language" not in request.COOKIES:
        for wanted, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
            if (code := wanted.split("-")[0]) in CODES:
                return code
    code = (get_language() or "it").split("-")[0]
    return code if code in CODES else "it"


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Keep a language just chosen until the browser is closed."""
    wanted = request.GET.get(PARAMETER, "")
    if wanted in CODES:
        response.set_cookie(COOKIE, wanted, path="/tavoli/", httponly=True, samesite="Lax")
