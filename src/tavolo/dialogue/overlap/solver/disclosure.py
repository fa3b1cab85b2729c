"""What may be shown of packages: a coarse account, and nothing else that was lodged.

Points and weights are never shown. Of each party a package says, issue by issue, one of four grades relative
to that party's own best within the overlap, and one of five bands for the whole. Counts of equally good
packages are reduced to yes or no. `disclose` is the whole declared output: whatever anybody sees is a
function of it. How much it tells about a party is worked out in docs/maths/blind-overlap.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tavolo.dialogue.overlap.solver.packages import Package, Packages
from tavolo.dialogue.overlap.solver.question import Lodged

BEST, BETWEEN, LEAST, SAME = "best", "between", "least", "same"
GRADES = (BEST, BETWEEN, LEAST, SAME)
BANDS = 4  # a whole band is a quarter of the way from the worst to the best; the last one is the best itself


@dataclass(frozen=True)
class View:
    """What a package means for one party: issue -> grade, and the band 0..4. No priorities: band None."""

    party: str
    band: int | None
    grades: Mapping[str, str]


@dataclass(frozen=True)
class Shown:
    """A package as it is shown. `alike`: others are worth exactly the same to everybody."""

    choice: Mapping[str, str]
    worst_off: bool
    nash: bool
    alike: bool
    views: tuple[View, ...]


@dataclass(frozen=True)
class Declared:
    """All that is shown. `all_shown`: there is no further efficient package that differs for anybody."""

    packages: tuple[Shown, ...]
    all_shown: bool
    priorities: bool


def grade(values: Mapping[str, int], option: str) -> str:
    """Return how an option stands among a party's values of the common options of an issue."""
    low, high = min(values.values()), max(values.values())
    if low == high:
        return SAME
    own = values[option]
    return BEST if own == high else LEAST if own == low else BETWEEN


def band(share: float) -> int:
    """Return the quarter a share lies in, 0 to 3, or 4 where it is the best itself."""
    return BANDS if share >= 1.0 else int(share * BANDS)


def disclose(solved: Packages, lodged: Mapping[str, Lodged]) -> Declared:
    """Return what is shown of solved packages; the marked ones first, then those kinder to the worst-off."""
    marked: dict[tuple[str, ...], Package] = {}
    for package in (*solved.worst_off, *solved.nash, *solved.others):
        marked.setdefault(tuple(package.choice.values()), package)
    fair = {tuple(package.choice.values()) for package in solved.worst_off}
    nash = {tuple(package.choice.values()) for package in solved.nash}
    shown = tuple(
        Shown(package.choice, key in fair, key in nash, package.alike > 1, _views(solved, package, lodged))
        for key, package in marked.items()
    )
    priorities = len(solved.indifferent) < len(lodged)
    return Declared(shown, solved.efficient_vectors == len(shown), priorities)


def _views(solved: Packages, package: Package, lodged: Mapping[str, Lodged]) -> tuple[View, ...]:
    views = []
    for party in sorted(lodged):
        grades = {
            issue: grade({o: lodged[party].value(issue, o) for o in solved.common[issue]}, option)
            for issue, option in package.choice.items()
        }
        indifferent = party in solved.indifferent
        views.append(View(party, None if indifferent else band(package.shares[party]), grades))
    return tuple(views)
