"""Cases of kind net_payout and conversion: the slip of a premium, in cash or in welfare."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tavolo.bonus.cases.caps import cap_basis
from tavolo.bonus.cases.sheet import CaseError, Sheet, decimal, pairs, rows
from tavolo.bonus.library import published_uplift
from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.expression import evaluate
from tavolo.bonus.rules.money import EURO, from_fraction, round_line, round_to, times
from tavolo.bonus.rules.slip import Person, Slip, band_tax, compute_slip
from tavolo.bonus.rules.terms import TaxTerms
from tavolo.bonus.rules.uplift import uplift_from_table

NO_LIMIT = Decimal("1e15")
ZERO = Decimal(0)


def _gross(sheet: Sheet) -> Decimal:
    name = sheet.first("gross_premium", "premium", "relieved_premium", "converted_to_exempt_welfare")
    return sheet.money(name)


def _bands(raw: Any, name: str) -> tuple[tuple[Decimal, Decimal], ...]:
    found = rows(raw, name, {"from", "rate"}, {"from", "rate"})
    return tuple((decimal(row["from"], name), decimal(row["rate"], name)) for row in found)


def _needed(sheet: Sheet, name: str, key: str, cash: bool) -> Decimal:
    """A rate that matters only where something is paid in cash."""
    if not cash and not sheet.has(name):
        return ZERO
    value: Decimal = sheet.legal(name, key)
    return value


def _pieces(sheet: Sheet) -> tuple[tuple[Decimal, ...], ...]:
    pieces = sheet.reader().get("employee_deduction")
    return tuple((p["from"], p["fixed"], p["share"], p["until"], p["width"]) for p in pieces)


def _terms(sheet: Sheet, cash: bool) -> TaxTerms:
    ordinary = sheet.has("taxable_income")
    fringe = sheet.has("converted_to_fringe")
    bands: tuple[tuple[Decimal, Decimal], ...] = ()
    if sheet.has("irpef_bands"):
        bands = _bands(sheet.inputs["irpef_bands"], "irpef_bands")
    elif ordinary:
        bands = tuple((band["from"], band["rate"]) for band in sheet.reader().get("irpef_bands"))
    limit = ZERO
    if fringe:
        limit = sheet.legal("fringe_limit", "fringe_limit_children" if _children(sheet) else "fringe_limit")
    relief = sheet.legal("relief_limit", "joint_relief_limit") if sheet.has("relieved_premium") else ZERO
    return TaxTerms(
        tax_year=0, rate=_needed(sheet, "substitute_tax_rate", "substitute_tax_rate", cash),
        cap=_yearly_cap(sheet), cap_basis=cap_basis(sheet),
        income_limit=sheet.money("income_limit") if sheet.has("income_limit") else _income_limit(sheet),
        relief_limit=relief, relief_points=_points(sheet) if relief else ZERO,
        fringe_limit=limit, fringe_limit_children=limit, fringe_above="whole", solidarity_rate=ZERO,
        employer_rate=ZERO, uplift_rate=sheet.money("uplift_rate") if sheet.has("uplift_rate") else ZERO,
        welfare_allowed=True, surtax_rate=sheet.money("surtax_rate") if sheet.has("surtax_rate") else None,
        severance_divisor=None, bands=bands,
        deduction=_pieces(sheet) if ordinary else ((ZERO, ZERO, ZERO, ZERO, Decimal(1)),),  # type: ignore[arg-type]
    )  # fmt: skip


def _yearly_cap(sheet: Sheet) -> Decimal:
    """The case's cap, or the law's for its year; none where the case belongs to no year."""
    if sheet.has("cap") or not sheet.dated():
        return sheet.money("cap") if sheet.has("cap") else NO_LIMIT
    cap: Decimal = sheet.reader().get("premium_cap")
    if _gross(sheet) + (sheet.money("cap_used") if sheet.has("cap_used") else ZERO) > cap:
        sheet.notes.append("premium_cap from the law")
    return cap


def _children(sheet: Sheet) -> bool:
    return sheet.flag("dependent_children") if sheet.has("dependent_children") else False


def _income_limit(sheet: Sheet) -> Decimal:
    if sheet.has("prior_income"):
        limit: Decimal = sheet.reader().get("income_limit")
        return limit
    return NO_LIMIT


def _points(sheet: Sheet) -> Decimal:
    value: Decimal = sheet.legal("employer_ivs_reduction_points", "joint_relief_ivs_points")
    return value


def slip(
    sheet: Sheet, rate: Decimal | None = None, converted: bool = True, needs_income: bool = True
) -> Slip:
    """The slip of the case, possibly at another flat rate or without the conversion.

    `needs_income` False: a line is wanted that does not depend on the year's other income, so a case that
    does not give that income still has it.
    """
    gross = _gross(sheet)
    welfare = {}
    for kind in ("exempt_welfare", "fringe", "pension", "health"):
        if converted and sheet.has(f"converted_to_{kind}"):
            welfare[kind.replace("_welfare", "")] = sheet.money(f"converted_to_{kind}")
    cash = sum(welfare.values(), ZERO) < gross or "fringe" in welfare
    terms = _terms(sheet, cash)
    income = sheet.money("taxable_income") if sheet.has("taxable_income") else None
    if not needs_income:
        income, terms = income or ZERO, replace(terms, surtax_rate=terms.surtax_rate or ZERO)
    if rate is not None:
        terms = replace(terms, rate=rate)
    if sheet.has("relieved_premium"):
        terms = replace(terms, relief_limit=min(terms.relief_limit, sheet.money("relieved_premium")))
    person = Person(
        children=_children(sheet),
        contribution_rate=_needed(sheet, "worker_contribution_rate", "worker_contribution_rate", cash),
        prior_income=sheet.money("prior_income") if sheet.has("prior_income") else ZERO,
        renounced=sheet.flag("renounced") if sheet.has("renounced") else False,
        cap_used=sheet.money("cap_used") if sheet.has("cap_used") else ZERO,
        fringe_used=sheet.money("fringe_used") if sheet.has("fringe_used") else ZERO,
        taxable_income=income,
        welfare=welfare,
    )
    eligible = sheet.flag("tax_eligible") if sheet.has("tax_eligible") else True
    try:
        return compute_slip(gross, eligible, person, terms, sheet.policy)
    except RuleError as error:
        raise CaseError(str(error)) from None


def _worker_contributions(sheet: Sheet) -> Decimal:
    if sheet.has("ral"):
        return round_line(times(sheet.money("ral"), _rate(sheet)), sheet.policy)
    if sheet.has("gross_pay_including_premium"):
        return sheet.money("contributions_ivs") + sheet.money("contributions_cigs")
    return slip(sheet, needs_income=False).contributions


def _rate(sheet: Sheet) -> Decimal:
    value: Decimal = sheet.legal("worker_contribution_rate", "worker_contribution_rate")
    return value


def _net(sheet: Sheet) -> Decimal:
    if sheet.has("ral"):
        parts = ("irpef_gross", "regional_surtax", "municipal_surtax")
        taxes = sum((round_line(sheet.money(name), sheet.policy) for name in parts), ZERO)
        credit = round_line(_employee_deduction(sheet), sheet.policy)
        return sheet.money("taxable_income") - max(ZERO, taxes - credit)
    if sheet.has("gross_pay_including_premium"):
        raise CaseError("the rest of the payslip is not given, so its net cannot be recomputed")
    found = slip(sheet)
    return found.net + found.welfare_total


def _net_gain(sheet: Sheet) -> Decimal:
    if sheet.has("tax_base"):
        base = sheet.money("tax_base")
        before, after = (
            round_line(times(base, sheet.money(name)), sheet.policy) for name in ("rate_before", "rate_after")
        )
        return before - after
    return slip(sheet, sheet.money("rate_after")).net - slip(sheet, sheet.money("rate_before")).net


def net_gain_at(sheet: Sheet, percent: Decimal) -> Decimal:
    """Gain in net pay if the flat tax were `percent`."""
    return slip(sheet, percent / 100).net - slip(sheet).net


def _contribution_base(sheet: Sheet) -> Decimal:
    pay = sheet.money("gross_pay_including_premium")
    rounding = str(sheet.inputs.get("contribution_base_rounding", "cents"))
    if rounding not in ("whole_euro", "cents"):
        raise CaseError(f"contribution_base_rounding '{rounding}' is unknown; use whole_euro or cents")
    return round_to(pay, EURO) if rounding == "whole_euro" else pay


def _part(name: str, key: str) -> Any:
    def compute(sheet: Sheet) -> Decimal:
        rate: Decimal = sheet.legal(name, key)
        return round_line(times(sheet.money("contribution_base"), rate), sheet.policy)

    return compute


def _substitute_tax(sheet: Sheet) -> Decimal:
    if sheet.has("gross_pay_including_premium"):
        rate = sheet.money("worker_contribution_rate")
        rate += sheet.money("cigs_rate") if sheet.has("cigs_rate") else ZERO
        base = sheet.money("premium") - round_line(times(sheet.money("premium"), rate), sheet.policy)
        return round_line(times(base, sheet.money("substitute_tax_rate")), sheet.policy)
    if sheet.has("tax_base"):
        rate = sheet.legal("substitute_tax_rate", "substitute_tax_rate")
        return round_line(times(sheet.money("tax_base"), rate), sheet.policy)
    return slip(sheet, needs_income=False).flat_tax


def _taxable_income(sheet: Sheet) -> Decimal:
    return sheet.money("ral") - sheet.money("worker_contributions")


def _irpef_gross(sheet: Sheet) -> Decimal:
    if sheet.has("irpef_bands"):
        bands = _bands(sheet.inputs["irpef_bands"], "irpef_bands")
    else:
        bands = tuple((band["from"], band["rate"]) for band in sheet.reader().get("irpef_bands"))
    return round_line(band_tax(sheet.money("taxable_income"), bands), sheet.policy)


def _employee_deduction(sheet: Sheet) -> Decimal:
    taxable = Fraction(sheet.money("taxable_income"))
    if not sheet.has("employee_deduction"):
        return _legal_deduction(sheet, from_fraction(taxable))
    try:
        value = evaluate(
            sheet.text("employee_deduction"), {"taxable": taxable, "ral": Fraction(sheet.money("ral"))}
        )
    except RuleError as error:
        raise CaseError(str(error)) from None
    return round_line(from_fraction(value), sheet.policy)


def _legal_deduction(sheet: Sheet, taxable: Decimal) -> Decimal:
    """The law's employee deduction for the case's year."""
    sheet.notes.append("employee_deduction from the law")
    pieces = sheet.reader().get("employee_deduction")
    piece = [p for p in pieces if taxable > p["from"] or p is pieces[0]][-1]
    exact = Fraction(piece["fixed"]) + Fraction(piece["share"]) * (
        Fraction(piece["until"]) - Fraction(taxable)
    ) / Fraction(piece["width"])
    return round_line(from_fraction(exact), sheet.policy)


def _regional_surtax(sheet: Sheet) -> Decimal:
    income = sheet.money("taxable_income")
    if sheet.has("regional_rate"):
        return round_line(times(income, sheet.money("regional_rate")), sheet.policy)
    if sheet.has("regional_bands"):
        return round_line(
            band_tax(income, _bands(sheet.inputs["regional_bands"], "regional_bands")), sheet.policy
        )
    if sheet.text("municipality") != "Milano":
        raise CaseError(
            "only Milano's regional bands are known: add the input 'regional_bands' or 'regional_rate'"
        )
    sheet.notes.append("regional_bands_lombardia from the law (from memory)")
    bands = sheet.reader().get("regional_bands_lombardia")
    return round_line(band_tax(income, tuple((b["from"], b["rate"]) for b in bands)), sheet.policy)


def _municipal_surtax(sheet: Sheet) -> Decimal:
    if not sheet.has("municipal_rate") and sheet.inputs.get("municipality") != "Milano":
        raise CaseError("the input 'municipal_rate' is missing")
    rate = sheet.legal("municipal_rate", "municipal_rate_milano")
    return round_line(times(sheet.money("taxable_income"), rate), sheet.policy)


def _relief_saving(sheet: Sheet) -> Decimal:
    return round_line(times(slip(sheet, needs_income=False).relieved, _rate(sheet)), sheet.policy)


def _employer_saving(sheet: Sheet) -> Decimal:
    return round_line(times(_relieved(sheet), _points(sheet) / 100), sheet.policy)


def _relieved(sheet: Sheet) -> Decimal:
    limit: Decimal = sheet.legal("relief_limit", "joint_relief_limit")
    return min(sheet.money("relieved_premium"), limit)


def _max_saving(sheet: Sheet) -> Decimal:
    low, high = sheet.money("band_from"), sheet.money("band_to")
    before, after = ((sheet.money(name)) for name in ("rate_before", "rate_after"))
    return band_tax(high, ((low, before),)) - band_tax(high, ((low, after),))


def _welfare_amount(sheet: Sheet) -> Decimal:
    cash = sheet.money("cash")
    if sheet.has("uplift_rate"):
        return cash + round_line(times(cash, sheet.money("uplift_rate")), sheet.policy)
    if sheet.has("uplift_amount"):
        return cash + sheet.money("uplift_amount")
    table = _table(sheet)
    try:
        return cash + uplift_from_table(cash, table)
    except RuleError as error:
        raise CaseError(str(error)) from None


def _table(sheet: Sheet) -> list[tuple[Decimal, Decimal]]:
    if sheet.has("uplift_table"):
        return pairs(sheet.inputs["uplift_table"], "uplift_table")
    source = str((sheet.case.get("source") or {}).get("name", ""))
    found = published_uplift(source)
    if found is None:
        raise CaseError(
            "no uplift_rate, uplift_amount or uplift_table, and no published table for this source"
        )
    sheet.notes.append(f"uplift table of the published agreement: {found.agreement}")
    return list(found.rows)


def _solidarity(sheet: Sheet) -> Decimal:
    rate = sheet.legal("solidarity_rate", "solidarity_rate")
    return round_line(
        times(sheet.money(sheet.first("converted", "converted_to_pension", "converted_to_health")), rate),
        sheet.policy,
    )


def _effective(sheet: Sheet) -> Decimal:
    amount = sheet.money(sheet.first("premium", "gross_premium", "converted", "converted_to_exempt_welfare"))
    rate = sheet.legal("lost_detraction_rate", "expense_deduction_rate")
    return amount - round_line(times(amount, rate), sheet.policy)


def _better(sheet: Sheet) -> str:
    return "cash" if sheet.money("net_cash") > sheet.money("effective_value_converted") else "welfare"


def _line(name: str) -> Any:
    """A line of the slip; only the income tax looks at the rest of the year's income."""
    if name in ("income_tax", "deduction_lost", "surtax"):
        return lambda sheet: getattr(_ordinary(sheet, name), name)
    return lambda sheet: getattr(slip(sheet, needs_income=False), name)


