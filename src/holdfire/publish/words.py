"""Times, codes and counts in plain words. Neutral: every party is spoken of in the same ones."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from holdfire.places import Areas
from holdfire.terms import Condition, Term, code_list
from holdfire.terms.codelist import ListName
from holdfire.terms.instants import Span

STATUS = {
    "violated": "violated",
    "held": "held",
    "unproven": "unproven",
    "not_in_force": "not in force",
    "pending": "pending",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(value: date) -> str:
    """Return '29 Jan'; the year stands at the head of the page."""
    return f"{value.day} {_MONTHS[value.month - 1]}"


def dated(value: date) -> str:
    return f"{day(value)} {value.year}"


def full(value: date) -> str:
    """Return '29 January', for a sentence that stands alone."""
    return f"{value.day} {value:%B}"


def days(first: date, last: date) -> str:
    """Return '29 Jan', or '29 Jan to 4 Feb'."""
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def nights(first: date, last: date) -> str:
    """Return 'night to 29 Jan', or 'nights ending 29 Jan to 4 Feb'."""
    return f"night to {day(first)}" if first == last else f"nights ending {days(first, last)}"


def moment(value: datetime, zone: ZoneInfo) -> str:
    """Return '29 Jan 18:00' in local time."""
    local = value.astimezone(zone)
    return f"{day(local.date())} {local:%H:%M}"


def interval(start: datetime | None, end: datetime | None, zone: ZoneInfo) -> str:
    """Return the time of an incident in local time: a day, some days, or from when to when."""
    if start is None or end is None:
        return "time not stated"
    first, last = start.astimezone(zone), end.astimezone(zone)
    if first == last:
        return moment(start, zone)
    if first.time() == last.time() == time():
        return days(first.date(), last.date() - timedelta(days=1))
    if first.date() == last.date():
        return f"{day(first.date())}, {first:%H:%M} to {last:%H:%M}"
    return f"{moment(start, zone)} to {moment(end, zone)}"


def at_bound(span: Span | None, zone: ZoneInfo) -> str:
    """Return 'at 29 Jan 18:00', or between what a vague bound lies."""
    sharp = span is not None and span.earliest is not None and span.earliest == span.latest
    return f"at {bound(span, zone)}" if sharp else bound(span, zone)


def bound(span: Span | None, zone: ZoneInfo) -> str:
    """Return one bound of a window; a vague one as what it lies between."""
    if span is None or (span.earliest is None and span.latest is None):
        return "a time that was not said"
    if span.earliest == span.latest and span.earliest is not None:
        return moment(span.earliest, zone)
    low = "any time" if span.earliest is None else moment(span.earliest, zone)
    high = "any time" if span.latest is None else moment(span.latest, zone)
    return f"somewhere between {low} and {high}"


def label(name: ListName, code: str) -> str:
    """Return the label of a code as it stands within a sentence; proper names keep their capitals."""
    written = code_list(name).label(code)
    plain = name != "actor" and written[1:] == written[1:].lower() and not any(c.isdigit() for c in written)
    return written.lower() if plain else written


def labels(name: ListName, codes: list[str | None] | None) -> str:
    """Return the codes of an incident in words; says where there was more than was named."""
    if not codes:
        return "not stated"
    known = [label(name, c) for c in codes if c is not None]
    return either([*known, "more that was not named"] if None in codes else known, "and")


def either(words: list[str], joint: str = "or") -> str:
    """Return 'a, b or c'."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def web(url: str | None) -> str | None:
    """Return an address that a reader may follow; null for anything else, such as the id of a post."""
    return url if url and url.lower().startswith(("http://", "https://")) else None


def facet(name: str) -> str:
    """Return the name of a facet as it stands within a sentence."""
    return "exemption" if name == "exempt" else name


def place(name: str, areas: Areas) -> str:
    """Return a place of a clause as people call it."""
    found = areas.find(name)
    return found.name if found else name


def covered(term: Term, name: ListName | None, areas: Areas) -> str:
    """Return what a term covers: for sure, perhaps, and surely not."""

    def told(codes: list[str]) -> str:
        return either([label(name, c) if name else place(c, areas) for c in codes])

    parts = [told(term.certainly)] if term.certainly else []
    if term.possibly:
        parts.append(f"possibly {told(term.possibly)}")
    if term.besides:
        parts.append(f"not {told(term.besides)}")
    return ", ".join(parts)


def condition(asked: Condition) -> str:
    """Return 'temperature min at most −10', with a true minus sign."""
    side, limit = ("at least", asked.at_least) if asked.at_most is None else ("at most", asked.at_most)
    return f"{asked.fact.replace('_', ' ')} {side} {limit:g}".replace("-", "\N{MINUS SIGN}")


def number(value: float) -> str:
    """Return a number with thousands apart, and a true minus sign."""
    return (f"{value:,.0f}" if value == int(value) else f"{value:,.1f}").replace("-", "\N{MINUS SIGN}")


def reach(low: float | None, high: float | None) -> str | None:
    """Return 'at least 3', '3' or '12 to 16'; null where no figure was given."""
    if low is None:
        return None if high is None else f"up to {number(high)}"
    if high is None:
        return f"at least {number(low)}"
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def count(value: int, thing: str, things: str | None = None) -> str:
    return f"{number(value)} {thing if value == 1 else things or thing + 's'}"
