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
    if plan.membership.joiners != "full" or plan.membership.leavers.startswith("pro_rata"):
        needed["hired"] = f"clause {plan.membership.clause} counts joiners in proportion"
    return needed


def expected_columns(plan: Plan) -> dict[str, str]:
    """Columns that must be there though most cells are empty: without them nobody would ever have left."""
    if plan.membership.leavers == "full":
        return {}
    return {"left": f"clause {plan.membership.clause} counts leavers in proportion or not at all"}


def known_levels(plan: Plan) -> tuple[str, ...]:
    """Levels that have an amount or a parameter, where the plan needs one; none where it does not."""
    rule = plan.distribution
    tables = [plan.pool.get("amounts_by_level")]
    tables += [rule.level_parameters] if "level" in (rule.key, *rule.blend) else []
    found = [set(table) for table in tables if table]
    return tuple(sorted(set.intersection(*found))) if found else ()
