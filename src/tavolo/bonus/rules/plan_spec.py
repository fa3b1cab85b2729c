"""What a plan file may say: every key with its meaning. The published schema is written from this."""

from __future__ import annotations

from typing import Any

from tavolo.bonus.rules.eligibility import CRITERIA_FIXED, DIRECTIONS
from tavolo.bonus.rules.grid import ABOVE, BELOW, MODES
from tavolo.bonus.rules.observations import AGGREGATES, BANDS
from tavolo.bonus.rules.spec import Choice, Field, ListOf, MapOf, OneOf, Record, json_schema
from tavolo.bonus.rules.terms import INSTRUMENTS

SCHEMA_NAME = "tavolo-bonus-plan/1"
MEASURES = ("value", "change", "change_percent", "attainment_percent", "real_change_points")
TESTS = ("improved", "at_least", "at_most", "above", "below")
KEYS = ("equal", "pay", "level", "hours", "blend")
MEMBERSHIP = ("pro_rata_days", "pro_rata_months", "full", "excluded")

_exclusion = Record("exclusion", {
    "what": Field(Choice(("period", "observation")), "leave out the whole period or the single "
        "observation", True),
    "field": Field("text", "column of the results file that decides", True),
    "above": Field("number", "left out above this value"),
    "below": Field("number", "left out below this value"),
    "equals": Field("text", "left out when the column holds this word"),
    "by": Field("text", "column whose values are judged one by one (for instance the supplier code)"),
})  # fmt: skip
_condition = Record("condition", {
    "indicator": Field("id", "indicator the condition looks at", True),
    "test": Field(Choice(TESTS), "improved compares with the base period; the others with 'value'", True),
    "value": Field("number", "the bound, for every test but improved"),
})  # fmt: skip
_priced = Record("item", {
    "quantity": Field("id", "figure with the quantities of the two periods", True),
    "price": Field("id", "figure with the prices of the two periods", True),
})  # fmt: skip
_SHARE = {
    "worker_share": Field("share", "part of the gain that goes to the workers", True),
    "reserve": Field("share", "part of the gain held back for bad periods", default=0),
}
_SCORED = {
    "times_score": Field("flag", "multiply by the score of the grid", default=False),
    "ceiling": Field("money", "the pool is at most this"),
}
_POOLS = {
    "fixed_per_head": Record("amount per head", {
        "amount": Field("money", "full amount per worker"),
        "amounts_by_level": Field(MapOf("money"), "full amount by level"),
        "times_score": Field("flag", "multiply by the score of the grid", default=True),
    }),
    "fixed_total": Record("fixed total", {
        "amount": Field("money", "total to share", True),
        "times_score": Field("flag", "multiply by the score of the grid", default=True),
    }),
    "scanlon": Record("Scanlon", {
        "labour": Field("id", "figure: labour cost", True),
        "value": Field("id", "figure: sales value of production, inventory "
            "included", True), **_SHARE, **_SCORED,
    }),
    "rucker": Record("Rucker", {
        "labour": Field("id", "figure: labour cost", True),
        "value": Field("id", "figure: value added", True), **_SHARE, **_SCORED,
    }),
    "improshare": Record("Improshare", {
        "hours": Field("id", "figure: hours worked", True),
        "standard": Field("id", "figure: output in standard hours (or units)", True),
        "hourly_rate": Field("money", "euro per hour saved", True),
        "worker_share": Field("share", "part of the saved hours that is paid", True),
        "saving_ceiling": Field("share", "at most this part of the hours worked is paid"), **_SCORED,
    }),
    "profit_share": Record("profit share", {
        "profit": Field("id", "figure: profit", True),
        "threshold": Field("money", "profit below this brings nothing", default=0),
        "worker_share": Field("share", "part of the profit above the threshold", True), **_SCORED,
    }),
    "real_productivity": Record("price-corrected productivity", {
        "value_added": Field("id", "figure: value added", True),
        "hours": Field("id", "figure: hours worked", True),
        "deflator": Field("id", "figure whose measured value is the price index (base "
            "1)", True), **_SHARE, **_SCORED,
    }),
    "bennet": Record("productivity part of the change of profit (Bennet)", {
        "outputs": Field(ListOf(_priced, 1), "products", True),
        "inputs": Field(ListOf(_priced, 1), "inputs", True), **_SHARE, **_SCORED,
    }),
    "french_reserve": Record("French statutory reserve", {
        "profit": Field("id", "figure: taxed profit", True), "capital": Field("id", "figure: own capital",
        True),
        "wages": Field("id", "figure: wages", True), "value_added": Field("id", "figure: value added",
        True), **_SCORED,
    }),
}  # fmt: skip

