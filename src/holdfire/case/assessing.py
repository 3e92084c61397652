"""What a case amounted to: the tables of a run laid before every measure."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from holdfire.adjudicate import Versions, settling
from holdfire.assess import (
    EVERYTHING,
    KINDS,
    Assessment,
    EarlierTruce,
    Exposure,
    ExposureTerms,
    Ground,
    Interception,
    Lull,
    Outlook,
    Rebound,
    Undercount,
    base_rates,
    compared,
    corrected,
    corrected_rates,
    corrected_rebounds,
    counted,
    displacements,
    exposure_days,
    first_after,
    interception,
    listed,
    lull,
    nation_of,
    net_change,
    nightly,
    nights_within,
    outlook,
    reading_exposures,
    rebound,
    sensitivity,
    stopped,
    undercount,
    within,
)
from holdfire.assess.exposure_days import COLD, HAZARDS
from holdfire.assess.exposure_known import known
from holdfire.case.folder import Case
from holdfire.case.population import population
from holdfire.case.stages import Judged
from holdfire.monitor import Observed, days_between
from holdfire.monitor.missile_attacks import NATIONAL
from holdfire.monitor.setting import WEATHER
from holdfire.terms import Reading
from holdfire.terms.ceasefires import read_ceasefires
from holdfire.terms.instants import Span


def assess(
    case: Case,
    observed: Observed,
    found: pl.DataFrame,
    judged: Judged,
    catalogue: Path | None = None,
    as_of: date | None = None,
) -> Assessment:
    """Take every measure of a case, from what was observed, the incidents and their verdicts.

    `catalogue` is the file of the ETH/PRIO ceasefires, which nobody may bundle; without it there is no base rate.
    `as_of` is the last day of which anything is known; null: the period is over.
    """
    earlier = tuple(EarlierTruce(t.title, t.first, t.last) for t in case.file.earlier_truces)
    tallied = counting(case, observed.reports)
    none = observed.reports.clear()
    of_source = {source: nightly(tallies, str(case.zone)) for source, tallies in tallied.items()}
    tallies = next(iter(tallied.values()), none)
    nights = next(iter(of_source.values()), nightly(none, str(case.zone)))
    lulls = _lulls(case, nights, {d for t in earlier for d in t.days})
    return Assessment(
        nights=nights,
        counts=_counts(case, of_source),
        lulls=lulls,
        ground=_ground(case, observed),
        displacement=displacements(found, judged.verdicts, judged.plan),
        rebound=_rebounds(case, nights, lulls),
        interception=_interceptions(case, tallies, lulls),
        base_rate=base_rates(case.agreement, read_ceasefires(catalogue)) if catalogue else [],
        undercount=_undercounts(case, observed.reports, found),
        exposure=_exposure(case, observed, found, judged),
        earlier_truces=earlier,
        settling=settling(Versions(found, judged.plan).sheet()),
        outlook=_outlook(case, tallied, of_source, as_of),
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


def _counts(case: Case, of_source: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Return what the sources that count nights say of those of the period (tables.COUNTS)."""
    period = case.file.period
    return compared(of_source).filter(pl.col("day").is_between(period.first, period.last))


def _ground(case: Case, observed: Observed) -> list[Ground]:
    """Return the ground that changed hands in the period, for every source that draws who holds it."""
    period = case.file.period
    return net_change(observed.lines, observed.reports, period.first, period.last, case.areas)


def _undercounts(case: Case, reports: pl.DataFrame, found: pl.DataFrame) -> list[Undercount]:
    """Return the undercount of every place that the case asks for, or of everywhere; none where it names no lists."""
    asked, period = case.file.undercount, case.file.period
    if asked is None:
        return []
    first, last = asked.first or period.first, asked.last or period.last
    inside, unsure = listed(found, reports, asked.lists, first, last, case.zone)
    names = sorted(asked.lists)
    if not asked.places:
        return [undercount([on for _, on in inside], names, first, last, left_out=unsure)]
    found_at = [(place, *within(inside, place, case.areas)) for place in asked.places]
    return [undercount(on, names, first, last, place, unsure + wider) for place, on, wider in found_at]


