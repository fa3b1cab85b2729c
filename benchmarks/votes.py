"""Durable votes over HTTP from 8 clients, beside an fsync probe and the same statements by the raw driver.

Three interleaved rounds: probe, HTTP, raw driver with 8 connections, probe. Claim: votes per second over
HTTP reach the lesser of 3 times the probe and 0.25 times the raw driver; no vote is lost, doubled or refused.

Options: --seconds N (per measurement, default 8), --rounds N (default 3), --voters N, --capacity N.
"""

from __future__ import annotations

import multiprocessing
import os
import secrets
import statistics
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import Any

from benchmarks._voting import Connection, Installation, new_request_id, request_bytes, tasks

CLIENTS = 8
PROCESSES = 2


def main(arguments: list[str]) -> int:
    """Run the rounds; return 1 if a vote was lost, doubled or refused (a missed target is printed)."""
    option = dict(zip(arguments[::2], arguments[1::2], strict=False))
    seconds, rounds = float(option.get("--seconds", 8)), int(option.get("--rounds", 3))
    with tempfile.TemporaryDirectory(prefix="tavolo-votes-") as place:
        os.chmod(place, 0o755)
        site = Installation(Path(place) / "home")
        site.build(int(option.get("--voters", 4000)), 60, int(option.get("--capacity", 1000)))
        try:
            site.start_web()
            warm_up(site)
            return measure(site, seconds, rounds)
        finally:
            site.remove()


def measure(site: Installation, seconds: float, rounds: int) -> int:
    """Measure, print, and compare ballots with acknowledgements."""
    context = multiprocessing.get_context("fork")
    cursors = [tasks(site.known, part, CLIENTS) for part in range(CLIENTS)]
    plan = [list(cursor) for cursor in cursors]
    done = [0] * CLIENTS
    acknowledged: list[tuple[str, int, str]] = []
    kept: list[tuple[float, float, float]] = []
    refused = 0
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {server_facts(site)}")
    for number in range(1, rounds + 1):
        before = probe(site.home, 1.5)
        http = over_http(context, site, plan, done, seconds)
        raw = by_driver(context, site, seconds)
        after = probe(site.home, 1.5)
        for client, (votes, wrong, _times) in enumerate(http):
            done[client] += len(votes) + wrong
            acknowledged += votes
            refused += wrong
        kept.append(report(number, seconds, before, after, http, raw))
    print(verdict(kept))
    return check(site, acknowledged, refused)