RULES: dict[str, Record] = {
    "indicator": Record("indicator", {
        "id": Field("id", "short name used by the other rules", True),
        "name": Field("text", "name as people read it", True),
        "ministry_number": Field("whole", "number in the ministry's deposit form, 1 to 21", True),
        "unit": Field("text", "unit of measure", True),
        "direction": Field(Choice(DIRECTIONS), "up if more is better, down if less is better", True),
        "document": Field("text", "document the values are read from", True),
        "base": Field("number", "agreed base value, when the results file does not give it"),
        "band": Field(Choice(BANDS), "band the observations are grouped by"),
        "aggregate": Field(Choice(AGGREGATES), "how a band's observations become one value", default="mean"),
        "exclusions": Field(ListOf(_exclusion), "observations or periods left out", default=()),
    }),
    "figure": Record("figure", {
        "id": Field("id", "short name used by the pool", True),
        "name": Field("text", "name as people read it", True),
        "unit": Field("text", "unit of measure", True),
        "document": Field("text", "document the values are read from", True),
        "base": Field("number", "agreed base value, when the results file does not give it"),
    }),
    "score": Record("grid of one indicator", {
        "indicator": Field("id", "indicator the grid reads", True),
        "weight": Field("number", "weight in the total score", default=1),
        "measure": Field(Choice(MEASURES), "what is read on the grid", True),
        "target": Field("number", "target, for attainment_percent"),
        "inflation": Field("id", "indicator with inflation in percent, for real_change_points"),
        "mode": Field(Choice(MODES), "between the points: step (highest reached) or linear", True),
        "below": Field(Choice(BELOW), "before the first point: zero, or the first payout", True),
        "above": Field(Choice(ABOVE), "after the last point: the last payout, or extend the line", True),
        "points": Field(ListOf("pair", 1), "pairs [value, payout]; payout 1 is the full amount", True),
    }),
    "combination": Record("how the scores become one", {
        "form": Field(Choice(("additive", "product")), "weighted sum, or product", True),
        "floor": Field("number", "the total score is at least this"),
        "ceiling": Field("number", "the total score is at most this"),
    }),
    "gate": Record("gate", {
        "mode": Field(Choice(("any", "all", "at_least")), "how many conditions open the premium", True),
        "at_least": Field("whole", "number of conditions, for at_least"),
        "conditions": Field(ListOf(_condition, 1), "the conditions", True),
    }),
    "eligibility": Record("increment that admits the tax relief", {
        "mode": Field(Choice(("any", "all", "at_least")), "how many indicators must improve", True),
        "at_least": Field("whole", "number of indicators, for at_least"),
        "indicators": Field(ListOf("id", 1), "indicators compared with the base period", True),
    }),
    "pool": Record("pool", {"pool": Field(OneOf("formula", _POOLS), "formula with its terms", True)}),
    "distribution": Record("distribution", {
        "method": Field(Choice(("share_pool", "per_head")), "share a pool, or an amount per head", True),
        "key": Field(Choice(KEYS), "what the shares are proportional to", default="equal"),
        "blend": Field(MapOf("share"), "parts of each key, adding up to 1, for key blend"),
        "level_parameters": Field(MapOf("number"), "parameter of each level, for key level"),
        "part_time": Field(Choice(("proportional", "full")), "part-timers in proportion or in full", True),
        "presence": Field(Choice(("hours", "none")), "per head: reduce by hours of presence, or "
            "not", default="none"),
        "floor": Field("money", "nobody gets less than this"),
        "cap": Field("money", "nobody gets more than this"),
    }),
    "individual": Record("individual coefficient", {
        "floor": Field("number", "the coefficient is at least this", default=0),
        "ceiling": Field("number", "the coefficient is at most this", default=10),
    }),
    "membership": Record("joiners and leavers", {
        "joiners": Field(Choice(MEMBERSHIP), "hired during the period", True),
        "leavers": Field(Choice(MEMBERSHIP), "left during the period", True),
        "least_days": Field("whole", "nothing below this many days in the period", default=0),
    }),
    "instalments": Record("instalments", {
        "payments": Field(ListOf(Record("payment", {
            "name": Field("text", "name of the payment", True),
            "share": Field("share", "part of the premium", True),
            "paid_on": Field("date", "day of payment; the run's date when absent"),
        }), 1), "payments in order; the shares add up to 1", True),
    }),
    "welfare": Record("welfare conversion", {
        "uplift_rate": Field("share", "what the firm adds on conversion", default=0),
        "uplift_table": Field(ListOf("pair"), "pairs [converted, welfare received], where the firm adds "
            "amounts", default=()),
        "most": Field("share", "part of the premium that may be converted", default=1),
    }),
}  # fmt: skip

