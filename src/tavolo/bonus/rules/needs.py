"""Which columns of the workers file a plan needs, and why."""

from __future__ import annotations

from tavolo.bonus.rules.plan import Plan


def needed_columns(plan: Plan) -> dict[str, str]:
    """Column name -> why it is needed, in English. A missing cell in one of these stops the run."""
    needed = {"id": "names the worker", "prior_income": "the income test looks at the year before payment"}
    rule = plan.distribution
    keys = {rule.key, *rule.blend}
    if "hours" in keys or rule.presence == "hours":
        needed["worked_hours"] = f"clause {rule.clause} uses hours of presence"
    if rule.presence == "hours":
        needed["contract_hours"] = f"clause {rule.clause} compares hours of presence with contract hours"
    if "pay" in keys:
        needed["pay"] = f"clause {rule.clause} shares by pay"
    if "level" in keys or plan.pool.get("amounts_by_level"):
        needed["level"] = "the plan has amounts or parameters by level"
    if rule.part_time == "proportional" and (rule.method == "per_head" or keys & {"equal", "level"}):
        needed["part_time"] = f"clause {rule.clause} counts part-time in proportion"
    if plan.individual is not None:
        needed["coefficient"] = f"clause {plan.clause_of['individual']} has an individual coefficient"
    if (
        "pro_rata_days" in (way := (plan.membership.joiners, plan.membership.leavers))
        or "pro_rata_months" in way
    ):
        needed["hired"] = f"clause {plan.membership.clause} counts joiners in proportion"
    return needed
