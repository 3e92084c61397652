"""What the next 14 days may bring: how many launches over a nation each day, and how likely a mass strike is.

A forecast from past counts alone, made after the last night that was reported. It is the average of several ideas of
how far back to look (`experts`), made as wide as past forecasts should have been (`calibration`). It is
national and daily by design: a finer one would help whoever strikes more than whoever is struck. docs/outlook.md has
the formulas and how well it does.

Every night of the series is also forecast as if it were still to come, from the nights before it only. What these
forecasts scored is the skill that an outlook states of itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from holdfire.assess.calibration import quantile, widened, widths
from holdfire.assess.experts import LEVELS, Origins, climatology, panel, pooled, weights
from holdfire.assess.nights import KINDS
from holdfire.assess.placebo import Series
from holdfire.assess.scores import brier, crps, error_of_mean, inside, skill
from holdfire.assess.waves import FIRST_NIGHTS, least_mass_strike
from holdfire.places import Areas

DAYS = 14
SCORED = (1, 3, 7, 14)
ALL = "all"
SERIES = (*KINDS, ALL)
RECENT_NIGHTS = 90
LEAST_SCORED = 60
COVERED = np.array([0.80, 0.95])
TOLD = {"q2_5": 0.025, "q10": 0.1, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q90": 0.9, "q97_5": 0.975}


@dataclass(frozen=True)
class DayAhead:
    """What is foretold of the night that ends on a day, `ahead` days after the last one known.

    `chance` is the probability of a mass strike; null where nothing tells what would be one. The quantiles are in
    munitions: what comes is as likely as not above `q50`, and lies from `q10` to `q90` on at least 80 nights of 100.
    """

    day: date
    ahead: int
    chance: float | None
    q2_5: int
    q10: int
    q25: int
    q50: int
    q75: int
    q90: int
    q97_5: int


@dataclass(frozen=True)
class Skill:
    """How good forecasts so many days ahead were over the nights of the series, each made from those before it.

    `crps` is their mean score in munitions, less is better, beside that of the distribution of all earlier nights and
    of the last 90. `skill` is the share of the better one's score that is saved, below 0 where it was better than these
    forecasts, with its standard error. `brier` scores the chance of a mass strike, beside the share of mass strikes
    among the nights of each distribution. `covered_80` and `covered_95` are the shares of nights within the intervals,
    of counts that reach over an end the part within; `whole_80` and `whole_95` are those from end to end, both
    included, which hold more where many nights are alike.
    """

    ahead: int
    nights: int
    crps: float
    crps_all: float
    crps_recent: float
    skill: float | None
    error: float | None
    brier: float | None
    brier_all: float | None
    brier_recent: float | None
    brier_skill: float | None
    covered_80: float
    covered_95: float
    whole_80: float
    whole_95: float


@dataclass(frozen=True)
class Outlook:
    """The forecast of one kind, made after the night that ended on `made_on`, the last one reported.

    `age_days` is how long before the end of what the case looks at that was. `least` is how many munitions make a mass
    strike as of that night. `days` and `skill` are empty where too few nights are known, and `note` says so.
    """

    nation: str
    kind: str
    made_on: date
    age_days: int
    reported: int
    missing: int
    least: int | None
    days: tuple[DayAhead, ...]
    skill: tuple[Skill, ...]
    note: str
    recent: tuple[tuple[date, int | None], ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Backtest:
    """Every forecast of a series at the horizons SCORED, made at each night from it and the nights before.

    Per horizon: `told` the forecasts, nights by LEVELS, and `came` what came that many nights later, NaN where that was
    not reported or is still to come. `shares` and `widths` are what was known at each night of experts and widths.
    """

    told: dict[int, Series]
    came: dict[int, Series]
    shares: dict[int, Series]
    widths: dict[int, Series]
    least: Series

    def chance(self, horizon: int) -> Series:
        """Return the probability of a mass strike, as of each night, that many nights later."""
        return chances(self.told[horizon], self.least)

    def struck(self, horizon: int) -> Series:
        """Return 1 where a mass strike came that many nights later, by what was one as of the forecast; else 0."""
        came = self.came[horizon]
        return np.where(np.isnan(came) | np.isnan(self.least), np.nan, came >= self.least)


def backtest(counts: Series) -> Backtest:
    """Forecast every night of a series as if it were still to come. NaN in `counts`: no report."""
    origins: Origins = np.arange(len(counts), dtype=np.int64)
    experts = panel(counts, SCORED, origins)
    made = Backtest({}, {}, {}, {}, _least(counts))
    for h, told in experts.items():
        came = np.concatenate([counts, np.full(h, np.nan)])[h:]
        made.shares[h] = weights(crps(told, came[:, None]), h)
        plain = pooled(told, made.shares[h])
        made.widths[h] = widths(plain, came, h)
        made.told[h], made.came[h] = widened(plain, made.widths[h]), came
    return made


def ahead(counts: Series, made: Backtest) -> Series:
    """Return what is foretold after the last night of a series, days 1 to 14 by LEVELS, in munitions.

    Days that are not scored take the weights and the widths of the scored one before them.
    """
    last = np.array([len(counts) - 1], dtype=np.int64)
    rows = []
    for h, told in panel(counts, tuple(range(1, DAYS + 1)), last).items():
        like = max(s for s in SCORED if s <= h)
        rows.append(widened(pooled(told, made.shares[like][-1:]), made.widths[like][-1:])[0])
    return np.stack(rows)


def chances(told: Series, least: Series) -> Series:
    """Return the probability that a forecast gives to at least so many munitions: (n, levels) and (n) to (n).

    Read between its quantiles, which end at 0.5 and 99.5 %, so that nothing is impossible or certain. NaN where either
    is unknown.
    """
    found = np.full(len(told), np.nan)
    for t in np.flatnonzero(~np.isnan(told).any(axis=1) & ~np.isnan(least)):
        # Counts are whole: at least n is more than n - 1/2.
        found[t] = 1 - np.interp(least[t] - 0.5, told[t], LEVELS)
    return found


def _least(counts: Series) -> Series:
    """Return what makes a mass strike as of each night, in munitions; NaN before 28 nights were reported."""
    reported = np.cumsum(~np.isnan(counts))
    known = [least_mass_strike(counts[: t + 1]) if reported[t] >= FIRST_NIGHTS else None for t in range(len(counts))]
    return np.array([np.nan if v is None else v for v in known], dtype=np.float64)


def outlook(nights: pl.DataFrame, nation: str, until: date) -> list[Outlook]:
    """Return the outlook of each kind and of all launches together, made after the last night reported.

    Takes `nightly()` of counts of a whole nation. `until` is the last day of which the case knows anything. Empty where
    no night was reported.
    """
    told = nights.with_columns(pl.sum_horizontal(*KINDS, ignore_nulls=False).alias(ALL)).sort("day")
    reported = told.filter(pl.col(ALL).is_not_null())
    if reported.is_empty():
        return []
    made_on = reported["day"][-1]
    known = told.filter(pl.col("day") <= made_on)
    return [_one(known, kind, nation, made_on, max((until - made_on).days, 0)) for kind in SERIES]


def _one(nights: pl.DataFrame, kind: str, nation: str, made_on: date, age_days: int) -> Outlook:
    counts = nights[kind].cast(pl.Float64).fill_null(np.nan).to_numpy().astype(np.float64)
    reported = int((~np.isnan(counts)).sum())
    recent = tuple(nights.select("day", kind).tail(2 * DAYS).iter_rows())
    told = (nation, kind, made_on, age_days, reported, len(counts) - reported)
    if reported < FIRST_NIGHTS:
        note = f"too few nights: {reported} of the {FIRST_NIGHTS} that a forecast needs"
        return Outlook(*told, None, (), (), note, recent)
    made = backtest(counts)
    least = least_mass_strike(counts)
    ahead_of = ahead(counts, made)
    if np.isnan(ahead_of).any():
        note = f"too few nights: {reported}, and {FIRST_NIGHTS} must be known {DAYS} nights before the last one"
        return Outlook(*told, None, (), (), note, recent)
    chance = chances(ahead_of, np.full(DAYS, np.nan if least is None else least))
    days = tuple(
        DayAhead(
            made_on + timedelta(days=n + 1),
            n + 1,
            None if least is None else round(float(chance[n]), 3),
            **{name: int(quantile(ahead_of[n : n + 1], level)[0]) for name, level in TOLD.items()},
        )
        for n in range(DAYS)
    )
    others = earlier(counts)
    scored = tuple(s for h in SCORED if (s := scored_at(made, others, h)) is not None)
    note = "" if scored else f"fewer than {LEAST_SCORED} nights could be scored"
    return Outlook(*told, None if least is None else int(least), days, scored, note, recent)


def earlier(counts: Series) -> tuple[Series, Series]:
    """Return what forecasts are measured against: the distribution of the nights up to each, and of the last 90."""
    origins: Origins = np.arange(len(counts), dtype=np.int64)
    return climatology(counts, origins), climatology(counts, origins, RECENT_NIGHTS)


def scored_at(made: Backtest, others: tuple[Series, Series], horizon: int) -> Skill | None:
    """Return how good forecasts were so many days ahead; null where fewer than 60 nights were forecast and reported."""
    told, came = made.told[horizon], made.came[horizon]
    ours, *theirs = (crps(t, came) for t in (told, *others))
    known = ~np.isnan(ours) & ~np.isnan(theirs[0]) & ~np.isnan(theirs[1])
    if known.sum() < LEAST_SCORED:
        return None
    means = [float(c[known].mean()) for c in (ours, *theirs)]
    better = int(np.argmin(means[1:]))
    error = error_of_mean((theirs[better] - ours)[known], DAYS)
    saved = skill(means[0], means[1 + better])
    chance, struck = made.chance(horizon), made.struck(horizon)
    here = known & ~np.isnan(struck)
    briers: list[float | None] = [None] * 3
    if here.any():
        shares = (chance, *(1 - _share_below(t, made.least) for t in others))
        briers = [float(brier(c[here], struck[here]).mean()) for c in shares]
    references = [b for b in briers[1:] if b is not None]
    covered = inside(told[known], came[known], COVERED).mean(axis=0)
    from_to = within(told[known], came[known]).mean(axis=0)
    return Skill(
        ahead=horizon,
        nights=int(known.sum()),
        crps=round(means[0], 3),
        crps_all=round(means[1], 3),
        crps_recent=round(means[2], 3),
        skill=_rounded(saved),
        error=_rounded(None if saved is None else error / means[1 + better]),
        brier=_rounded(briers[0], 4),
        brier_all=_rounded(briers[1], 4),
        brier_recent=_rounded(briers[2], 4),
        brier_skill=_rounded(None if briers[0] is None else skill(briers[0], min(references))),
        covered_80=round(float(covered[0]), 3),
        covered_95=round(float(covered[1]), 3),
        whole_80=round(float(from_to[0]), 3),
        whole_95=round(float(from_to[1]), 3),
    )


def within(told: Series, came: Series) -> Series:
    """Return whether each outcome lies from end to end of the intervals COVERED: (n, levels) and (n) to (n, 2)."""
    low, high = (
        np.stack([quantile(told, p) for p in ends], axis=-1) for ends in ((1 - COVERED) / 2, (1 + COVERED) / 2)
    )
    return np.asarray((came[:, None] >= low) & (came[:, None] <= high), dtype=np.float64)


def _share_below(told: Series, least: Series) -> Series:
    return np.asarray((told < least[:, None]).mean(axis=1), dtype=np.float64)


def _rounded(value: float | None, digits: int = 3) -> float | None:
    return None if value is None else round(value, digits)


def nation_of(tallies: pl.DataFrame, areas: Areas) -> str | None:
    """Return the country that tallies count; null where most of them speak of a part of one, or of several.

    Takes tables.REPORTS. Counts of a region are not forecast, however many.
    """
    codes = Counter(code for code in tallies["place_code"].to_list())
    whole = {c: n for c, n in codes.items() if c is not None and areas.lineage(c) == (c,)}
    around = {areas.lineage(c)[-1] for c in codes if c is not None}
    if len(around) != 1 or 2 * sum(whole.values()) <= len(tallies):
        return None
    return around.pop()


def figures(outlooks: Sequence[Outlook]) -> list[dict[str, Any]]:
    """Return the numbers of outlooks as plain values, without the nights that the page draws beside them."""
    return [
        {
            **{k: v for k, v in vars(o).items() if k != "recent"},
            "days": [vars(d) for d in o.days],
            "skill": [vars(s) for s in o.skill],
        }
        for o in outlooks
    ]