def _exposure(case: Case, observed: Observed, found: pl.DataFrame, judged: Judged) -> Exposure:
    """Return who was in the cold, without heat or without power, and what of the verdicts hangs on a threshold."""
    period, given = case.file.period, case.file.exposure
    size = given.people_per_building
    terms = ExposureTerms(given.below_c, None if size is None else (size.at_least, size.at_most))
    days = days_between(period.first, period.last)
    table = exposure_days(observed.conditions, observed.temperatures, days, case.zone, population(case), terms)
    as_if = [(reading, clause) for reading, _, clause in (name.partition("/") for name in given.as_if_cold)]
    readings = reading_exposures(
        table, judged.plan, found, judged.verdicts, period.first, period.last, given.below_c[0]
    )
    shown = sensitivity(
        case.agreement, case.areas, case.gazetteer, observed.conditions, observed.lines, found, judged.verdicts, as_if
    )
    told = known(table, observed.conditions, days, given.below_c[0])
    return Exposure(table, terms, _hazards(case, bool(shown)), told, readings, shown)


def _hazards(case: Case, threshold: bool) -> tuple[str, ...]:
    """Return the hazards that a case asks of: all by its `exposure`; each by a source, and cold by a clause's limit."""
    kinds = {s.kind for s in case.file.sources}
    all_of_them = "exposure" in case.file.model_fields_set
    outages = all_of_them or "outages" in kinds
    cold = all_of_them or threshold or not kinds.isdisjoint({"conditions", *WEATHER})
    return (*(HAZARDS if outages else ()), *((COLD,) if cold else ()))


def _lulls(case: Case, nights: pl.DataFrame, left_out: set[date]) -> list[Lull]:
    """Test, for every reading, whether its window was quieter than chance explains, of all launches and by kind.

    Of a kind that was never counted nothing is known, so that it is not tested by itself.
    """
    lulls = []
    for reading in case.agreement.readings:
        window = _window(case, reading)
        if nights.is_empty() or window is None:
            continue
        opens, closes = window
        if opens.latest is None or closes.earliest is None:
            continue
        first, last = nights_within(opens.latest, closes.earliest, case.zone)
        if last < first:
            continue
        pledged, stated = case.agreement.announced_on, reading.stated_on
        for kind in (EVERYTHING, *counted(nights)):
            tested = lull(nights, reading.id, kind, first, last, pledged, stated_on=stated, left_out=left_out)
            lulls.append(tested)
    return corrected(lulls)


def _window(case: Case, reading: Reading) -> tuple[Span, Span] | None:
    """Return when the first prohibition of a reading that names a time opens and closes; null where none does."""
    times = (c.time for c in reading.clauses if c.norm == "prohibition" and c.time)
    return next((time.bounds(case.agreement.zone) for time in times), None)


def _afterwards(case: Case) -> dict[str, date]:
    """Return for every reading the first night that surely lies behind its window; none for one without an end."""
    found = {}
    for reading in case.agreement.readings:
        window = _window(case, reading)
        if window is not None and window[1].latest is not None:
            found[reading.id] = first_after(window[1].latest, case.zone)
    return found


def _rebounds(case: Case, nights: pl.DataFrame, lulls: list[Lull]) -> list[Rebound]:
    """Return what came after each window that was tested for a lull; all of them are one family."""
    after = _afterwards(case)
    pledged = case.agreement.announced_on
    return corrected_rebounds(
        [rebound(nights, x, after[x.reading_id], pledged) for x in lulls if x.kind in KINDS and x.reading_id in after]
    )


def _interceptions(case: Case, tallies: pl.DataFrame, lulls: list[Lull]) -> list[Interception]:
    """Return what was stopped around the same windows; all changes of it are one family."""
    told, after = stopped(tallies, str(case.zone)), _afterwards(case)
    pledged = case.agreement.announced_on
    return corrected_rates(
        [
            interception(told, x.reading_id, x.kind, x.first, x.last, after[x.reading_id], pledged)
            for x in lulls
            if x.kind in KINDS and x.reading_id in after
        ]
    )


def _outlook(
    case: Case, tallied: dict[str, pl.DataFrame], of_source: dict[str, pl.DataFrame], as_of: date | None
) -> list[Outlook]:
    """Return what the days after the last bulletin may bring; nothing where no source counts a whole nation.

    Nothing is foretold of a kind that was never counted.
    """
    for source, tallies in tallied.items():
        if (nation := nation_of(tallies, case.areas)) is not None:
            nights = of_source[source]
            told = outlook(nights, nation, as_of or case.file.period.last)
            return [o for o in told if o.kind not in KINDS or o.kind in counted(nights)]
    return []
