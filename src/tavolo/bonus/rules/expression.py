"""Small arithmetic written by people, evaluated exactly and safely: `1910 * (50000 - taxable) / 22000`.

Only numbers, names, + - * / ** (whole exponents up to 9), parentheses and calls of the functions the caller
gives. Nothing else parses: no attributes, no indexing, no built-ins.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from fractions import Fraction

from tavolo.bonus.rules.errors import RuleError

MAX_LENGTH = 500


def evaluate(
    text: str,
    names: Mapping[str, Fraction],
    functions: Mapping[str, Callable[..., Fraction]] | None = None,
) -> Fraction:
    """Exact rational value of `text`; RuleError names the part that is not allowed or not known."""
    return _value(parse(text).body, names, functions or {}, text)


def parse(text: str) -> ast.Expression:
    """Parse an expression, refusing what is too long or not an expression."""
    if len(text) > MAX_LENGTH:
        raise RuleError(f"a formula may have at most {MAX_LENGTH} characters, this one has {len(text)}")
    try:
        return ast.parse(text.strip(), mode="eval")
    except (SyntaxError, RecursionError, ValueError) as error:
        raise RuleError(f"the formula '{text}' cannot be read as arithmetic") from error


def names_in(text: str) -> set[str]:
    """Names used in the formula, functions excluded."""
    tree = parse(text)
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - called


def _value(
    node: ast.expr,
    names: Mapping[str, Fraction],
    functions: Mapping[str, Callable[..., Fraction]],
    text: str,
) -> Fraction:
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    ):
        return Fraction(ast.get_source_segment(text.strip(), node) or str(node.value))
    if isinstance(node, ast.Name):
        if node.id not in names:
            raise RuleError(f"the formula '{text}' uses '{node.id}', which is not among the inputs")
        return names[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd | ast.USub):
        operand = _value(node.operand, names, functions, text)
        return -operand if isinstance(node.op, ast.USub) else operand
    if isinstance(node, ast.BinOp):
        left = _value(node.left, names, functions, text)
        return _operate(node.op, left, _value(node.right, names, functions, text), text)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        if node.func.id not in functions:
            raise RuleError(f"the formula '{text}' calls '{node.func.id}', which is not a known function")
        return functions[node.func.id](*(_value(argument, names, functions, text) for argument in node.args))
    raise RuleError(f"the formula '{text}' holds something other than numbers, names and + - * / ( )")


def _operate(operator: ast.operator, left: Fraction, right: Fraction, text: str) -> Fraction:
    if isinstance(operator, ast.Add):
        return left + right
    if isinstance(operator, ast.Sub):
        return left - right
    if isinstance(operator, ast.Mult):
        return left * right
    if isinstance(operator, ast.Div):
        if right == 0:
            raise RuleError(f"the formula '{text}' divides by zero")
        return left / right
    if isinstance(operator, ast.Pow) and right.denominator == 1 and 0 <= right <= 9:
        return left ** int(right)
    raise RuleError(f"the formula '{text}' uses an operation other than + - * /")
