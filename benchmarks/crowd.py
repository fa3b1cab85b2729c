"""Five thousand people open the voting page and vote within minutes, while delegates read their table.

Four in five have an account, one in five enters a slip. They come in three waves at random moments, every
wave with an fsync probe before and after it. Afterwards the database is killed and started, every
acknowledgement is looked for in the ballots, the consultation is closed and its figures are compared.
Claims: nothing lost, doubled or refused; the delegates' pages stay usable (p95 below five seconds).

Options: --people N (5000), --minutes M (3, all waves), --votes V (5 each), --clients C (32), --quick (60
people in ten seconds, for a smoke run).
"""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from benchmarks._crowd_people import Told, come, read_on
from benchmarks._crowd_site import CrowdSite
from benchmarks.votes import ms, probe, server_facts, warm_up

WAVES, STATEMENTS, READERS, PROCESSES = 3, 20, 4, 2
USABLE = 5.0


def main(arguments: list[str]) -> int:
    """Run the waves; return 1 if a vote was lost, doubled or refused, or a page failed."""
    quick = "--quick" in arguments
    rest = [word for word in arguments if word != "--quick"]
    option = dict(zip(rest[::2], rest[1::2], strict=False))
    people = int(option.get("--people", 60 if quick else 5000))
    seconds = 60 * float(option.get("--minutes", 1 / 6 if quick else 3))
    votes, clients = int(option.get("--votes", 5)), int(option.get("--clients", 8 if quick else 32))
    with tempfile.TemporaryDirectory(prefix="tavolo-crowd-") as place:
        os.chmod(place, 0o755)
        site = CrowdSite(Path(place) / "home")
        try:
            site.build_crowd(people - people // 5, people // 5, STATEMENTS, READERS)
            site.start_web()
            warm_up(site)
            told, read = waves(site, people, seconds, votes, clients)
            return check(site, told, read, people)
        finally:
            site.remove()


def waves(
    site: CrowdSite, people: int, seconds: float, votes: int, clients: int
) -> tuple[list[Told], list[tuple[str, int, float]]]:
    """Let the people come in three waves; print each; return what all went through, and the pages read."""
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {server_facts(site)}")
    print(
        f"{people} people, {votes} votes each, {WAVES} waves of {seconds / WAVES:.0f} s; {clients} clients; "
        "over HTTP with session or slip, forgery check, one vote a commit, no log of who voted; "
        "2 web processes of 2 threads"
    )
    order = list(range(people))
    draw = random.Random(20260301)
    draw.shuffle(order)
    gathered: list[Told] = []
    read: list[tuple[str, int, float]] = []
    for number in range(WAVES):
        coming = order[number::WAVES]
        moments = sorted(draw.uniform(0, seconds / WAVES) for _ in coming)
        before, load = probe(site.home, 1.0), os.getloadavg()[0]
        began = time.perf_counter()
        told, pages = wave(site, list(zip(coming, moments, strict=True)), votes, clients)
        took = time.perf_counter() - began
        report(number + 1, took, load, (before, probe(site.home, 1.0)), told, pages)
        gathered += told
        read += pages
    return gathered, read


def wave(
    site: CrowdSite, coming: list[tuple[int, float]], votes: int, clients: int
) -> tuple[list[Told], list[tuple[str, int, float]]]:
    """Let people come at their moments, spread over threads of two processes, delegates reading meanwhile."""
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    start = time.perf_counter() + 0.5

    def crowd(part: int) -> None:
        mine = iter(coming[part::PROCESSES])
        lock, told = threading.Lock(), []

        def client() -> None:
            while True:
                with lock:
                    one = next(mine, None)
                if one is None:
                    return
                due = start + one[1]
                time.sleep(max(0.0, due - time.perf_counter()))
                told.append(come(site.known, site.port, one[0], votes, due))

        threads = [threading.Thread(target=client) for _ in range(max(1, clients // PROCESSES))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        queue.put(told)

    children = [context.Process(target=crowd, args=(part,)) for part in range(PROCESSES)]
    for child in children:
        child.start()
    over, pages = threading.Event(), []
    readers = [
        threading.Thread(
            target=lambda n=n: pages.extend(read_on(site.known, site.port, n, over.is_set))
        )
        for n in range(READERS)
    ]  # fmt: skip
    for reader in readers:
        reader.start()
    told = [one for _ in children for one in queue.get()]
    over.set()
    for each in (*readers, *children):
        each.join()
    return told, pages


def report(
    number: int, took: float, load: float, probed: tuple[float, float], told: list[Told],
    pages: list[tuple[str, int, float]],
) -> None:  # fmt: skip
    """Print one wave."""
    accepted = sum(len(one.votes) for one in told)
    rate = accepted / took
    print(
        f"wave {number}: load {load:.1f}; fsync probe {probed[0]:.0f} and {probed[1]:.0f}/s; "
        f"{len(told)} people in {took:.0f} s, {accepted} votes accepted, {rate:.0f}/s, "
        f"{rate / (sum(probed) / 2):.3f} of the probe"
    )
    for way in ("account", "slip"):
        row("opening by " + way, [one.opening for one in told if one.way == way and one.opening])
    row("waiting for a free client", [one.late for one in told])
    row("vote", [time for one in told for time in one.voting])
    row("delegates' pages", [took for _name, _status, took in pages])
    wrong = Counter(error for one in told for error in one.errors)
    failed = Counter(f"{name}: {status}" for name, status, _took in pages if status != 200)
    print(f"  errors: {dict(wrong) or 'none'}; pages not answered with 200: {dict(failed) or 'none'}")


def row(name: str, times: list[float]) -> None:
    """Print quantiles of times."""
    times = sorted(times)
    marks = ", ".join(f"{ms(times, share)} {label}" for share, label in SHARES)
    print(f"  {name}: {marks} ({len(times)})")


SHARES = ((0.5, "p50"), (0.95, "p95"), (0.99, "p99"), (1.0, "max"))


def check(site: CrowdSite, told: list[Told], read: list[tuple[str, int, float]], people: int) -> int:
    """Kill and start the database, then compare ballots and published figures with acknowledgements."""
    site.kill_web()
    site.restart_database()
    given = Counter(vote for one in told for vote in one.votes)
    counted = site.count_and_close(sorted({person for person, _version, _value in given}))
    held = Counter(tuple(mark) for mark in counted["held"])
    lost, extra = given - held, held - given
    sums: dict[str, list[int]] = {version: [0, 0, 0] for version in counted["tallies"]}
    for _person, version, value in given:
        sums[version][value - 1] += 1
    voted = sum(1 for one in told if one.votes)
    same = sums == counted["tallies"] and counted["ballots"] == counted["turnout"] == voted
    errors = sum(len(one.errors) for one in told)
    slowest = sorted(took for _name, _status, took in read)
    p95 = slowest[int(0.95 * len(slowest))] if slowest else 0.0
    bad = sum(1 for _name, status, _took in read if status != 200)
    total = sum(given.values())
    print(
        f"after killing the database: acknowledged {total}, in the ballots {sum(held.values())}, counted "
        f"{counted['sheet']}; lost {sum(lost.values())}, doubled or unasked "
        f"{sum(extra.values()) + counted['strangers']}; sheet equals a recount: {counted['sheet_is_right']}"
    )
    print(
        f"after the close: {counted['ballots']} anonymous ballots of {voted} people who voted ({people} "
        f"came); published figures equal the acknowledgements: {same}"
    )
    print(
        f"errors {errors}; delegates read {len(read)} pages, {bad} not answered, p95 {p95:.2f} s: "
        f"{'usable' if p95 <= USABLE else 'NOT USABLE'}"
    )
    good = not lost and not extra and not counted["strangers"] and same and not errors and not bad
    return 0 if good and counted["sheet"] == total and counted["sheet_is_right"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
