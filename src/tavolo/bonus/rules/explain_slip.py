"""The lines of one payment's slip: they add up from the cash paid to the net, and show the firm's cost."""

from __future__ import annotations

from decimal import Decimal

from tavolo.bonus.rules.lines import Line, Section
from tavolo.bonus.rules.money import format_euro, format_percent
from tavolo.bonus.rules.run import Payment, Run
from tavolo.bonus.rules.texts import text


def slip_lines(run: Run, payment: Payment, position: int, lang: str) -> Section:
    """One payment of one worker. The lines with a sign add up to the net."""
    cents = {name: int(values[position]) for name, values in payment.lines.items()}
    day = f"{payment.paid_on:%d/%m/%Y}" if lang == "it" else payment.paid_on.isoformat()
    title = text("section_payment", lang, name=payment.name, day=day, year=str(payment.terms.tax_year))
    lines = [
        Line(text("gross", lang), int(payment.gross[position]), run.plan.clause_of.get("instalments", ""))
    ]
    if cents["welfare"]:
        clause = run.plan.clause_of.get("welfare", "")
        lines.append(
            Line(text("welfare", lang), cents["welfare"], clause, _law(payment, "welfare_conversion_exempt"))
        )
    lines.append(Line(text("cash", lang), cents["cash"], sign=1))
    lines += _contributions(payment, position, cents, lang)
    lines += _taxes(run, payment, position, cents, lang)
    lines.append(Line(text("net", lang), cents["net"]))
    if cents["uplift"]:
        lines.append(Line(text("uplift", lang), cents["uplift"], run.plan.clause_of.get("welfare", "")))
    if cents["welfare"]:
        lines.append(Line(text("welfare_total", lang), cents["welfare"] + cents["uplift"]))
    return Section(title, tuple(lines + _firm(run, payment, cents, lang)))


def _law(payment: Payment, key: str) -> str:
    value = payment.law.get(key)
    return value.reference.short() if value else ""


def _contributions(payment: Payment, position: int, cents: dict[str, int], lang: str) -> list[Line]:
    lines = []
    if cents["relieved"]:
        law = _law(payment, "joint_relief_limit")
        lines.append(
            Line(text("relieved", lang) + f": {format_euro(cents['relieved'], lang)}", None, "", law)
        )
    rate = Decimal(int(payment.people.contribution_rate[position])).scaleb(-6)
    subject = cents["cash"] - cents["relieved"]
    room = payment.people.band_room
    above = subject and room is not None and cents["cash"] > int(room[position])
    key = "contributions_band" if above else "contributions"
    sentence = text(key, lang, rate=format_percent(rate, lang), subject=format_euro(subject, lang))
    return [*lines, Line(sentence, -cents["contributions"], "", "INPS", -1)]


def _taxes(run: Run, payment: Payment, position: int, cents: dict[str, int], lang: str) -> list[Line]:
    terms = payment.terms
    lines = [Line(text("base", lang), cents["flat_base"] + cents["ordinary_base"])]
    if cents["flat_base"]:
        sentence = text(
            "flat", lang, rate=format_percent(terms.rate, lang), base=format_euro(cents["flat_base"], lang),
            cap=format_euro(int(terms.cap * 100), lang),
        )  # fmt: skip
        lines.append(Line(sentence, -cents["flat_tax"], "", _law(payment, "substitute_tax_rate"), -1))
    if cents["fringe_taxable"]:
        limit = terms.fringe_limit
        if payment.people.children is not None and payment.people.children[position]:
            limit = terms.fringe_limit_children
        figures = {
            "limit": format_euro(int(limit * 100), lang),
            "taxable": format_euro(cents["fringe_taxable"], lang),
        }
        lines.append(Line(text("fringe", lang, **figures), None, "", _law(payment, "fringe_limit")))
        lines.append(Line(text("fringe_contributions", lang), -cents["fringe_contributions"], "", "INPS", -1))
    if cents["ordinary_base"] or cents["fringe_taxable"]:
        lines += _ordinary(run, payment, position, cents, lang)
    return lines


def _ordinary(run: Run, payment: Payment, position: int, cents: dict[str, int], lang: str) -> list[Line]:
    why = text("ordinary", lang, why=_why(run, payment, position, cents, lang))
    lines = [Line(why, cents["ordinary_base"], "", _law(payment, "premium_cap"))]
    income = cents["ordinary_base"] + cents["fringe_taxable"] - cents["fringe_contributions"]
    before = 0 if payment.people.taxable_income is None else int(payment.people.taxable_income[position])
    figures = {"income": format_euro(income, lang), "before": format_euro(before, lang)}
    lines.append(
        Line(text("income_tax", lang, **figures), -cents["income_tax"], "", _law(payment, "irpef_bands"), -1)
    )
    if cents["deduction_lost"]:
        law = _law(payment, "employee_deduction")
        key = "deduction_lost" if cents["deduction_lost"] > 0 else "deduction_left"
        lines.append(Line(text(key, lang), -cents["deduction_lost"], "", law, -1))
    return [*lines, Line(text("surtax", lang), -cents["surtax"], "", "", -1)]


def _why(run: Run, payment: Payment, position: int, cents: dict[str, int], lang: str) -> str:
    people, terms = payment.people, payment.terms
    if not run.eligibility.eligible:
        return text("why_not_eligible", lang)
    if int(people.prior_income[position]) > terms.income_limit * 100:
        return text("why_income", lang, limit=format_euro(int(terms.income_limit * 100), lang))
    if people.renounced is not None and people.renounced[position]:
        return text("why_renounced", lang)
    return text("why_cap" if cents["ordinary_base"] else "why_fringe", lang)


def _firm(run: Run, payment: Payment, cents: dict[str, int], lang: str) -> list[Line]:
    estimated = run.plan.firm.employer_contribution_rate is None
    lines = [
        Line(text("employer_estimated" if estimated else "employer", lang), cents["employer_contributions"])
    ]
    if cents["solidarity"]:
        lines.append(
            Line(text("solidarity", lang), cents["solidarity"], "", _law(payment, "solidarity_rate"))
        )
    if cents["severance"]:
        lines.append(
            Line(text("severance", lang), cents["severance"], "", _law(payment, "severance_divisor"))
        )
    paid = cents["cash"] + cents["welfare"] + cents["uplift"]
    cost = paid + cents["employer_contributions"] + cents["solidarity"] + cents["severance"]
    return [*lines, Line(text("cost", lang), cost)]
