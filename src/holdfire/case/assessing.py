"""What a case amounted to: the tables of a run laid before every measure."""

from __future__ import annotations

from datetime import date

import polars as pl

from holdfire.assess import (
    EVERYTHING,
    KINDS,
    Assessment,
    EarlierTruce,
    Ground,
    Lull,
    compared,
    corrected,
    lull,
    net_change,
    nightly,
    nights_within,
)
from holdfire.case.folder import Case
from holdfire.case.stages import Judged
from holdfire.monitor import Observed
from holdfire.monitor.missile_attacks import NATIONAL


def assess(case: Case, observed: Observed, found: pl.DataFrame, judged: Judged) -> Assessment:
    """Take every measure of a case, from what was observed, the incidents and their verdicts."""
    earlier = tuple(EarlierTruce(t.title, t.first, t.last) for t in case.file.earlier_truces)
    lulls = _lulls(case, observed.reports, {d for t in earlier for d in t.days})
    return Assessment(lulls=lulls, ground=_ground(case, observed), earlier_truces=earlier)


def counting(case: Case, reports: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the tallies of each source that counts the launches of every night; bulletins come first.

    Of bulletins as on Kaggle, those of regional commands count parts of the same raids and are left out.
    """
    order = {"attack_bulletins": 0, "missile_attacks": 1, "table": 2}
    sources = sorted((s for s in case.file.sources if s.kind in order), key=lambda s: (order[s.kind], s.id))
    counts = {}
    for source in sources:
        mine = reports.filter((pl.col("source_id") == source.id) & pl.col("tally") & pl.col("munitions").is_not_null())
        if source.kind == "missile_attacks":
            mine = mine.filter(pl.col("outlet") == NATIONAL)
        if len(mine):
            counts[source.id] = mine
    return counts


def counts(case: Case, reports: pl.DataFrame) -> pl.DataFrame:
    """Return what the sources that count nights say of those of the period (tables.COUNTS)."""
    period = case.file.period
    table = compared(counting(case, reports), str(case.zone))
    return table.filter(pl.col("day").is_between(period.first, period.last))


def _ground(case: Case, observed: Observed) -> list[Ground]:
    """Return the ground that changed hands in the period, for every source that draws who holds it."""
    period = case.file.period
    return net_change(observed.lines, observed.reports, period.first, period.last, case.areas)


def _lulls(case: Case, reports: pl.DataFrame, left_out: set[date]) -> list[Lull]:
    """Test, for every reading, whether its window was quieter than chance explains, of all launches and by kind."""
    counts = list(counting(case, reports).values())
    nights = nightly(counts[0] if counts else reports.clear(), str(case.zone))
    lulls = []
    for reading in case.agreement.readings:
        windows = [c.time.bounds(case.agreement.zone) for c in reading.clauses if c.norm == "prohibition" and c.time]
        if nights.is_empty() or not windows:
            continue
        opens, closes = windows[0]
        if opens.latest is None or closes.earliest is None:
            continue
        first, last = nights_within(opens.latest, closes.earliest, case.zone)
        if last < first:
            continue
        pledged, stated = case.agreement.announced_on, reading.stated_on
        for kind in (EVERYTHING, *KINDS):
            tested = lull(nights, reading.id, kind, first, last, pledged, stated_on=stated, left_out=left_out)
            lulls.append(tested)
    return corrected(lulls)
