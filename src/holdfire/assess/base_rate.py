"""How truces like this one ended, by a catalogue of ceasefires.

Truces are matched on coarse traits of the agreement itself: its form, who is bound, its planned length, whether a body
monitors it. Where fewer than 30 matched truces from 8 countries have a known ending, the traits are given up one at a
time in a stated order. Truces of one country are not independent of each other: a country is a cluster of
`intervals.py`, and the interval of a share is Wilson's with the number of truces over their design effect. The
share still in force after some days is Kaplan and Meier's (1958, doi:10.1080/01621459.1958.10501452), with Greenwood's
variance on the scale log(-log S) (Kalbfleisch and Prentice 2002, doi:10.1002/9781118032985).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Literal, get_args

import numpy as np

from holdfire.assess.intervals import NINETY_FIVE, design_effect, wilson
from holdfire.kleene import conjunction
from holdfire.terms import Agreement, Clause, Reading, code_list
from holdfire.terms.ceasefires import LAST_DAY, PURPOSES, Ceasefire, Ending

LEAST_KNOWN, LEAST_COUNTRIES = 30, 8
HORIZONS = (7, 30, 90)
DIGITS = 3
DAY = timedelta(days=1)
GIVEN_UP = ("monitored", "form", "sides", "length")
Length = Literal["up to 3 days", "4 to 14 days", "15 to 90 days", "over 90 days", "open-ended"]
_UP_TO = (3, 14, 90, math.inf)


@dataclass(frozen=True)
class Traits:
    """What truces are matched on. A null is not known of the agreement, and nothing is matched on it.

    `length` holds every class that the planned length may fall into.
    """

    form: Literal["verbal", "written"] | None
    sides: Literal["one-sided", "mutual"] | None
    length: tuple[Length, ...] | None
    monitored: bool | None

    @property
    def known(self) -> tuple[str, ...]:
        """Return the names of the traits that are known, those given up last first."""
        return tuple(t for t in reversed(GIVEN_UP) if getattr(self, t) is not None)


@dataclass(frozen=True)
class Step:
    """One try at matching: on which traits, and how many truces match.

    `known` counts those whose ending is known, and `countries` where these were. `possible` counts the truces beside
    the matched ones of which a trait is not known, and which match in all others.
    """

    traits: tuple[str, ...]
    matched: int
    possible: int
    known: int
    countries: int


@dataclass(frozen=True)
class EndingShare:
    """How many of the matched truces ended so; `share` of those whose ending is known, with its 95 % interval.

    `least` and `most` are the share of all matched truces if no unknown ending were this one, and if every one were.
    """

    ending: Ending
    truces: int
    share: float
    low: float
    high: float
    least: float
    most: float


@dataclass(frozen=True)
class Survival:
    """The matched truces so many days after they began.

    `in_force`, `replaced` (its end had come and another truce took over), `over` and `unknown` are counts of all.
    `share` is Kaplan and Meier's, with `at_risk` truces known to be in force for longer; null where nobody is and some
    had not ended. `low` and `high` are null where no truce, or every truce, had ended.
    """

    days: int
    in_force: int
    replaced: int
    over: int
    unknown: int
    at_risk: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class BaseRate:
    """How truces like those of some readings ended. `traits` are those matched on, after `steps`."""

    reading_ids: tuple[str, ...]
    wanted: Traits
    traits: tuple[str, ...]
    steps: tuple[Step, ...]
    matched: int
    countries: int
    endings: tuple[EndingShare, ...]
    unknown: int
    horizons: tuple[Survival, ...]
    dated: int
    purposes: dict[str, int]
    catalogue: int

    def document(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def base_rates(agreement: Agreement, ceasefires: Sequence[Ceasefire]) -> list[BaseRate]:
    """Return the base rate of every reading, those of equal traits together, in the order of the readings."""
    by_traits: dict[Traits, list[str]] = {}
    for reading in agreement.readings:
        by_traits.setdefault(traits_of(agreement, reading), []).append(reading.id)
    return [base_rate(tuple(ids), wanted, ceasefires) for wanted, ids in by_traits.items()]


def traits_of(agreement: Agreement, reading: Reading) -> Traits:
    """Return the traits of a reading: its length is that of the window of its first prohibition that has one."""
    prohibitions = [c for c in reading.clauses if c.norm == "prohibition"]
    windows = [c.time for c in prohibitions if c.time is not None]
    lengths: tuple[Length, ...] | None = None
    if windows:
        opens, closes = windows[0].bounds(agreement.zone)
        if windows[0].ends is None and windows[0].lasts is None:
            lengths = ("open-ended",)
        elif opens.earliest and opens.latest and closes.earliest and closes.latest:
            if windows[0].lasts is not None:
                days = [(c - o) / DAY for o, c in ((opens.earliest, closes.earliest), (opens.latest, closes.latest))]
            else:
                days = [(closes.earliest - opens.latest) / DAY, (closes.latest - opens.earliest) / DAY]
            first, last = (_class_of(max(round(d, 2), 0)) for d in days)
            lengths = get_args(Length)[first : last + 1]
    return Traits(agreement.form, _sides(agreement, prohibitions), lengths, _monitored(agreement))


def _class_of(days: float) -> int:
    """Return which class of length it is; 3.04 days, with an hour of summer time, are 3."""
    return next(n for n, most in enumerate(_UP_TO) if days - 0.05 <= most)


def _monitored(agreement: Agreement) -> bool | None:
    """Tell whether the agreement names a body that monitors or verifies it: as it says, or because it describes one."""
    return True if agreement.monitored is None and agreement.verification is not None else agreement.monitored


def _sides(agreement: Agreement, prohibitions: Sequence[Clause]) -> Literal["one-sided", "mutual"] | None:
    """Return whether the prohibitions bind one party with forces or several; null where that was left vague."""
    armed = [p for p in agreement.parties if p.actors]
    surely, perhaps = set(), set()
    for clause in prohibitions:
        for party in armed:
            lineage = {code for own in party.actors for code in code_list("actor").lineage(own)}
            if clause.actor is None or lineage & set(clause.actor.certainly):
                surely.add(party.id)
            elif lineage & set(clause.actor.possibly):
                perhaps.add(party.id)
    if len(surely) > 1:
        return "mutual"
    return "one-sided" if len(surely) == 1 and not perhaps - surely else None


def base_rate(reading_ids: tuple[str, ...], wanted: Traits, ceasefires: Sequence[Ceasefire]) -> BaseRate:
    """Match the ceasefires of a catalogue, giving up traits until there are enough, and say how they ended."""
    steps: list[Step] = []
    traits = wanted.known
    while True:
        answers = [conjunction(_has(c, wanted, t) for t in traits) for c in ceasefires]
        matched = [c for c, same in zip(ceasefires, answers, strict=True) if same]
        known = [c for c in matched if c.ending is not None]
        countries = len({c.country for c in known})
        steps.append(Step(traits, len(matched), answers.count(None), len(known), countries))
        if not traits or (len(known) >= LEAST_KNOWN and countries >= LEAST_COUNTRIES):
            break
        traits = traits[:-1]
    dated = [(c.country, *exact) for c in matched if (exact := _exact_length(c)) is not None]
    return BaseRate(
        reading_ids,
        wanted,
        traits,
        tuple(steps),
        len(matched),
        len({c.country for c in matched}),
        tuple(_share(e, matched, known) for e in get_args(Ending)) if known else (),
        len(matched) - len(known),
        tuple(_horizon(days, matched, [(length, ended) for _, length, ended in dated]) for days in HORIZONS),
        len(dated),
        {p: sum(p in c.purposes for c in matched) for p in PURPOSES},
        len(ceasefires),
    )


def _has(ceasefire: Ceasefire, wanted: Traits, trait: str) -> bool | None:
    """Tell whether a ceasefire has a trait of the wanted ones; null where that is not known of it."""
    if trait == "length":
        assert wanted.length is not None
        own = _length(ceasefire)
        return None if own is None else own in wanted.length
    value = getattr(ceasefire, trait)
    return None if value is None else bool(value == getattr(wanted, trait))


def _length(ceasefire: Ceasefire) -> Length | None:
    if ceasefire.open_ended:
        return "open-ended"
    days = ceasefire.planned_days
    return None if days is None else get_args(Length)[_class_of(days)]


def _share(ending: Ending, matched: Sequence[Ceasefire], known: Sequence[Ceasefire]) -> EndingShare:
    hits, totals = (Counter(c.country for c in some) for some in ([c for c in known if c.ending == ending], known))
    here = sum(hits.values())
    low, high = clustered_interval([(hits[g], n) for g, n in sorted(totals.items())])
    unknown = len(matched) - len(known)
    return EndingShare(
        ending,
        here,
        round(here / len(known), DIGITS),
        round(low, DIGITS),
        round(high, DIGITS),
        round(here / len(matched), DIGITS),
        round((here + unknown) / len(matched), DIGITS),
    )


def clustered_interval(clusters: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Return the 95 % interval of a share from (hits, size) of each cluster, of which none is empty.

    Where every truce, or none, is a hit, the clusters do not tell how alike their truces are, and each counts as one.
    """
    hits, sizes = np.array(clusters, dtype=np.float64).T
    p = float(hits.sum() / sizes.sum())
    alike = len(clusters) == 1 or p in (0.0, 1.0)
    return wilson(p, len(clusters) if alike else float(sizes.sum()) / design_effect(hits, sizes), NINETY_FIVE)


