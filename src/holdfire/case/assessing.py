"""What a case amounted to: the tables of a run laid before every measure."""

from __future__ import annotations

from datetime import date

import polars as pl

from holdfire.assess import (
    KINDS,
    Assessment,
    Ground,
    Lull,
    Outlook,
    compared,
    corrected,
    lull,
    nation_of,
    net_change,
    nightly,
    nights_within,
    outlook,
)
from holdfire.case.folder import Case
from holdfire.case.stages import Judged
from holdfire.monitor import Observed
from holdfire.monitor.missile_attacks import NATIONAL


def assess(
    case: Case, observed: Observed, found: pl.DataFrame, judged: Judged, as_of: date | None = None
) -> Assessment:
    """Take every measure of a case, from what was observed, the incidents and their verdicts.

    `as_of` is the last day of which anything is known; null: the period is over.
    """
    return Assessment(
        lulls=_lulls(case, observed.reports),
        ground=_ground(case, observed),
        outlook=_outlook(case, observed.reports, as_of),
    )


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


def _lulls(case: Case, reports: pl.DataFrame) -> list[Lull]:
    """Test, for every reading, whether its window was quieter than chance explains; all of them are one family."""
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
        lulls += [lull(nights, reading.id, k, first, last, pledged, stated_on=stated) for k in KINDS]
    return corrected(lulls)


def _outlook(case: Case, reports: pl.DataFrame, as_of: date | None) -> list[Outlook]:
    """Return what the days after the last bulletin may bring; nothing where no source counts a whole nation."""
    for tallies in counting(case, reports).values():
        if (nation := nation_of(tallies, case.areas)) is not None:
            return outlook(nightly(tallies, str(case.zone)), nation, as_of or case.file.period.last)
    return []
