"""A PDF letter for each worker: what is due, why, and every line of the slip. Made in batches, with progress.

The letters are typeset by typst from a JSON file: no text ever becomes part of the program that sets it.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tavolo.bonus.rules.explain import Explainer, Explanation
from tavolo.bonus.rules.money import format_euro
from tavolo.bonus.rules.run import Run
from tavolo.bonus.rules.texts import text
from tavolo.bonus.rules.workers import Workers
from tavolo.common.errors import Problem

TEMPLATE = Path(__file__).resolve().parent / "letters.typ"
BATCH = 250
_WORDS = {
    "it": {"gross": "Premio lordo", "net": "Netto in busta", "welfare": "In welfare",
    "footer": "Ogni riga può essere rifatta a mano con l'articolo e la norma "
        "indicati."},
    "en": {"gross": "Gross bonus", "net": "Net paid", "welfare": "In welfare",
    "footer": "Each line can be checked by hand with the clause and the law beside "
        "it."},
}  # fmt: skip


def write_letters(
    run: Run, workers: Workers, folder: Path, lang: str = "it", progress: Callable[[int], Any] | None = None
) -> Path:
    """Write `lettere/lettere-0001.pdf` and so on, BATCH workers in each; returns the folder.

    A batch already written by an interrupted run with the same data is kept: the work resumes where it
    stopped.
    """
    import typst

    target = folder / "lettere"
    target.mkdir(parents=True, exist_ok=True)
    explainer = Explainer(run, lang)
    for start in range(0, len(workers), BATCH):
        stop = min(start + BATCH, len(workers))
        letters = [letter(explainer.explain(i), _recipient(workers, i), lang) for i in range(start, stop)]
        data = {
            "title": run.plan.title,
            "firm": run.plan.firm_name,
            "lang": lang,
            "footer": _WORDS[lang]["footer"],
            "letters": letters,
        }
        _typeset(typst, data, target / f"lettere-{start // BATCH + 1:04d}.pdf")
        if progress:
            progress(stop - start)
    return target


def _typeset(typst: Any, data: dict[str, Any], path: Path) -> None:
    """Typeset one batch, whole or not at all; skipped when the same data made the file before."""
    content = json.dumps(data, ensure_ascii=False, sort_keys=True)
    mark = path.with_suffix(".sha256")
    digest = _digest(content)
    if path.exists() and mark.exists() and mark.read_text() == digest:
        return
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "data.json").write_text(content, encoding="utf-8")
        (work / "letters.typ").write_bytes(TEMPLATE.read_bytes())
        try:
            pdf = typst.compile(str(work / "letters.typ"), pdf_standards="ua-1")
        except Exception as error:
            raise Problem(
                "the letters could not be typeset; check the texts of the plan", file=path.name
            ) from error
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(pdf)
    temporary.replace(path)
    mark.write_text(digest)


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode() + TEMPLATE.read_bytes()).hexdigest()


def _recipient(workers: Workers, position: int) -> str:
    worker = str(workers.ids[position])
    return f"{workers.names[position]} - {worker}" if workers.names else worker


def letter(found: Explanation, recipient: str, lang: str) -> dict[str, Any]:
    """One letter as plain data."""
    words = _WORDS[lang]
    figures = [(words["gross"], found.gross), (words["net"], found.net)]
    if found.welfare:
        figures.append((words["welfare"], found.welfare))
    return {
        "recipient": recipient, "title": found.title.split(": ", 1)[-1],
        "key_figures": [{"label": label, "amount": format_euro(cents, lang)} for label, cents in figures],
        "sections": [
            {
                "title": section.title,
                "lines": [
                    {
                        "text": line.text, "amount": "" if line.cents is None else format_euro(line.cents,
                        lang),
                        "source": "; ".join(part for part in (line.clause, line.law) if part),
                        "strong": line.text in (text("due", lang), text("net", lang)),
                    }
                    for line in section.lines
                ],
            }
            for section in found.sections
        ],
    }  # fmt: skip
