"""Posts of the Russian defence ministry on drones shot down, collected from its channel: the other side's ledger.

Reads one row a post: when it was posted (UTC), a count that a machine read out of it, the regions it names, and the
beginning of the text, cut at 400 characters. They are claims of what was stopped, not counts of what was launched: no
number of munitions follows, only one of those intercepted. The machine's count is often that of the first region
instead of the sum, so the sum in the text goes before it where there is one. The period stands in the text, in Moscow
time; where it does not, it is the past night or the day before the post. A post that claims no drone is refused, with
that reason.

What it cannot see: drones that were not shot down; what lies behind the 400 characters; whether a claim is true.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from holdfire.monitor.csvfile import Row
from holdfire.monitor.intake import Built, figure, taken
from holdfire.monitor.records import records
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.monitor.whereabouts import region
from holdfire.problems import bad

COLUMNS = ("datetime", "drone_count", "oblasts", "text_snippet")
CUT = 400
MOSCOW = ZoneInfo("Europe/Moscow")
DAY = timedelta(days=1)
SOON = timedelta(hours=1)
_STOPPED = r"(?:перехвачен|уничтожен|сбит)\w*(?:\s+и\s+\w+)?"
_SUM = re.compile(rf"{_STOPPED}\s+(\d{{1,5}})\s+(?:украинск|беспилот|БПЛА)", re.IGNORECASE)
_CLOCK = r"(\d{1,2})[.:](\d{2})(?:\s*(?:мск|\(мск\)))?(?:\s+\d{1,2}\s+\w+)?"
_NIGHT = re.compile(r"прошедш\w+ ночи|прошлой ночью", re.IGNORECASE)
_PERIOD = re.compile(rf"\b[сc]\s+{_CLOCK}\s+до\s+{_CLOCK}", re.IGNORECASE)


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read posts into tallies of what was intercepted. Raises InputError for a file that cannot be read at all."""
    return taken(source, records(setting.folder / source.path, COLUMNS), partial(_report, source, setting))


def _report(source: SourceEntry, setting: Setting, row: Row) -> Built:
    posted, text = _posted(row), row.text("text_snippet") or ""
    plain = text.replace("*", "")
    machine, stated = figure(row, "drone_count"), _SUM.search(plain)
    stopped = int(stated.group(1)) if stated else machine
    if not stopped:
        raise bad(row.where, "the post claims no drone", "a number of drones shot down", "It is left out.")
    notes = [text]
    if stated and machine is not None and machine != stopped:
        notes.append(f"the machine read {machine}, the text says {stopped}")
    if len(row.cells["text_snippet"]) >= CUT:
        notes.append(f"cut at {CUT} characters: it may name more")
    start, end = _period(plain, posted)
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return {
        "report_id": f"{posted:%Y-%m-%dT%H:%M}-{digest}",
        "published": posted.date(),
        "start": start,
        "end": end,
        **_where(row, source, setting),
        "acts": ["drone_strike"],
        "weapons": ["drone"],
        "intercepted": stopped,
        "tally": True,
        "account": "; ".join(notes),
    }


def _posted(row: Row) -> datetime:
    text = row.required("datetime")
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        # A day either way must still be a day of the calendar.
        (moment - 2 * DAY, moment + 2 * DAY)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise bad(row.where, f"'datetime' is '{text[:40]}'", "2026-01-29 18:00, in UTC", "It is left out.") from None


def _period(text: str, posted: datetime) -> tuple[datetime, datetime]:
    """Return the last period before a post of the hours that it names; else the past night, or the day before."""
    said = _PERIOD.search(text)
    if said is None:
        evening = _latest(18, 0, posted)
        return (evening, posted) if _NIGHT.search(text) and posted - evening < DAY else (posted - DAY, posted)
    hours = [int(part) for part in said.groups()]
    if max(hours[0], hours[2]) > 24 or max(hours[1], hours[3]) > 59:
        return posted - DAY, posted
    end = _latest(hours[2], hours[3], posted + SOON)
    start = _latest(hours[0], hours[1], end)
    return (start if start < end else start - DAY), end


def _latest(hour: int, minute: int, before: datetime) -> datetime:
    """Return the last instant, not after another, at which a clock in Moscow shows a time."""
    local = before.astimezone(MOSCOW).replace(hour=0, minute=0, second=0, microsecond=0)
    at = (local + timedelta(hours=hour, minutes=minute)).astimezone(UTC)
    return at if at <= before else at - DAY


def _where(row: Row, source: SourceEntry, setting: Setting) -> Built:
    """Return the region where one is named, else the country of the entry; the machine names them in English."""
    names = [n.strip() for n in (row.text("oblasts") or "").split("|") if n.strip() not in ("", "unknown")]
    areas = [region(setting, n.title()) for n in names]
    code = areas[0].code if len(areas) == 1 and areas[0] else source.place
    return {"place_name": ", ".join(n.title() for n in names) or None, "place_code": code}
