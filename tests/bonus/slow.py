"""The bonus computed a second time, slowly, in Decimals and Fractions, from the written rules alone.

Nothing here imports the engine's rules: this is the other reading of the same law and of the same agreement,
one worker at a time, against which the arrays are compared to the cent.
"""

from __future__ import annotations

import itertools
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import gcd

CENT = Decimal("0.01")
D = Decimal


def rounded(value: Decimal, policy: str) -> Decimal:
    """To the cent by the policy of the slip."""
    return value.quantize(CENT, rounding=ROUND_HALF_EVEN if policy == "line_half_even" else ROUND_HALF_UP)


def slip(worker: dict, law: dict, eligible: bool, policy: str) -> dict[str, Decimal]:
    """One worker's lines. `worker` and `law` hold Decimals in euro and rates as fractions."""
    gross = worker["gross"]
    admitted = eligible and worker["prior_income"] <= law["income_limit"]
    flat_allowed = admitted and not worker["renounced"]
    room = max(D(0), law["cap"] - worker["cap_used"])

    converted = {}
    left = min((gross * law["welfare_most"]).quantize(CENT, rounding=ROUND_DOWN), room)
    if not (flat_allowed and law["welfare"]):
        left = D(0)
    for kind in ("exempt", "fringe", "pension", "health"):
        converted[kind] = min(worker[kind], left)
        left -= converted[kind]
    added = {kind: rounded(value * law["uplift"], policy) for kind, value in converted.items()}
    cash = gross - sum(converted.values())
    room -= sum(converted.values())

    free = min(cash, max(D(0), law["relief"] - worker["relief_used"])) if admitted else D(0)
    contributions = rounded((cash - free) * worker["rate"], policy)
    if worker["band_room"] is not None and cash > worker["band_room"]:
        contributions += rounded(min(cash - worker["band_room"], cash - free) * law["above_band"], policy)
    base = cash - contributions

    flat = D(0)
    if flat_allowed and cash:
        if law["basis"] == "net":
            flat = min(base, room)
        else:
            inside = min(cash, room)
            flat = inside - rounded(contributions * inside / cash, policy)
    flat_tax = rounded(flat * law["rate"], policy)

    fringe = converted["fringe"] + added["fringe"]
    limit = law["fringe_children"] if worker["children"] else law["fringe"]
    taxable = D(0)
    if fringe and worker["fringe_used"] + fringe > limit:
        if worker["fringe_used"] > limit:
            taxable = fringe
        elif law["whole"]:
            taxable = worker["fringe_used"] + fringe
        else:
            taxable = worker["fringe_used"] + fringe - limit
    fringe_contributions = rounded(taxable * worker["rate"], policy)

    ordinary = base - flat + taxable - fringe_contributions
    tax = lost = surtax = D(0)
    if ordinary:
        before = worker["taxable_income"]
        after = before + ordinary
        tax = rounded(bands(after, law["bands"]) - bands(before, law["bands"]), policy)
        lost = deduction(before, law["deduction"]) - deduction(after, law["deduction"])
        surtax = rounded(ordinary * law["surtax"], policy)
        year = [
            rounded(bands(income, law["bands"]), policy) - deduction(income, law["deduction"])
            for income in (before, after)
        ]
        if year[0] < 0 or year[1] < 0:  # the deduction covers the tax: what is owed is only the rest
            lost = max(year[1], D(0)) - max(year[0], D(0)) - tax
            surtax = surtax if year[1] > 0 else D(0)
    net = cash - contributions - flat_tax - fringe_contributions - tax - lost - surtax
    funds = sum(converted[k] + added[k] for k in ("pension", "health"))
    return {
        "welfare": sum(converted.values()), "uplift": sum(added.values()), "cash": cash, "relieved": free,
        "contributions": contributions, "flat_base": flat, "flat_tax": flat_tax, "ordinary_base": base - flat,
        "fringe_taxable": taxable, "fringe_contributions": fringe_contributions, "income_tax": tax,
        "deduction_lost": lost, "surtax": surtax, "net": net,
        "employer_contributions": rounded((cash + taxable) * law["employer"],
        policy) - rounded(free * law["points"], policy),
        "solidarity": rounded(funds * law["solidarity"], policy),
        "severance": rounded(cash / law["severance"], policy) if law["severance"] else D(0),
    }  # fmt: skip


def bands(income: Decimal, table: list[tuple[Decimal, Decimal]]) -> Decimal:
    """Progressive tax, band by band."""
    total = D(0)
    edges = [start for start, _ in table[1:]] + [D("Infinity")]
    for (start, rate), end in zip(table, edges, strict=True):
        if income > start:
            total += (min(income, end) - start) * rate
    return total


def deduction(income: Decimal, table: list[tuple[Decimal, ...]]) -> Decimal:
    """Employee deduction, to the cent."""
    row = table[0]
    for candidate in table[1:]:
        if income > candidate[0]:
            row = candidate
    _, fixed, share, until, width = row
    exact = Fraction(fixed) + Fraction(share) * (Fraction(until) - Fraction(income)) / Fraction(width)
    cents = (exact * 200 + 1).__floor__() // 2
    return D(cents).scaleb(-2)


def split(pool: int, weights: list[int], names: list[str]) -> list[int]:
    """Largest remainder over exact fractions; ties to the name that comes first."""
    total = sum(weights)
    exact = [Fraction(pool * weight, total) for weight in weights]
    shares = [value.__floor__() for value in exact]
    order = sorted(range(len(weights)), key=lambda i: (shares[i] - exact[i], names[i]))
    for index in order[: pool - sum(shares)]:
        shares[index] += 1
    return shares


