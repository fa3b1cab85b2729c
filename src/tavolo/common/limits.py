"""How often something may happen, counted by all web and worker processes together.

    limit(f"invite:{account.pk}", per=timedelta(hours=1), count=20)

Counts live in one table; keys are stored only as HMACs, so that an address or an account cannot be read
from it. Windows are fixed: at their edge at most twice `count` can happen within one `per`.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.common.models import RateCount

_COUNT = """
    INSERT INTO common_ratecount (key_hash, "window", count, expires_at) VALUES (%s, %s, 1, %s)
    ON CONFLICT (key_hash) DO UPDATE SET
        count = CASE WHEN common_ratecount."window" = EXCLUDED."window"
                     THEN common_ratecount.count + 1 ELSE 1 END,
        "window" = EXCLUDED."window", expires_at = EXCLUDED.expires_at
    RETURNING count
"""


class TooOften(Problem):
    """Something happened too often; `retry_after` says in how many seconds it may happen again."""

    retry_after: int = 0


def limit(key: str, *, per: timedelta, count: int) -> None:
    """Count one more happening under `key`; raise TooOften beyond `count` in the current window."""
    seconds = int(per.total_seconds())
    now = int(timezone.now().timestamp())
    window = now // seconds
    ends = (window + 1) * seconds
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [_hashed(key, seconds), window, datetime.fromtimestamp(ends, UTC)])
        happened = cursor.fetchone()[0]
    if happened > count:
        minutes = max(1, -(-(ends - now) // 60))
        problem = TooOften(_("Too many attempts. Try again in %(minutes)s minutes.") % {"minutes": minutes})
        problem.retry_after = ends - now
        raise problem


def happened(key: str, *, per: timedelta) -> int:
    """Return how often something was counted under `key` in the current window, without counting it."""
    seconds = int(per.total_seconds())
    window = int(timezone.now().timestamp()) // seconds
    held = RateCount.objects.filter(key_hash=_hashed(key, seconds), window=window)
    return held.values_list("count", flat=True).first() or 0


def forget_expired() -> int:
    """Delete counts whose window is over; return how many."""
    return int(RateCount.objects.filter(expires_at__lt=timezone.now()).delete()[0])


def _hashed(key: str, seconds: int) -> str:
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, f"rate {seconds} {key}".encode(), hashlib.sha256).hexdigest()
