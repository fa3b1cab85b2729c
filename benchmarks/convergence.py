"""The convergence analysis beside red-dwarf 0.4.0 (its own environment) and bare numpy: results, then times.

Claims: at least 20 times faster than red-dwarf from 500 participants up, with less memory; 5·10^7 votes in
under 1.5 GB and at most twice the bare numpy pass over the same arrays; cost linear in votes.

Options: --quick (real sets and 10^6 votes only), --without-red-dwarf.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks._convergence_data import export, planted

ROOT = Path(__file__).resolve().parent.parent
PEER = ROOT / ".venv-bench-reddwarf"
FIGURES = ("pa", "pd", "pat", "pdt", "ra", "rd", "rat", "rdt")


def main(arguments: list[str]) -> int:
    """Run everything; return 1 if any result differs, 0 otherwise (missed speed targets are printed)."""
    quick = "--quick" in arguments
    peer = None if "--without-red-dwarf" in arguments else prepare_peer()
    wrong = 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        print(f"{os.cpu_count()} processors; every process on one BLAS thread; best of all runs")
        for name, data in real_sets():
            wrong += beside_red_dwarf(name, data, folder, peer, ours=60, theirs=3)
        million = planted(10_000, 1_000)
        wrong += beside_red_dwarf("synthetic 10^4 x 10^3", million, folder, peer, ours=5, theirs=1)
        if not quick:
            wrong += beside_numpy(folder)
    print("results differ" if wrong else "all results agree")
    return int(wrong > 0)


def prepare_peer() -> Path | None:
    """Create red-dwarf's environment from its lock, once; None if that is not possible here."""
    python = PEER / "bin" / "python"
    uv = Path(sys.executable).parent / "uv"
    lock = ROOT / "requirements" / "bench-reddwarf.txt"
    check = [str(python), "-c", "import reddwarf.implementations.polis"]
    if python.exists() and subprocess.run(check, capture_output=True).returncode == 0:
        return python
    try:
        subprocess.run([str(uv), "venv", "-q", "--clear", str(PEER), "--python", sys.executable], check=True)
        install = [
            str(uv),
            "pip",
            "install",
            "-q",
            "--python",
            str(python),
            "--require-hashes",
            "-r",
            str(lock),
        ]
        subprocess.run(install, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"red-dwarf could not be installed ({error}); only our own figures follow")
        return None
    return python


def real_sets() -> list[tuple[str, dict]]:
    """Return the real exports of at least 300 people, smallest first; none where the data are absent."""
    for candidate in (os.environ.get("TAVOLO_SHARED"), ROOT.parent / "shared", ROOT / "shared"):
        if candidate and (Path(candidate) / "data" / "polis").is_dir():
            folders = sorted(p for p in (Path(candidate) / "data" / "polis").iterdir() if p.is_dir())
            sets = [(folder.name[:26], export(folder)) for folder in folders]
            return sorted(
                (s for s in sets if len(s[1]["indptr"]) > 300), key=lambda s: (len(s[1]["indptr"]), s[0])
            )
    print("real data not found: set TAVOLO_SHARED or put the folder `shared` beside the checkout")
    return []