def _ordinary(sheet: Sheet, name: str) -> Slip:
    """The slip for a line of ordinary taxation: the surtax rate matters to the surtax alone."""
    return slip(sheet, needs_income=name == "surtax" or not sheet.has("taxable_income"))


FORMULAS: dict[str, Any] = {
    "worker_contributions": _worker_contributions, "tax_base": _line("base"),
    "substitute_tax": _substitute_tax,
    "net": _net, "net_gain": _net_gain, "worker_saving": _relief_saving, "employer_saving": _employer_saving,
    "contribution_base": _contribution_base,
    "contributions_ivs": _part("worker_contribution_rate", "worker_contribution_rate"),
    "contributions_cigs": _part("cigs_rate", "cigs_rate"), "taxable_income": _taxable_income,
    "irpef_gross": _irpef_gross, "employee_deduction": _employee_deduction,
    "regional_surtax": _regional_surtax,
    "municipal_surtax": _municipal_surtax, "max_saving": _max_saving, "flat_base": _line("flat_base"),
    "ordinary_base": _line("ordinary_base"), "income_tax": _line("income_tax"),
    "deduction_lost": _line("deduction_lost"), "surtax": _line("surtax"), "relieved": _line("relieved"),
    "fringe_taxable": _line("fringe_taxable"), "welfare_amount": _welfare_amount,
    "employer_solidarity_contribution": _solidarity, "effective_value_converted": _effective,
    "net_cash": lambda sheet: slip(sheet, converted=False).net, "better": _better,
    "uplift": lambda sheet: _welfare_amount(sheet) - sheet.money("cash"),
}  # fmt: skip
INPUTS = {
    "gross_premium", "worker_contribution_rate", "substitute_tax_rate", "tax_base", "rate_before",
    "rate_after",
    "relieved_premium", "relief_limit", "employer_ivs_reduction_points", "month",
    "gross_pay_including_premium",
    "premium", "employer_headcount", "cigs_rate", "contribution_base_rounding", "ral", "municipality",
    "irpef_bands", "employee_deduction", "municipal_rate", "regional_rate", "regional_bands", "band_from",
    "band_to",
    "cap", "cap_basis", "cap_used", "income_limit", "prior_income", "taxable_income", "surtax_rate",
    "renounced",
    "tax_eligible", "converted_to_exempt_welfare", "converted_to_fringe", "converted_to_pension",
    "converted_to_health", "fringe_limit", "fringe_used", "dependent_children", "paid_on", "signed_on",
    "lost_detraction_rate", "converted",
    "solidarity_rate",
    "cash", "uplift_rate", "uplift_amount", "uplift_table",
}  # fmt: skip
