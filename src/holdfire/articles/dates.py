"""Days, nights and lengths of time as articles give them, resolved against the day of publication or not at all.

A closed grammar per language: what it does not know stays null. "On Sunday" is the last Sunday up to the day of
publication, or the next one where the words before it look ahead ("will meet on Sunday", "until Sunday"). A date
without a year is the one nearest to the day of publication.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from holdfire.articles.words import Words, words

FAR = 60
_AHEAD_WITHIN = 90


@dataclass(frozen=True)
class When:
    """A day, or the night that begins on its evening; `text` is as agreement files write it."""

    start: int
    end: int
    day: date
    night: bool
    reason: str

    @property
    def text(self) -> str:
        return f"night of {self.day}" if self.night else self.day.isoformat()


@dataclass(frozen=True)
class Lasting:
    """A length of time, such as `1 week`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class _Grammar:
    date: re.Pattern[str]
    weekday: re.Pattern[str]
    lasting: re.Pattern[str]
    night_date: re.Pattern[str]
    weekday_ahead: re.Pattern[str]
    spoken_before: re.Pattern[str]


@cache
def _grammar(language: str) -> _Grammar:
    w = words(language)
    month, weekday = w.fragment("months"), w.fragment("weekdays")
    of_weekday = rf"(?:{weekday},?\s+(?:the\s+)?)?"
    day = r"(?P<d{0}>\d{{1,2}})(?:st|nd|rd|th)?"
    year = r"(?:,?\s+(?P<y{0}>\d{{4}})(?:\s+(?:року|рік|года|р\.|г\.))?)?"
    dated = (
        rf"{of_weekday}(?:{day.format(1)}\s+(?:of\s+)?(?P<m1>{month})\.?{year.format(1)}"
        rf"|(?P<m2>{month})\.?\s+{day.format(2)}(?!\d){year.format(2)}"
        r"|(?P<iso>\d{4}-\d{2}-\d{2})|(?P<d3>\d{1,2})\.(?P<n3>\d{1,2})\.(?P<y3>\d{4}))"
    )
    number = w.fragment("numbers")
    unit = w.fragment("units")
    opening = w.fragment("day_on")
    speech = "|".join(w.speech().values())
    flags = re.IGNORECASE
    return _Grammar(
        re.compile(rf"(?<!\w)(?:{dated})(?!\w)", flags),
        re.compile(rf"(?<!\w)(?:{opening}\s+)?(?P<next>next |last )?(?P<w>{weekday})(?!\w)", flags),
        re.compile(rf"(?<![\w,.-])(?P<n>\d+|{number})[\s-]+(?:more\s+)?(?P<u>{unit})(?!\w)", flags),
        re.compile(rf"(?<!\w)(?P<into>{w.fragment('night_into')}|{w.fragment('night_of')})\s+(?:the\s+)?$", flags),
        re.compile(
            rf"(?<!\w)(?:{w.fragment('from')}|{w.fragment('until')})\s+(?:{w.fragment('before_date')})*$", flags
        ),
        re.compile(rf"(?:{speech})(?:\s+[\w'’.]+){{0,5}}\s*$", flags),
    )


def full_date(text: str, w: Words) -> tuple[int, int, date] | None:
    """Return the first date of a text that gives its year, with its span."""
    for hit in _grammar(w.language).date.finditer(text):
        day = _of(hit, w, None)
        if day is not None and (hit["y1"] or hit["y2"] or hit["iso"] or hit["y3"]):
            return hit.start(), hit.end(), day
    return None


def _of(hit: re.Match[str], w: Words, published: date | None) -> date | None:
    """Return the day of a written date; null if it does not exist, or has no year and nothing to be near to."""
    try:
        if hit["iso"]:
            return date.fromisoformat(hit["iso"])
        if hit["n3"]:
            return date(int(hit["y3"]), int(hit["n3"]), int(hit["d3"]))
        month = w.value("months", hit["m1"] or hit["m2"])
        number, year = int(hit["d1"] or hit["d2"]), hit["y1"] or hit["y2"]
        if year:
            return date(int(year), month, number)
        if published is None:
            return None
        near = [date(published.year + step, month, number) for step in (-1, 0, 1)]
        return min(near, key=lambda d: (abs((d - published).days), d))
    except ValueError:
        return None


