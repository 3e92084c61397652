"""How well does `holdfire read` read? Precision and recall per field on labelled articles, beside a plain way.

Set `a` is what the rules were built on. Set `b` was written and labelled before there was a rule, and no rule was
mended by it beyond plain bugs. Set `c` was written when the rules stood, and mended none. `--write` also writes the
confidences that proposals state, from all sets together.
"""

from __future__ import annotations

import json
import platform
import sys
import time
from pathlib import Path
from typing import Any

import plain
import scoring
import yaml

from holdfire.articles import items_of, read_article
from holdfire.places import load_areas, load_gazetteer

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SETS = ("a", "b", "c")
HIGH, MEDIUM = 0.95, 0.85
FEW = 5
HEADER = "# How often each field was right on the labelled articles; written by benchmarks/read/run.py --write.\n"


def read_set(name: str, gazetteer: Any, areas: Any) -> tuple[dict[str, scoring.Tally], int]:
    """Return what holdfire and the plain way score on a set, and how many articles it has."""
    tallies = {"holdfire": scoring.Tally(), "plain": scoring.Tally()}
    paths = sorted((HERE / "articles" / name).glob("*.txt"))
    for path in paths:
        labels = yaml.safe_load(path.with_suffix(".yaml").read_text(encoding="utf-8"))
        wanted = scoring.labelled(labels)
        article = read_article(path, labels["published"], labels["outlet"])
        items = [(i.kind, i.start, i.end, values(i)) for i in items_of(article, gazetteer, areas)]
        tallies["holdfire"].add(scoring.score(article.text, wanted, items))
        others = plain.read(article.text, labels["published"], gazetteer, areas)
        tallies["plain"].add(scoring.score(article.text, wanted, others))
    return tallies, len(paths)


def values(item: Any) -> scoring.Values:
    found: scoring.Values = {}
    for name, one in item.found():
        if name in scoring.FIELDS[item.kind]:
            found.setdefault(name, []).append(one.value)
    return found


def summed(tally: scoring.Tally) -> dict[str, float | None]:
    """Return precision and recall over all values; items themselves are not counted again."""
    right, wrong, missed = (
        sum(v for k, v in c.items() if not k.endswith(".item")) for c in (tally.right, tally.wrong, tally.missed)
    )
    return {
        "precision": round(right / (right + wrong), 3) if right + wrong else None,
        "recall": round(right / (right + missed), 3) if right + missed else None,
    }


def levels(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Return the confidence of each field: high, medium or low; fields that were read too rarely have none."""
    found = {}
    for row in rows:
        if row["read"] >= FEW:
            p = row["precision"]
            found[row["field"]] = "high" if p >= HIGH else "medium" if p >= MEDIUM else "low"
    return found


def table(sets: dict[str, Any]) -> str:
    """Return the table of the docs: each field on every set, and the plain way on all."""
    by = {k: {r["field"]: r for r in v["holdfire"]} for k, v in sets.items()}
    other = {r["field"]: r for r in sets["all"]["plain"]}
    lines = [
        "| field | labelled | precision, recall on a | on b | on c | on all | plain on all |",
        "|---|---|---|---|---|---|---|",
    ]
    for field, row in by["all"].items():
        cells = [_pair(by[name].get(field, {})) for name in (*SETS, "all")]
        lines.append(f"| {field} | {row['labelled']} | {' | '.join(cells)} | {_pair(other.get(field, {}))} |")
    return "\n".join(lines) + "\n"


def _pair(row: dict[str, Any]) -> str:
    return ", ".join("-" if row.get(k) is None else f"{row[k]:.2f}" for k in ("precision", "recall"))


def main() -> None:
    began = time.process_time()
    gazetteer, areas = load_gazetteer(), load_areas()
    everything = {"holdfire": scoring.Tally(), "plain": scoring.Tally()}
    sets: dict[str, Any] = {}
    articles = 0
    for name in SETS:
        tallies, number = read_set(name, gazetteer, areas)
        articles += number
        for who, tally in tallies.items():
            everything[who].add(tally)
        sets[name] = _told(tallies, number)
    sets["all"] = _told(everything, articles)
    text = table(sets)
    print(text)
    for name, part in sets.items():
        print(f"{name}: {part['articles']} articles; holdfire {part['all']['holdfire']}, plain {part['all']['plain']}")
    result: dict[str, Any] = {"sets": sets, "table": text.splitlines()}
    result["seconds_per_article"] = round((time.process_time() - began) / articles, 2)
    result["versions"] = {"python": platform.python_version()}
    target = HERE.parent / "results" / "read.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(target)
    if "--write" in sys.argv:
        confidence = ROOT / "src" / "holdfire" / "articles" / "data" / "confidence.yaml"
        listed = {"confidence": levels(sets["all"]["holdfire"])}
        confidence.write_text(HEADER + yaml.safe_dump(listed, sort_keys=True), encoding="utf-8")
        print(confidence)


def _told(tallies: dict[str, scoring.Tally], articles: int) -> dict[str, Any]:
    rows = {who: [_short(r) for r in t.rows()] for who, t in tallies.items()}
    return {"articles": articles, "all": {who: summed(t) for who, t in tallies.items()}, **rows}


def _short(row: dict[str, Any]) -> dict[str, Any]:
    return {k: round(v, 3) if isinstance(v, float) else v for k, v in row.items()}


if __name__ == "__main__":
    main()