def run(command: list[str]) -> dict:
    """Run one worker on one BLAS thread and return what it printed."""
    limits = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **limits, "PYTHONWARNINGS": "ignore"},
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} failed: {done.stderr[-600:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def worker(name: str) -> list[str]:
    return [sys.executable, "-m", f"benchmarks._convergence_{name}"]


def beside_red_dwarf(
    name: str, data: dict, folder: Path, peer: Path | None, *, ours: int, theirs: int
) -> int:
    """Compare one set: statistics over red-dwarf's own groups and the map first, then time and memory."""
    source, here, there = (str(folder / file) for file in ("votes.npz", "ours.npz", "theirs.npz"))
    np.savez(source, **data)
    size = f"{len(data['indptr']) - 1:,} x {int(data['width'])}, {len(data['values']):,} votes"
    if peer is None:
        mine = run([*worker("ours"), source, str(ours), here])
        best = min(mine["seconds"]) * 1e3
        print(f"{name:28} {size:30} {best:8.1f} ms {mine['peak_mb']:6.0f} MB k {mine['k']}")
        return 0
    script = str(ROOT / "benchmarks" / "_convergence_reddwarf.py")
    other = run([str(peer), script, source, str(theirs), there])
    mine = run([*worker("ours"), source, str(ours), here, there])
    largest, drift = differences(np.load(here), np.load(there))
    best, peers = min(mine["seconds"]), min(other["seconds"])
    busy, peers_busy = min(mine["cpu"]), min(other["cpu"])
    without_matrix = (peers - min(other["matrix_seconds"])) / best
    print(
        f"{name:28} {size:30} statistics differ by {largest:.0e}, map by {drift:.0e} of its width; "
        f"k {mine['k']} / {other['k']}\n{'':28} ours {best * 1e3:.1f} ms {mine['peak_mb']:.0f} MB; "
        f"red-dwarf {peers * 1e3:.0f} ms {other['peak_mb']:.0f} MB: {peers / best:.0f} times faster "
        f"({without_matrix:.0f} with its matrix beforehand; by processor time {peers_busy / busy:.0f}), "
        f"{other['peak_mb'] / mine['peak_mb']:.1f} times less memory",
        flush=True,
    )
    if len(data["indptr"]) > 500 and (peers / best < 20 or mine["peak_mb"] >= other["peak_mb"]):
        print(f"{'':28} TARGET MISSED by the clock: 20 times faster with less memory")
    return int(not largest < 1e-9 or not drift < 0.02)


def differences(ours: np.lib.npyio.NpzFile, theirs: np.lib.npyio.NpzFile) -> tuple[float, float]:
    """Return the largest difference of any statistic, and of any coordinate relative to the map's width.

    Axes agree up to sign; red-dwarf's come from a randomised solver on larger tables.
    """
    figures = np.abs(ours["statistics"] - theirs["statistics"])
    with_other = figures if ours["statistics"].shape[1] > 1 else figures[:4]
    largest = max(float(with_other.max()), float(np.abs(ours["consensus"] - theirs["consensus"]).max()))
    drift = 0.0
    for mine, other in zip(ours["coordinates"], theirs["coordinates"], strict=True):
        sign = np.sign(mine @ other) or 1.0
        drift = max(drift, float(np.abs(mine - sign * other).max() / np.ptp(mine)))
    return largest, drift


def beside_numpy(folder: Path) -> int:
    """Compare with the bare numpy pass from 3·10^6 to 5·10^7 votes; print ratio, memory and slope."""
    source, here, there = (str(folder / file) for file in ("votes.npz", "ours.npz", "numpy.npz"))
    wrong, points = 0, []
    for people in (62_500, 125_000, 250_000, 500_000, 1_000_000):
        data = planted(people, 500)
        votes = len(data["values"])
        np.savez(source, **data)
        del data
        floor = run([*worker("numpy"), source, "2", there])
        mine = run([*worker("ours"), source, "2", here])
        wrong += not np.array_equal(np.load(here)["counts"], np.load(there)["counts"])
        best, bare = min(mine["seconds"]), min(floor["seconds"])
        busy, bare_busy = min(mine["cpu"]), min(floor["cpu"])
        points.append((votes, busy))
        print(
            f"{people:>9,} x 500, {votes:>11,} votes: ours {best:.2f} s {mine['peak_mb']:.0f} MB; bare numpy "
            f"{bare:.2f} s {floor['peak_mb']:.0f} MB: {best / bare:.2f} times the bare pass "
            f"(processor time {busy:.2f} / {bare_busy:.2f} s: {busy / bare_busy:.2f})",
            flush=True,
        )
        if people == 1_000_000 and (best > 2 * bare or mine["peak_mb"] > 1500):
            print("  TARGET MISSED: at most twice the bare pass, under 1.5 GB")
    logs = np.log(np.array(points))
    slope = np.polyfit(logs[:, 0], logs[:, 1], 1)[0]
    print(f"processor time grows with votes to the power {slope:.2f} (1 = linear)")
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
