"""networkx at the same work, run in its own environment: `python _network_peer.py clear problem.npz`."""

from __future__ import annotations

import json
import sys
import time

import networkx as nx
import numpy as np


def clear(problem) -> dict:
    """Solve a clearing by networkx's network simplex; return cents cleared and processor seconds."""
    debtor, creditor, cents = problem["debtor"], problem["creditor"], problem["cents"]
    graph = nx.DiGraph()
    net: dict[int, int] = {}
    for a, b, amount in zip(debtor.tolist(), creditor.tolist(), cents.tolist(), strict=True):
        graph.add_edge(a, b, capacity=amount, weight=1)
        net[a] = net.get(a, 0) - amount
        net[b] = net.get(b, 0) + amount
    for node, demand in net.items():
        graph.nodes[node]["demand"] = demand
    started = time.process_time()
    cost, _ = nx.network_simplex(graph)
    return {"cleared": int(cents.sum()) - int(cost), "seconds": time.process_time() - started}


def main() -> None:
    """Read the problem, solve it, print one line of JSON."""
    print(json.dumps({"clear": clear}[sys.argv[1]](np.load(sys.argv[2]))))


if __name__ == "__main__":
    main()
