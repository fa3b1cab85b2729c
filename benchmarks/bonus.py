"""The bonus engine beside OpenFisca-core (its own environment) and bare numpy: results first, then times.

Claims: every cent equal to bare numpy, OpenFisca's wrong cents counted; at most twice the time of bare numpy
and at least five times faster than OpenFisca at 70,000 and 1,000,000 workers; one explanation under a
millisecond and 70,000 in seconds; 18 million workers in chunks with bounded memory.

Options: --quick (70,000 workers and 1 million in chunks), --without-openfisca.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np

from benchmarks._bonus_population import population

ROOT = Path(__file__).resolve().parent.parent
PEER = ROOT / ".venv-bench-openfisca"
LINES = ("net", "flat_tax", "contributions")
#: glibc keeps what is freed, for all three alike: otherwise page faults, not arithmetic, decide the small
# times
STEADY = {
    "MALLOC_MMAP_THRESHOLD_": "2000000000",
    "MALLOC_TRIM_THRESHOLD_": "4000000000",
    "MALLOC_TOP_PAD_": "64000000",
    "OMP_NUM_THREADS": "1",
}


def main(arguments: list[str]) -> int:
    """Run everything; return 1 if any cent differs from bare numpy (missed speed targets are printed)."""
    quick = "--quick" in arguments
    peer = None if "--without-openfisca" in arguments else prepare_peer()
    wrong = 0
    print(
        f"{os.cpu_count()} processors; best of the rounds; times in milliseconds; law of a payment in "
        f"June 2026"
    )
    with tempfile.TemporaryDirectory() as place:
        for n in (70_000,) if quick else (70_000, 1_000_000):
            wrong += beside(n, Path(place), peer)
    explanations()
    wrong += chunks(1_000_000 if quick else 18_000_000)
    print("results differ" if wrong else "all cents agree")
    return int(wrong > 0)


def prepare_peer() -> Path | None:
    """Create OpenFisca's environment from its lock, once; None if that is not possible here."""
    python, uv = PEER / "bin" / "python", Path(sys.executable).parent / "uv"
    lock = ROOT / "requirements" / "bench-openfisca.txt"
    check = [str(python), "-c", "import openfisca_core"]
    if python.exists() and subprocess.run(check, capture_output=True).returncode == 0:
        return python
    install = [str(uv), "pip", "install", "-q", "--python", str(python), "--require-hashes", "-r", str(lock)]
    try:
        subprocess.run([str(uv), "venv", "-q", "--clear", str(PEER), "--python", sys.executable], check=True)
        subprocess.run(install, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"OpenFisca could not be installed ({error}); only our own figures follow")
        return None
    return python