def whens(text: str, start: int, end: int, w: Words, published: date | None) -> list[When]:
    """Return the days and nights that a stretch of text names, in order, with their spans in the text."""
    g = _grammar(w.language)
    part = text[start:end]
    found: list[When] = []

    def note(a: int, b: int, day: date, night: bool, reason: str) -> None:
        if all(start + b <= f.start or start + a >= f.end for f in found):
            found.append(When(start + a, start + b, day, night, reason))

    for hit in g.date.finditer(part):
        day = _of(hit, w, published)
        if day is None:
            continue
        a, shift, night = _night(part, hit.start(), g, w)
        note(a, hit.end(), day - timedelta(days=shift), night, "a written date")
    if published is None:
        return sorted(found, key=lambda f: f.start)
    for hit in g.weekday.finditer(part):
        day = _weekday(hit, part, g, w, published)
        if day is None:
            continue
        a, shift, night = _night(part, hit.start("next") if hit["next"] else hit.start("w"), g, w)
        note(a, hit.end(), day - timedelta(days=shift), night, f"a weekday, counted from {published}")
    for key, shift in (("yesterday", -1), ("today", 0), ("tomorrow", 1)):
        for hit in w.pattern(key).finditer(part):
            note(hit.start(), hit.end(), published + timedelta(days=shift), False, f"counted from {published}")
    for hit in w.pattern("overnight").finditer(part):
        sentence = re.split(r"[.!?]\s", part[: hit.start()])[-1] + part[hit.start() : hit.end() + 25]
        if w.has("forward", sentence):
            continue
        note(hit.start(), hit.end(), published - timedelta(days=1), True, f"the night before {published}")
    return sorted(found, key=lambda f: f.start)


def _night(part: str, at: int, g: _Grammar, w: Words) -> tuple[int, int, bool]:
    """Return where the words of a night begin before a date, how many days before it the evening is, if it is one."""
    before = g.night_date.search(part[:at])
    if before is None:
        return at, 0, False
    into = re.fullmatch(w.fragment("night_into"), before["into"], re.IGNORECASE) is not None
    return before.start(), 1 if into else 0, True


def _weekday(hit: re.Match[str], part: str, g: _Grammar, w: Words, published: date) -> date | None:
    number = w.value("weekdays", hit["w"])
    before = part[max(0, hit.start() - _AHEAD_WITHIN) : hit.start()]
    which = (hit["next"] or "").strip().lower()
    ahead = g.weekday_ahead.search(before) is not None
    if not ahead and which != "last" and not g.spoken_before.search(before):
        ahead = which == "next" or w.has("forward", before)
    if ahead:
        return published + timedelta(days=(number - published.weekday()) % 7 or (7 if which == "next" else 0))
    return published - timedelta(days=(published.weekday() - number) % 7)


def lastings(text: str, start: int, end: int, w: Words) -> list[Lasting]:
    """Return the lengths of time that a stretch of text names: `1 week`, `30 days`, `72 hours`, `3 months`."""
    g = _grammar(w.language)
    part = text[start:end]
    found = []
    for hit in g.lasting.finditer(part):
        number, unit = w.number(hit["n"]), w.value("units", hit["u"])
        if number and unit:
            count = int(number)
            found.append(Lasting(start + hit.start(), start + hit.end(), f"{count} {unit}{'s' if count > 1 else ''}"))
    for a, b, length in w.values("lengths", part):
        if all(start + b <= f.start or start + a >= f.end for f in found):
            found.append(Lasting(start + a, start + b, str(length)))
    return sorted(found, key=lambda f: f.start)


def has_past_year(text: str, published: date | None) -> bool:
    """Tell whether a text names a year before that of publication."""
    years = re.findall(r"(?<![\w,.])(?:19|20)\d\d(?![\w,])", text)
    return published is not None and any(int(y) < published.year for y in years)


def is_past(day: date, published: date | None) -> bool:
    """Tell whether a day lies so far before publication that the article recalls it rather than reports it."""
    return published is not None and (published - day).days > FAR
