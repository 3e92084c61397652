"""Which reports speak of the same incident, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfire import tables
from holdfire.verify.agreement import FACTS, compare
from holdfire.verify.candidates import Floats, Ints, distinct, enough
from holdfire.verify.chances import Pairs, calibrated, weigh
from holdfire.verify.clusters import CONFIRMED, JOIN, REFUSED, clusters
from holdfire.verify.decisions import Decision
from holdfire.verify.relations import impossible
from holdfire.verify.weights import Weights

MENTIONED = 0.05
DOUBTFUL = (0.02, 0.98)
LN2 = float(np.log(2))


@dataclass(frozen=True)
class Practice:
    """How the sources of a case list incidents, and what people have decided about links.

    `as_listed`: what a list says of its own rows (`same_as`) is taken as decided.
    """

    once: frozenset[str] = frozenset()
    per_page: frozenset[str] = frozenset()
    decisions: tuple[Decision, ...] = ()
    weights: Weights | None = None
    as_listed: bool = True


PLAIN = Practice()


@dataclass(frozen=True)
class Linked:
    """Reports with the incidents they are of. `links` has report_id and incident_id, one row per report.

    `decided` holds for every pair NaN, or the odds that a list or a person gave it; pairs in `apart` are impossible.
    """

    reports: pl.DataFrame
    links: pl.DataFrame
    pairs: Pairs
    decided: Floats
    apart: tuple[Ints, Ints]

    @property
    def doubtful(self) -> bool:
        """Tell whether another linking is plausible at all."""
        chance = self.pairs.chance[np.isnan(self.decided)]
        return bool(((chance > DOUBTFUL[0]) & (chance < DOUBTFUL[1])).any())


def link(reports: pl.DataFrame, practice: Practice = PLAIN) -> Linked:
    """Link reports (tables.REPORTS) into incidents, whatever the order of the rows.

    The incident takes the least report_id of its reports. A decision goes before what the weights say; where
    decisions contradict each other by way of a third report, fewer links are made.
    """
    reports = reports.sort("report_id")
    names = reports["source_id"].unique().sort().to_list()
    source = reports["source_id"].rank("dense").cast(pl.Int64).to_numpy() - 1
    once = np.array([n in practice.once for n in names], bool)
    asked = _asked(reports, practice)
    i, j = _joined(enough(reports), list(asked), len(reports))
    compared = compare(reports, i, j)
    decided = np.full(len(i), np.nan)
    decided[impossible(reports, i, j, compared, practice.per_page)] = REFUSED
    if practice.as_listed and reports["same_as"].is_not_null().any():
        root, judging = _listed(reports)
        mine = judging[i] & (source[i] == source[j])
        decided[mine] = np.where(root[i] == root[j], CONFIRMED, REFUSED)[mine]
    keys = i * np.int64(len(reports)) + j
    for (a, b), same in asked.items():
        decided[int(np.searchsorted(keys, a * len(reports) + b))] = CONFIRMED if same else REFUSED
    possible = decided != REFUSED
    shown = {k: (g[possible], v[possible]) for k, (g, v) in compared.items()}
    pairs = weigh(shown, i[possible], j[possible], source, once, practice.weights)
    linked = Linked(reports, reports.select("report_id"), pairs, decided[possible], (i[~possible], j[~possible]))
    linked = replace(linked, links=_links(linked, pairs.log_odds, JOIN))
    return replace(
        linked, pairs=replace(pairs, chance=calibrated(pairs, np.isnan(decided[possible]), together(linked)))
    )


def together(linked: Linked) -> NDArray[np.bool_]:
    """Return which pairs are linked."""
    of = linked.links["incident_id"].rank("dense").cast(pl.Int64).to_numpy()
    return np.asarray(of[linked.pairs.i] == of[linked.pairs.j])


def alternatives(linked: Linked, draws: int, seed: int) -> Iterator[pl.DataFrame]:
    """Yield other linkings that are plausible: each pair is drawn with its own probability. Reproducible by seed."""
    noise = np.random.default_rng(seed)
    for _ in range(draws):
        chance = np.clip(linked.pairs.chance, 1e-9, 1 - 1e-9)
        yield _links(linked, np.log(chance / (1 - chance)) + noise.logistic(size=len(chance)), 0.0)


def reasons(linked: Linked) -> pl.DataFrame:
    """Return tables.LINKS: the pairs that are linked or might be, each with what speaks for and against it."""
    pairs = linked.pairs
    ids = linked.reports["report_id"].to_list()
    joined = together(linked)
    told = np.flatnonzero(joined | (pairs.chance >= MENTIONED))
    bits = {f.name: pairs.weights.of(f.name, pairs.compared)[told] / LN2 for f in FACTS}
    rows = []
    for n, at in enumerate(told.tolist()):
        said = sorted(((bits[f.name][n], f) for f in FACTS if bits[f.name][n]), key=lambda x: (-abs(x[0]), x[1].name))
        decided = linked.decided[at]
        rows.append(
            {
                "report_a": ids[pairs.i[at]],
                "report_b": ids[pairs.j[at]],
                "linked": bool(joined[at]),
                "probability": float(pairs.chance[at]) if np.isnan(decided) else 1.0,
                "decided": not np.isnan(decided),
                "reasons": [f"{f.name} {f.levels[pairs.compared[f.name][1][at]]}: {w:+.1f} bits" for w, f in said],
            }
        )
    return tables.frame(rows, tables.LINKS).sort("report_a", "report_b")


def _links(linked: Linked, log_odds: Floats, join: float) -> pl.DataFrame:
    pairs, (apart_i, apart_j) = linked.pairs, linked.apart
    odds = np.where(np.isnan(linked.decided), log_odds, linked.decided)
    of = clusters(
        np.concatenate([odds, np.full(len(apart_i), REFUSED)]),
        np.concatenate([pairs.i, apart_i]),
        np.concatenate([pairs.j, apart_j]),
        pairs.source,
        pairs.once,
        join,
    )
    ids = linked.reports["report_id"]
    return pl.DataFrame({"report_id": ids, "incident_id": ids.gather(of)})


def _asked(reports: pl.DataFrame, practice: Practice) -> dict[tuple[int, int], bool]:
    """Return the pairs of row numbers that must be looked at whether near or not, and what was decided on them."""
    listed = reports.select("report_id", "same_as").filter(pl.col("same_as").is_not_null() & practice.as_listed)
    if listed.is_empty() and not practice.decisions:
        return {}
    row = {r: n for n, r in enumerate(reports["report_id"].to_list())}
    asked = {}
    if practice.as_listed:
        for report, same in listed.iter_rows():
            if same in row and same != report:
                a, b = sorted((row[report], row[same]))
                asked[a, b] = True
    for decision in practice.decisions:
        a, b = sorted((row.get(decision.report_a, -1), row.get(decision.report_b, -1)))
        if a >= 0:
            asked[a, b] = decision.same
    return dict(sorted(asked.items()))


def _joined(near: tuple[Ints, Ints], asked: list[tuple[int, int]], size: int) -> tuple[Ints, Ints]:
    if not asked:
        return near
    i, j = near
    extra = np.array(asked, np.int64).reshape(-1, 2)
    keys = distinct(np.concatenate([i * np.int64(size) + j, extra[:, 0] * np.int64(size) + extra[:, 1]]))
    return keys // max(size, 1), keys % max(size, 1)


def _listed(reports: pl.DataFrame) -> tuple[Ints, NDArray[np.bool_]]:
    """Return what the lists themselves judged (`same_as`): the incident of each report, and which lists judge at all.

    A `same_as` may point to a report that points on; chains are followed.
    """
    ids = reports["report_id"].to_list()
    row = {r: n for n, r in enumerate(ids)}
    parent = list(range(len(ids)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for report, same in reports.select("report_id", "same_as").iter_rows():
        if same in row:
            a, b = sorted((root(row[report]), root(row[same])))
            parent[b] = a
    judging = reports.filter(pl.col("same_as").is_not_null())["source_id"].unique().to_list()
    return np.array([root(n) for n in range(len(ids))], np.int64), reports["source_id"].is_in(judging).to_numpy()
