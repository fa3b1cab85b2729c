"""Plan files: errors a delegate understands, the published schema, the packaged examples."""

from __future__ import annotations

import copy
import json

import jsonschema
import pytest
from typer.testing import CliRunner

from tavolo.bonus.cli import app
from tavolo.bonus.italian import in_italian
from tavolo.bonus.library import example_plans, ministry_indicators
from tavolo.bonus.rules.errors import PlanError
from tavolo.bonus.rules.plan import parse_plan
from tavolo.bonus.rules.plan_spec import plan_schema
from tavolo.bonus.rules.spec import SIMPLE
from tavolo.bonus.yaml_text import parse_yaml, read_yaml
from tavolo.common.errors import Problem
from tests.bonus.planfile import DISTRIBUTION, ELIGIBILITY, INDICATOR, POOL, SCORE, document


def problems(found) -> str:
    with pytest.raises(PlanError) as caught:
        parse_plan(found)
    return "\n".join(caught.value.problems)


def test_a_good_plan_is_read():
    plan = parse_plan(document())
    assert plan.clause_of["pool"] == "art1"
    assert plan.indicators["pezzi"].number == 1


def changed(path, value):
    found = document()
    node = found
    for key in path[:-1]:
        node = node[key]
    if value is None:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return found


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (changed(["titel"], "x"), "unknown key 'titel'; did you mean 'title'?"),
        (changed(["title"], None), "the key 'title' is missing (title of the plan)"),
        (changed(["period", "to"], "31/12/2025"), "'31/12/2025' is not a date as YYYY-MM-DD"),
        (changed(["agreement", "kind"], "regional"), "'regional' is not one of company, territorial"),
        (changed(["base_period", "to"], "2025-02-01"), "must end before the measured period begins"),
        (document(INDICATOR, SCORE, POOL, DISTRIBUTION), "no clause states a rule of type eligibility"),
        (document(INDICATOR, ELIGIBILITY, SCORE, DISTRIBUTION), "no clause states a rule of type pool"),
        (document(INDICATOR, ELIGIBILITY, POOL, DISTRIBUTION), "no clause states a rule of type score"),
        (document(INDICATOR, ELIGIBILITY, {**SCORE, "indicator": "scarti"}, POOL, DISTRIBUTION),
        "'scarti' is not "
            "defined"),
        (document(INDICATOR, ELIGIBILITY, {**SCORE, "points": [["10", "0"], ["10", "1"]]}, POOL,
        DISTRIBUTION), "increasing x values"),
        (document(INDICATOR, ELIGIBILITY, {**SCORE, "mode": "spline"}, POOL, DISTRIBUTION),
        "'spline' is not one of step, "
            "linear"),
        (document({**INDICATOR, "ministry_number": "22"}, ELIGIBILITY, SCORE, POOL, DISTRIBUTION),
        "from 1 to 21"),
        (document(INDICATOR, ELIGIBILITY, SCORE, POOL, {**DISTRIBUTION, "key": "blend",
        "blend": {"equal": "0.5"}}), "add up to 0.5 instead of "
            "1"),
        (document(INDICATOR, ELIGIBILITY, SCORE, POOL, {**DISTRIBUTION, "floor": "10", "cap": "5"}),
        "the floor is above the "
            "cap"),
        (document(INDICATOR, ELIGIBILITY, SCORE, POOL, DISTRIBUTION, {"type": "instalments",
        "payments": [{"name": "a", "share": "0.4"}]}), "add up to 0.4 instead of "
            "1"),
        (document(INDICATOR, ELIGIBILITY, SCORE, POOL, DISTRIBUTION, {"type": "gate", "mode": "at_least",
        "at_least": "3", "conditions": [{"indicator": "pezzi", "test": "improved"}]}), "between 1 and 1"),
        (document(INDICATOR, ELIGIBILITY, SCORE, POOL, DISTRIBUTION, {"type": "membership",
        "joiners": "pro_rata_days", "leavers": "pro_rata_months"}), "both in days or both in months"),
        (document(INDICATOR, ELIGIBILITY, SCORE, POOL, DISTRIBUTION, {"type": "combination",
        "form": "additive", "floor": "1", "ceiling": "0.5"}), "the floor is above the ceiling"),
        (document(INDICATOR, ELIGIBILITY, {**SCORE, "points": [["10,5", "0"]]}, POOL, DISTRIBUTION),
        "clause art1, rules[3] (score).points[1]: '['10,5', '0']' is not two numbers in brackets"),
        (document(INDICATOR, ELIGIBILITY, {**SCORE, "weight": "0.8"}, POOL, DISTRIBUTION),
        "the weights add up to 0.8 instead of 1 (pezzi 0.8)"),
        (document(INDICATOR, ELIGIBILITY, {**SCORE, "points": [["96", "1"], ["90", "0"]]}, POOL,
        DISTRIBUTION), "clause art1, score: the points of 'pezzi' must have increasing x values, each "
            "written once: 90 comes after 96"),
        (document(INDICATOR, ELIGIBILITY, {**SCORE, "weight": "1e-999999999"}, POOL, DISTRIBUTION),
        "is not a number"),
        (document(INDICATOR, ELIGIBILITY, SCORE, POOL, {**DISTRIBUTION, "method": "per_head"}),
        "per_head needs the pool formula fixed_per_head"),
        (document(INDICATOR, INDICATOR, ELIGIBILITY, SCORE, POOL, DISTRIBUTION), "defined 2 times"),
        (document(INDICATOR, ELIGIBILITY, SCORE, POOL, POOL, DISTRIBUTION), "2 rules of type pool"),
    ],
)  # fmt: skip
def test_each_mistake_is_a_sentence_with_its_place(found, said):
    assert said in problems(found)


def test_all_mistakes_are_told_at_once():
    found = changed(["rounding"], "up")
    found["agreement"]["signed_on"] = "ieri"
    said = problems(found)
    assert "plan.rounding" in said
    assert "plan.agreement.signed_on" in said


def test_the_schema_accepts_the_examples_and_refuses_an_unknown_key():
    schema = plan_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for folder in example_plans():
        document_ = read_yaml(folder / "plan.yaml")
        assert not list(validator.iter_errors(document_)), folder.name
        broken = copy.deepcopy(document_)
        broken["colour"] = "red"
        assert list(validator.iter_errors(broken))


def test_the_schema_command_prints_json():
    result = CliRunner().invoke(app, ["schema"])
    assert json.loads(result.output)["title"]


def test_the_catalogue_has_the_ministry_s_indicators_in_order():
    found = ministry_indicators()
    assert [item.number for item in found] == list(range(1, 22))
    assert all(item.explanation and item.example for item in found)
    assert "tutelate" in found[12].warning


@pytest.mark.parametrize("text", ["a: &x 1\nb: *x", "a: 1\na: 2", "a: [", "? [1]\n: 2"])
def test_yaml_tricks_are_refused_in_a_sentence(text):
    with pytest.raises(Problem, match="not well-formed YAML"):
        parse_yaml(text, "plan.yaml")


def test_a_value_of_the_wrong_kind_says_in_italian_how_to_write_it():
    for kind, (reading, _) in SIMPLE.items():
        said = in_italian(f"clause art4, rules[3] (score).x: 'boh' is not {reading}")
        assert said.startswith("articolo art4, regola 3 (score).x: «boh» "), kind
        assert " is " not in said, kind