def warm_up(site: Installation) -> None:
    """Ask every thread of every process for a page, so that all have imported and connected."""
    connections = [Connection(site.port) for _ in range(64)]
    for turn in range(4):
        for connection in connections:
            connection.send(b"GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            if turn == 3:
                connection.close()


def report(
    number: int, seconds: float, before: float, after: float, http: list[Any], raw: list[list[float]]
) -> tuple[float, float, float]:
    """Print one round and return (probe, HTTP, raw) per second."""
    times = sorted(t for _, _, part in http for t in part)
    rate = len(times) / seconds
    raw_times = sorted(t for part in raw for t in part)
    raw_rate = len(raw_times) / seconds
    probed = (before + after) / 2
    fewest = min(len(part) for _, _, part in http)
    print(
        f"round {number}: fsync probe {before:.0f} and {after:.0f}/s; HTTP {rate:.0f} votes/s "
        f"({ms(times, 0.5)} p50, {ms(times, 0.95)} p95, {ms(times, 0.99)} p99, {ms(times, 1)} max, "
        f"fewest by one client {fewest}); raw driver {raw_rate:.0f}/s ({ms(raw_times, 0.5)} p50, "
        f"{ms(raw_times, 0.99)} p99); HTTP to probe {rate / probed:.2f}, HTTP to raw {rate / raw_rate:.2f}"
    )
    return probed, rate, raw_rate


def ms(times: list[float], share: float) -> str:
    """Return a quantile in milliseconds."""
    if not times:
        return "-"
    return f"{1000 * times[min(len(times) - 1, int(share * len(times)))]:.1f} ms"


def verdict(kept: list[tuple[float, float, float]]) -> str:
    """Say whether the target was met, by the medians of the rounds."""
    probed, rate, raw = (statistics.median(row[place] for row in kept) for place in range(3))
    target = min(3 * probed, 0.25 * raw)
    met = "met" if rate >= target else "MISSED"
    return (
        f"median: {rate:.0f} votes/s; target min(3 x {probed:.0f}, 0.25 x {raw:.0f}) = {target:.0f}/s: {met}"
    )


def check(site: Installation, acknowledged: list[tuple[str, int, str]], refused: int) -> int:
    """Compare every acknowledgement with the ballots, after all queues are drained."""
    counted = site.count()
    value = {"agree": 1, "disagree": 2, "pass": 3}
    held = {
        (who, int(slot)): vote for who, votes in counted["ballots"].items() for slot, vote in votes.items()
    }
    lost = sum(1 for who, slot, choice in acknowledged if held.get((who, slot)) != value[choice])
    extra = len(held) - (len(acknowledged) - lost)
    print(
        f"acknowledged {len(acknowledged)}, in the ballots {len(held)}, counted {counted['sheet']}; "
        f"lost {lost}, "
        f"in the ballots without acknowledgement {extra}, refused {refused}; sheet equals a recount: "
        f"{counted['sheet_is_right']}"
    )
    good = lost == 0 and refused == 0 and extra == 0 and counted["sheet"] == len(held)
    return 0 if good and counted["sheet_is_right"] else 1


def server_facts(site: Installation) -> str:
    """Return the database's version and the settings that make a commit durable."""
    import psycopg

    with psycopg.connect(**arguments_of(site)) as connection:
        facts = [
            f"{name} {connection.execute(f'SHOW {name}').fetchone()[0]}"  # type: ignore[index]
            for name in ("server_version", "fsync", "synchronous_commit", "full_page_writes")
        ]
    return "PostgreSQL " + ", ".join(facts)


def arguments_of(site: Installation) -> dict[str, Any]:
    """Return how the raw driver reaches the installation's database, as the app."""
    held = {name: os.environ.get(name) for name in ("TAVOLO_HOME", "DATABASE_URL")}
    os.environ["TAVOLO_HOME"] = str(site.home)
    os.environ.pop("DATABASE_URL", None)
    try:
        from tavolo.common.database.settings import connection_arguments

        return dict(connection_arguments("app"))
    finally:
        for name, value in held.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def probe(folder: Path, seconds: float) -> float:
    """Return how many 4 KiB writes with fdatasync one thread does a second in a preallocated file."""
    path = folder / "probe"
    size = 4096
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.posix_fallocate(handle, 0, size * 4096)
        os.fsync(handle)
        block, count, began = secrets.token_bytes(size), 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            os.pwrite(handle, block, size * (count % 4096))
            os.fdatasync(handle)
            count += 1
        return count / (time.perf_counter() - began)
    finally:
        os.close(handle)
        path.unlink()


def in_processes(context: Any, work: Any, arguments: list[Any]) -> list[Any]:
    """Run `work(argument)` for all arguments as threads of a few processes; results in order."""
    queue = context.Queue()

    def group(numbers: list[int]) -> None:
        threads = [threading.Thread(target=lambda n=n: queue.put((n, work(arguments[n])))) for n in numbers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    numbers = list(range(len(arguments)))
    children = [context.Process(target=group, args=(numbers[p::PROCESSES],)) for p in range(PROCESSES)]
    for child in children:
        child.start()
    gathered = dict(queue.get() for _ in numbers)
    for child in children:
        child.join()
    return [gathered[n] for n in numbers]


def over_http(
    context: Any, site: Installation, plan: list[Any], done: list[int], seconds: float
) -> list[Any]:
    """Vote from all clients; return for each its acknowledged votes, refusals, and times."""

    def client(number: int) -> tuple[list[tuple[str, int, str]], int, list[float]]:
        connection = Connection(site.port)
        votes, wrong, times = [], 0, []
        end = time.perf_counter() + seconds
        for voter, version, slot, choice in plan[number][done[number] :]:
            data = request_bytes(site.known, voter, version, choice, new_request_id())
            began = time.perf_counter()
            if began >= end:
                break
            status = connection.send(data)
            times.append(time.perf_counter() - began)
            if status == 200:
                votes.append((voter[0], slot, choice))
            else:
                wrong += 1
        connection.close()
        return votes, wrong, times

    return in_processes(context, client, list(range(CLIENTS)))


def by_driver(context: Any, site: Installation, seconds: float) -> list[list[float]]:
    """Do what one vote does in the database, sealed bytes ready, on as many connections."""
    import psycopg

    from tavolo.dialogue.services.raw_statements import FIND, STORE

    options = arguments_of(site)
    consultation, territory = uuid.UUID(site.known["consultation"]), uuid.UUID(site.known["territory"])
    with psycopg.connect(**options) as connection:
        rows = connection.execute("SELECT address, sealed FROM dialogue_ballot").fetchall()
    rows = rows[: len(rows) // CLIENTS * CLIENTS]

    def client(number: int) -> list[float]:
        mine, times = rows[number::CLIENTS], []
        with psycopg.connect(**options) as connection:
            end, place = time.perf_counter() + seconds, 0
            while (began := time.perf_counter()) < end:
                address, sealed = mine[place % len(mine)]
                version = uuid.UUID(site.known["versions"][place % 60][0])
                connection.execute(FIND, [1, address, version, consultation, territory]).fetchone()
                change = secrets.token_bytes(34)
                # The same bytes again: ballots stay as the voters left them, the work is the same.
                connection.execute(STORE, [sealed, consultation, address, uuid.uuid4(), territory, change])
                connection.commit()
                times.append(time.perf_counter() - began)
                place += 1
        return times

    with psycopg.connect(**options) as connection:
        queued = connection.execute("SELECT array_agg(id) FROM dialogue_change").fetchone()
    times = in_processes(context, client, list(range(CLIENTS)))
    with psycopg.connect(**options) as connection:
        # The changes just queued say nothing: take them out before anything is counted.
        keep = queued[0] if queued and queued[0] else []
        connection.execute("DELETE FROM dialogue_change WHERE id <> ALL(%s)", [keep])
    return times


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
