"""What a rule file or a count may have wrong, in a sentence."""

from __future__ import annotations


class RuleError(ValueError):
    """A rule file, a rule set or a count that cannot be used; the message says why and what to do."""
