"""The published figures again, through files and the command line: what a user gets is what was checked."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from tavolo.dialogue.convergence.cli import app
from tests.golden.polis_golden import COMPLETE, Golden, golden

pytestmark = [pytest.mark.shared_data, pytest.mark.parametrize("folder", COMPLETE)]


def write_export(data: Golden, folder: Path) -> None:
    rows, columns, values = data.votes.entries(0, data.votes.shape[0])
    with (folder / "votes.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["timestamp", "datetime", "comment-id", "voter-id", "vote"])
        for row, column, value in zip(rows, columns, values, strict=True):
            writer.writerow(
                [1000, "Sat Nov 17 05:09:36 WIB 2018", data.tids[column], data.people[row], value]
            )
    with (folder / "comments.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["comment-id", "moderated", "comment-body"])
        for tid, excluded in zip(data.tids, data.excluded, strict=True):
            writer.writerow([tid, -1 if excluded else 1, f"Statement {tid},\nsecond line"])
    with (folder / "groups.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["participant", "group"])
        for person, group in zip(data.people, data.groups, strict=True):
            if group >= 0:
                writer.writerow([person, f"g{group}"])


def test_json_of_declared_groups_holds_the_published_figures(folder: str, tmp_path: Path) -> None:
    data = golden(folder)
    write_export(data, tmp_path)
    out = tmp_path / "result.json"
    options = ["--groups", str(tmp_path / "groups.csv"), "--out", str(out), "--resamples", "0"]
    ran = CliRunner().invoke(app, ["analyse", str(tmp_path), *options])
    assert ran.exit_code == 0, ran.output
    result = json.loads(out.read_text())
    assert result["participants"] == len(data.people)
    by_id = {statement["id"]: statement for statement in result["statements"]}
    for tid, consensus in data.published["group-aware-consensus"].items():
        assert by_id[tid]["group_aware_consensus"] == pytest.approx(consensus, abs=1e-9)
    for index, group in enumerate(data.published["group-clusters"]):
        votes = data.published["group-votes"][str(group["id"])]["votes"]
        for tid, figures in votes.items():
            entry = next(
                e for e in by_id[tid]["by_group"] if (e["group"], e["kind"]) == (f"g{index}", "declared")
            )
            assert [entry[k] for k in ("agree", "disagree", "seen")] == [figures[k] for k in "ADS"]
        ours = next(g for g in result["groups"] if (g["id"], g["kind"]) == (f"g{index}", "declared"))
        published = data.published["repness"][str(group["id"])]
        assert [(e["statement"], e["side"]) for e in ours["representative"]] == [
            (str(e["tid"]), e["repful-for"]) for e in published
        ]
        for entry in published:
            row = next(e for e in by_id[str(entry["tid"])]["by_group"] if e["group"] == f"g{index}")
            share, test, ratio = (
                ("pa", "pat", "ra") if entry["repful-for"] == "agree" else ("pd", "pdt", "rd")
            )
            assert row[share] == pytest.approx(entry["p-success"], abs=1e-9)
            assert row[test] == pytest.approx(entry["p-test"], abs=1e-9)
            assert row[ratio] == pytest.approx(entry["repness"], abs=1e-9)
    assert np.isfinite([point["x"] for point in result["projection"]]).all()
