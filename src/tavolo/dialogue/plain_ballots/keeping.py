"""Which groups keep their own figures when a plain ballot closes. Pure.

As `disclosure.places`, with one difference: no vote of a ballot may be left uncounted. Where the small groups
of a side are too few together to be shown, the smallest of the larger groups join their pool until it is
large enough. Only a side in which fewer than `least` people voted in all stays without figures.
"""

from __future__ import annotations

from collections.abc import Sequence

from tavolo.dialogue.disclosure import Place, places


def places_keeping_all(sides: Sequence[str], voters: Sequence[int], least: int) -> list[Place]:
    """Return, for each group, whether its ballots keep its name, are pooled, or are not counted."""
    found = places(sides, voters, least)
    for side in dict.fromkeys(sides):
        rows = [row for row, own in enumerate(sides) if own == side]
        if all(found[row] != "dropped" for row in rows):
            continue
        pool = [row for row in rows if found[row] == "dropped"]
        held = sum(voters[row] for row in pool)
        for row in sorted((row for row in rows if row not in pool), key=lambda row: voters[row]):
            if held >= least:
                break
            pool.append(row)
            held += voters[row]
        for row in pool:
            found[row] = "pool" if held >= least else "dropped"
    return found