def _lengths(ceasefire: Ceasefire) -> tuple[int, int] | None:
    """Return for how many days it was in force at least and at most; null where that is not known.

    The last day counts, as it does in the file. One that never began was in force for none.
    """
    if ceasefire.ending == "never_began":
        return 0, 0
    if ceasefire.starts is None:
        return None
    ends = (LAST_DAY, LAST_DAY) if ceasefire.ending == "in_force" else ceasefire.ends
    if ends is None:
        return None
    least, most = (ends[0] - ceasefire.starts[1]).days + 1, (ends[1] - ceasefire.starts[0]).days + 1
    return (max(least, 0), most) if most >= 0 else None


def _exact_length(ceasefire: Ceasefire) -> tuple[int, bool] | None:
    """Return the days in force, and whether it was over then; null where they are not known to the day.

    One that was in force at the last day of the data, or passed into another truce, was not over.
    """
    lengths = _lengths(ceasefire)
    if lengths is None or lengths[0] != lengths[1]:
        return None
    return lengths[0], ceasefire.ending not in ("in_force", "replaced")


def _horizon(days: int, matched: Sequence[Ceasefire], dated: Sequence[tuple[int, bool]]) -> Survival:
    counts = Counter(_state(c, days) for c in matched)
    share, low, high = (None if v is None else round(v, DIGITS) for v in survival(dated, days))
    return Survival(
        days,
        in_force=counts["in_force"],
        replaced=counts["replaced"],
        over=counts["over"],
        unknown=counts["unknown"],
        at_risk=sum(length > days for length, _ in dated),
        share=share,
        low=low,
        high=high,
    )


