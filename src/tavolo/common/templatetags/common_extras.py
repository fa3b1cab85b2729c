"""Template tags every room uses."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tavolo.common.idempotency import FIELD, new_key

register = template.Library()


@register.simple_tag
def idempotency_key() -> SafeString:
    """Return the hidden field that makes sending a form twice count once."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_key())