def run(command: list[str]) -> dict:
    """Run one worker in a process of its own and return what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, **STEADY})
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} failed: {done.stderr[-600:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def beside(n: int, folder: Path, peer: Path | None) -> int:
    """The same population through all three; 1 if the engine differs from bare numpy anywhere."""
    source = str(folder / "people.npz")
    np.savez(source, **population(n))
    rounds = "15" if n < 500_000 else "7"
    found, lines = {}, {}
    commands = {name: [sys.executable, "-m", f"benchmarks._bonus_{name}"] for name in ("ours", "numpy")}
    if peer:
        commands["openfisca"] = [str(peer), str(ROOT / "benchmarks" / "_bonus_openfisca.py")]
    for name, command in commands.items():
        out = str(folder / f"{name}.npz")
        found[name] = run([*command, source, out, rounds])
        lines[name] = dict(np.load(out))
    different = sum(int((lines["ours"][k] != lines["numpy"][k]).sum()) for k in LINES)
    print(f"{n:,} workers: {different} cents differ between the engine and bare numpy")
    best = {name: min(item["processor"]) * 1e3 for name, item in found.items()}
    for name, item in found.items():
        clock = min(item["seconds"]) * 1e3
        print(
            f"  {name:10} {best[name]:8.1f} ms of processor, {clock:8.1f} by the clock, peak "
            f"{item['peak_mb']:.0f} MB"
        )
    ours, bare = (min(times) for times in zip(*found["ours"]["beside"], strict=True))
    in_turns = f"({ours * 1e3:.1f} and {bare * 1e3:.1f} ms in turns in one process)"
    verdict(f"engine / bare numpy = {ours / bare:.2f} {in_turns}", ours <= 2 * bare, "at most 2")
    if peer:
        beside_openfisca(n, found, lines, best)
    return int(different > 0)


def beside_openfisca(n: int, found: dict, lines: dict, best: dict[str, float]) -> None:
    """Wrong cents of OpenFisca and the ratio of the times, calculation alone and with its set-up."""
    off = np.abs(lines["openfisca"]["net"] - lines["ours"]["net"])
    wrong = int((off > 0).sum())
    print(
        f"  OpenFisca: {wrong:,} workers with a wrong net ({wrong / n:.2%}), at most {int(off.max())} "
        f"cents off"
    )
    whole = min(found["openfisca"]["whole"]) * 1e3
    alone = best["openfisca"] / best["ours"]
    verdict(
        f"OpenFisca / engine = {whole / best['ours']:.1f} with its build and inputs",
        whole >= 5 * best["ours"],
        "at least 5",
    )
    verdict(f"OpenFisca / engine = {alone:.1f} calculation alone", alone >= 5, "at least 5")


def verdict(sentence: str, reached: bool, target: str) -> None:
    """Print a ratio with its target."""
    print(f"  {sentence} (target {target}: {'reached' if reached else 'MISSED'})", flush=True)


def explanations() -> None:
    """Time one explanation and 70,000 of them, with their text."""
    from tests.bonus.crowd import workers
    from tests.bonus.planfile import DISTRIBUTION, ELIGIBILITY, INDICATOR, POOL, SCORE, document

    from tavolo.bonus.law.tree import load_law
    from tavolo.bonus.rules.amount import Measurement
    from tavolo.bonus.rules.explain import Explainer
    from tavolo.bonus.rules.plan import parse_plan
    from tavolo.bonus.rules.run import simulate

    pool = {**POOL, "pool": {"formula": "fixed_total", "amount": "105000000.00"}}
    plan = parse_plan(document(INDICATOR, ELIGIBILITY, SCORE, pool, {**DISTRIBUTION, "key": "hours"}))
    crowd = workers(70_000, 1)
    start = time.perf_counter()
    run_ = simulate(
        plan, crowd, {"pezzi": Measurement(Fraction(12), Fraction(18), "")}, date(2026, 6, 15), load_law()
    )
    simulated = time.perf_counter() - start
    explainer = Explainer(run_)
    size, begin = 0, time.perf_counter()
    for position in range(len(crowd)):
        size += len(explainer.explain(position).as_text("it"))
    seconds = time.perf_counter() - begin
    print(
        f"70,000 workers: whole run {simulated * 1e3:.0f} ms; 70,000 explanations {seconds:.1f} s, "
        f"{size / 1e6:.0f} MB of text"
    )
    each = seconds / len(crowd) * 1e3
    verdict(f"one explanation {each:.3f} ms", each < 1, "under 1 ms")


def chunks(n: int) -> int:
    """Workers in chunks of 500,000; 1 if the shares do not add up to the pool."""
    found = run([sys.executable, "-m", "benchmarks._bonus_stream", str(n), "500000"])
    print(
        f"{n:,} workers in chunks of 500,000: {found['total']:.1f} s in all with the making of the data "
        f"(last cents {found['threshold']:.1f} s, slips {found['net']:.1f} s), peak "
        f"{found['peak_mb']:.0f} MB, "
        f"shares {'add up to the pool exactly' if found['exact'] else 'DO NOT add up'}"
    )
    return int(not found["exact"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
