"""Structured logs without personal data.

One JSON line per request: method, route name, status, milliseconds, a random request id. No address,
no account, no path (paths carry ids), no query, no form data. An exception is logged by its type and
the places it passed through, never by its message: database messages quote the row.
"""

from __future__ import annotations

import logging
import time
import traceback
import uuid
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse


def without_values(record: logging.LogRecord) -> dict[str, Any]:
    """Return what may be told of a log record of any library."""
    told: dict[str, Any] = {"event": record.name, "level": record.levelname.lower()}
    if record.name.startswith(("tavolo", "procrastinate")) and not record.args:
        told["event"] = record.getMessage() if isinstance(record.msg, str) else record.name
    if record.exc_info and record.exc_info[0]:
        told["exception"] = record.exc_info[0].__name__
        frames = traceback.extract_tb(record.exc_info[2])[-8:]
        told["places"] = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames]
    status = getattr(record, "status_code", None)
    if status is not None:
        told["status"] = status
    return told


class QuietFormatter(logging.Formatter):
    """Format any log record as one JSON line that holds no personal data."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told: MutableMapping[str, Any] = (
            dict(record.msg) if isinstance(record.msg, dict) else without_values(record)
        )
        told.setdefault("level", record.levelname.lower())
        told["time"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        return str(structlog.processors.JSONRenderer(ensure_ascii=False)(None, "", told))


def configuration(level: str = "INFO") -> dict[str, Any]:
    """Return the logging configuration for Django's LOGGING setting."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"quiet": {"()": QuietFormatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "quiet"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "tavolo": {"handlers": ["stderr"], "level": level, "propagate": False},
            "procrastinate": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            # The request log below says the same without the path.
            "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
            "django.security": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        },
    }


class RequestLogMiddleware:
    """Log one line per request and give each request an id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.log = logging.getLogger("tavolo.request")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began, identity = time.perf_counter(), uuid.uuid4().hex[:12]
        response = self.get_response(request)
        match = request.resolver_match
        route = match.view_name if match else None
        # A vote leaves no line of its own: its time would sit beside the sealed ballot.
        if not getattr(response, "leave_no_log", False):
            self.log.info(
                {
                    "event": "request",
                    "request": identity,
                    "method": request.method,
                    "route": route,
                    "status": response.status_code,
                    "ms": round((time.perf_counter() - began) * 1000, 1),
                }
            )
        response["X-Request-Id"] = identity
        return response
