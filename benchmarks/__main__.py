"""Run benchmarks: `python -m benchmarks` runs all, `python -m benchmarks NAME ...` those named.

A benchmark is a module here with `main(arguments)`; modules beginning with an underscore are its helpers.
Arguments after `--` go to the benchmarks.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys

import benchmarks


def names() -> list[str]:
    """Return the names of all benchmarks."""
    return [
        module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")
    ]


def main(arguments: list[str]) -> int:
    """Run the named benchmarks, or all; return the worst exit code."""
    passed: list[str] = []
    if "--" in arguments:
        cut = arguments.index("--")
        arguments, passed = arguments[:cut], arguments[cut + 1 :]
    if arguments == ["--list"]:
        print("\n".join(names()))
        return 0
    unknown = [name for name in arguments if name not in names()]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    worst = 0
    for name in arguments or names():
        print(f"== {name} ==", flush=True)
        benchmark = importlib.import_module(f"benchmarks.{name}").main
        code = benchmark(passed) if inspect.signature(benchmark).parameters else benchmark()
        worst = max(worst, int(code or 0))
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