def _state(ceasefire: Ceasefire, days: int) -> str:
    lengths = _lengths(ceasefire)
    if lengths is None or (lengths[1] > days >= lengths[0]):
        return "unknown"
    if lengths[0] > days:
        return "in_force"
    # Of one that began less than so many days before the data end, nobody can know yet.
    return {"replaced": "replaced", "in_force": "unknown"}.get(ceasefire.ending or "", "over")


def survival(lengths: Sequence[tuple[int, bool]], days: int) -> tuple[float | None, float | None, float | None]:
    """Return the share that lasts for more than so many days, and its 95 % interval, from (length, whether over then).

    One that is not over at its length is known to have lasted for longer; at equal lengths, the others ended first.
    """
    share, hazard = 1.0, 0.0
    for length in sorted({n for n, over in lengths if over and n <= days}):
        at_risk = sum(n >= length for n, _ in lengths)
        over = sum(over and n == length for n, over in lengths)
        share *= 1 - over / at_risk
        hazard += over / (at_risk * (at_risk - over)) if at_risk > over else 0.0
    if share and not any(n > days for n, _ in lengths):
        return None, None, None
    if share in (0.0, 1.0):
        return share, None, None
    spread = NINETY_FIVE * math.sqrt(hazard) / abs(math.log(share))
    return share, share ** math.exp(spread), share ** math.exp(-spread)
