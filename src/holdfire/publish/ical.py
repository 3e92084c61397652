"""Calendar files that any calendar reads: iCalendar, as RFC 5545 has it (https://www.rfc-editor.org/rfc/rfc5545)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

LONGEST_LINE = 75  # octets, without the line end
Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]


@dataclass(frozen=True)
class Event:
    """One event. `starts` and `ends` are both days, the last one not included, or both instants.

    Null `ends`: the day of `starts`, or no length that is known. `as_of` is the day on which what it says was known
    last, and stands in for the time of writing, so that the same facts give the same file. `revision` never falls as
    more becomes known.
    """

    uid: str
    as_of: date
    revision: int
    starts: date | datetime
    ends: date | datetime | None
    status: Status
    summary: str
    description: str
    location: str | None = None
    url: str | None = None


def calendar(title: str, events: Iterable[Event], version: str) -> str:
    """Return a calendar as text, with line ends of CR LF; events stand in the order given."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//holdfire//holdfire {version}//EN", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{_escaped(title)}")
    for event in events:
        lines += _lines(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _lines(event: Event) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_escaped(event.uid)}",
        f"DTSTAMP:{event.as_of:%Y%m%d}T000000Z",
        f"SEQUENCE:{event.revision}",
        f"DTSTART{_at(event.starts)}",
    ]
    if event.ends is not None:
        lines.append(f"DTEND{_at(event.ends)}")
    lines += [f"STATUS:{event.status}", "TRANSP:TRANSPARENT", f"SUMMARY:{_escaped(event.summary)}"]
    lines.append(f"DESCRIPTION:{_escaped(event.description)}")
    if event.location is not None:
        lines.append(f"LOCATION:{_escaped(event.location)}")
    if event.url is not None:
        lines.append(f"URL:{event.url}")
    return [*lines, "END:VEVENT"]


def _at(when: date | datetime) -> str:
    if isinstance(when, datetime):
        return f":{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f";VALUE=DATE:{when:%Y%m%d}"


def _escaped(text: str) -> str:
    """Return TEXT as section 3.3.11 writes it; a control character, which it cannot hold, becomes a space."""
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\n")):
        text = text.replace(plain, written)
    return "".join("\\n" if c == "\n" else " " if ord(c) < 32 or ord(c) == 127 else c for c in text)


def _folded(line: str) -> str:
    """Fold a line at 75 octets (section 3.1), between characters and never within one."""
    out, room = [], LONGEST_LINE
    for character in line:
        size = len(character.encode())
        if size > room:
            out.append("\r\n ")
            room = LONGEST_LINE - 1
        out.append(character)
        room -= size
    return "".join(out)