def fill(pool: int, weights: list[int], floors: list[int], caps: list[int]) -> list[Fraction]:
    """Exact water-filling: try every stretch between breakpoints."""
    active = [i for i, w in enumerate(weights) if w]
    points = sorted({Fraction(limit[i], weights[i]) for i in active for limit in (floors, caps)})
    level = None
    for low, high in zip([Fraction(0), *points], points, strict=False):
        at_high = sum(min(Fraction(caps[i]), max(Fraction(floors[i]), high * weights[i])) for i in active)
        if at_high >= pool:
            free = [i for i in active if floors[i] <= low * weights[i] and high * weights[i] <= caps[i]]
            rest = sum(
                Fraction(floors[i] if floors[i] >= high * weights[i] else caps[i])
                for i in active
                if i not in free
            )
            level = (pool - rest) / sum(weights[i] for i in free) if free else high
            break
    assert level is not None
    return [
        min(Fraction(caps[i]), max(Fraction(floors[i]), level * weights[i])) if weights[i] else Fraction(0)
        for i in range(len(weights))
    ]


def score(
    points: list[tuple[Fraction, Fraction]], mode: str, below: str, above: str, x: Fraction
) -> Fraction:
    """A grid read by hand."""
    if x < points[0][0]:
        return Fraction(0) if below == "zero" else points[0][1]
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        if x0 <= x < x1:
            return y0 if mode == "step" else y0 + (y1 - y0) / (x1 - x0) * (x - x0)
    if above == "extend":
        (x0, y0), (x1, y1) = points[-2:]
        return y0 + (y1 - y0) / (x1 - x0) * (x - x0)
    return points[-1][1]


def months_inside(start, end, joined, gone) -> int:
    """Months of the period with at least 15 days in the firm, counted day by day."""
    from datetime import timedelta

    counted: dict[tuple[int, int], int] = {}
    day = max(start, joined)
    while day <= min(end, gone):
        counted[(day.year, day.month)] = counted.get((day.year, day.month), 0) + 1
        day += timedelta(days=1)
    return sum(1 for days in counted.values() if days >= 15)


def member(plan: dict, worker: dict) -> tuple[int, int]:
    """Days (or months) counted and those of the period."""
    start, end = plan["period"]
    joiners, leavers = plan["joiners"], plan["leavers"]
    months = "pro_rata_months" in (joiners, leavers)
    whole = 12 if months else (end - start).days + 1
    joined, gone = max(worker["hired"], start), min(worker["left"] or end, end)
    inside = (gone - joined).days + 1
    if inside < 1:
        return 0, whole
    counted = whole
    first = start if joiners == "full" else joined  # in full: as if always there
    last = end if leavers == "full" else gone
    for touched, way in ((joined > start, joiners), (gone < end, leavers)):
        if touched and way == "excluded":
            return 0, whole
        if touched and way.startswith("pro_rata"):
            days = (last - first).days + 1
            counted = min(counted, months_inside(start, end, first, last) if months else days)
    return counted, whole


def half_up(value: Fraction) -> int:
    return (value + Fraction(1, 2)).__floor__()


def gross_of_plan(plan: dict, workers: list[dict], factor: Fraction) -> list[int]:
    """Gross cents of every worker of a plan given as plain values; `factor` is score times gate."""
    if plan["method"] == "per_head":
        return [per_head(plan, worker, factor) for worker in workers]
    weights = []
    keys = plan["blend"] if plan["key"] == "blend" else {plan["key"]: Fraction(1)}
    singles = {key: [single(plan, key, worker) for worker in workers] for key in keys}
    for i, worker in enumerate(workers):
        if plan["key"] == "blend":
            weight = sum(
                (part * 10**12 * singles[key][i] / sum(singles[key])).__floor__()
                for key, part in keys.items()
            )
        else:
            weight = singles[plan["key"]][i]
        if plan["individual"]:
            weight *= worker["coefficient"]
        weights.append(weight)
    pool = half_up(plan["amount"] * factor * 100)
    scale = 1
    for weight in weights:
        scale = scale * weight.denominator // gcd(scale, weight.denominator)
    return split(pool, [int(weight * scale) for weight in weights], [worker["id"] for worker in workers])


def single(plan: dict, key: str, worker: dict) -> Fraction:
    """The weight of one worker under one key."""
    days, _ = member(plan, worker)
    if key == "hours":
        return Fraction(worker["worked"] + worker["protected"] if days else 0)
    if key == "pay":
        return Fraction(worker["pay"] * days)
    weight = Fraction(days)
    if key == "level":
        weight *= plan["parameters"][worker["level"]]
    return weight * worker["part_time"] if plan["part_time"] == "proportional" else weight


def per_head(plan: dict, worker: dict, factor: Fraction) -> int:
    """One worker's amount, each step to the cent."""
    amount = Fraction(half_up(plan["amount"] * factor * 100))
    if plan["presence"] == "hours":
        hours = min(worker["worked"] + worker["protected"], worker["due"])
        amount = Fraction(half_up(amount * hours / worker["due"])) if worker["due"] else Fraction(0)
    days, whole = member(plan, worker)
    amount = Fraction(half_up(amount * days / whole))
    if plan["part_time"] == "proportional":
        amount = Fraction(half_up(amount * worker["part_time"]))
    if plan["individual"]:
        amount = Fraction(half_up(amount * worker["coefficient"]))
    return int(amount)
