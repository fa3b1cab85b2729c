"""Rate limits are counted by all processes together and tell nobody who was counted."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connections
from django.utils import timezone

from tavolo.common.limits import TooOften, forget_expired, limit
from tavolo.common.models import RateCount

HOUR = timedelta(hours=1)


def test_beyond_the_count_it_is_refused_with_a_time(db: None) -> None:
    for _ in range(3):
        limit("invite:anna@prova.example", per=HOUR, count=3)
    limit("invite:bruno@prova.example", per=HOUR, count=3)
    with pytest.raises(TooOften) as refused:
        limit("invite:anna@prova.example", per=HOUR, count=3)
    assert 0 < refused.value.retry_after <= 3600


def test_a_new_window_begins_at_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    limit("key", per=HOUR, count=1)
    later = timezone.now() + HOUR
    monkeypatch.setattr(timezone, "now", lambda: later)
    limit("key", per=HOUR, count=1)
    monkeypatch.setattr(timezone, "now", lambda: later + 2 * HOUR)
    assert forget_expired() == 1


def test_keys_cannot_be_read_from_the_table(db: None) -> None:
    limit("invite:anna@prova.example", per=HOUR, count=3)
    assert "anna" not in str(vars(RateCount.objects.get()))


def test_djangos_own_cache_is_shared_too(db: None) -> None:
    cache.set("key", {"value": 1}, 60)
    assert cache.get("key") == {"value": 1}
    assert "db" in type(cache._connections[cache._alias]).__module__  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_counted_exactly() -> None:
    refused: list[int] = []

    def knock() -> None:
        try:
            for _ in range(10):
                try:
                    limit("door", per=timedelta(days=365), count=30)
                except TooOften:
                    refused.append(1)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=knock) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(refused) == 20