_clause = Record("clause", {
    "id": Field("text", "clause id, as in the signed text", True),
    "title": Field("text", "title", True),
    "text": Field("text", "the signed text", True),
    "rules": Field(ListOf(OneOf("type", RULES)), "the rules this clause states", default=()),
})  # fmt: skip
_dates = Record("period", {"from": Field("date", "first day", True), "to": Field("date", "last day", True)})

PLAN = Record("plan", {
    "schema": Field(Choice((SCHEMA_NAME,)), "version of this format", True),
    "title": Field("text", "title of the plan", True),
    "firm": Field(Record("firm", {
        "name": Field("text", "name of the firm", True),
        "employer_contribution_rate": Field("share", "the firm's own contribution rate"),
        "surtax_rate": Field("share", "regional and municipal surtax on the part taxed ordinarily"),
        "severance_on_premium": Field("flag", "the premium counts for the severance accrual", default=False),
    }), "the firm that pays", True),
    "agreement": Field(Record("agreement", {
        "kind": Field(Choice(("company", "territorial")), "company or territorial agreement", True),
        "parties": Field(ListOf("text", 1), "who signed", True),
        "signed_on": Field("date", "day of signing", True),
        "deposited_on": Field("date", "day of the telematic deposit"),
        "joint_involvement": Field("flag", "coinvolgimento paritetico", default=False),
        "instrument": Field(Choice(INSTRUMENTS), "premium, profit_sharing or ristorni", default="premium"),
        "profit_share_to_workers": Field("share", "part of total profits that goes to workers"),
        "criteria_fixed": Field(Choice(CRITERIA_FIXED), "when the criteria were fixed", True),
        "outcome_uncertain": Field("flag", "the outcome was uncertain at signing"),
    }), "the agreement", True),
    "period": Field(_dates, "measured period", True),
    "base_period": Field(_dates, "comparison period (periodo congruo)", True),
    "rounding": Field(Choice(("line_half_up", "line_half_even")), "rounding policy of the slips", True),
    "law_choices": Field(MapOf("text"), "reading taken where sources conflict, for instance cap_basis: "
        "gross", default={}),
    "clauses": Field(ListOf(_clause, 1), "clauses of the agreement, each with its rules", True),
})  # fmt: skip


def plan_schema() -> dict[str, Any]:
    """The published JSON Schema of a plan file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tavolo bonus plan",
        "description": "An agreement's clauses and their rules side by side. Write numbers in quotes.",
        **json_schema(PLAN),
    }
