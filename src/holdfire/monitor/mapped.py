"""Facts of a row by what a mapping file says of its columns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from holdfire.monitor.coding import mentions, together
from holdfire.monitor.csvfile import Row
from holdfire.monitor.intake import Built, days, figure, utc
from holdfire.monitor.mapping import Coded, Mapping, Range, When, Where
from holdfire.monitor.setting import Setting, SourceEntry
from holdfire.monitor.whereabouts import point, region
from holdfire.problems import bad, suggest
from holdfire.terms import code_list
from holdfire.terms.codelist import ListName
from holdfire.terms.instants import night


def interval(row: Row, when: When, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the span in UTC in which it can have happened. Raises InputError."""
    first = moment(row, when.start, row.required(when.start), when.formats)
    last = first
    if when.end is not None and (text := row.text(when.end)):
        last = moment(row, when.end, text, when.formats)
    try:
        start, end = _span(first, last, when, zone)
        if end < start:
            raise ValueError("it ends before it starts")
        margin = timedelta(hours=when.give_or_take_hours)
        return start - margin, end + margin
    except (ValueError, OverflowError) as error:
        raise bad(row.where, f"'{when.start}' is {first}: {error}", "a time of the calendar", "Mend it.") from None


def _span(first: datetime, last: datetime, when: When, zone: ZoneInfo) -> tuple[datetime, datetime]:
    if when.precision in ("instant", "hour"):
        start, end = utc(first, zone), utc(last, zone)
        return start, end + timedelta(hours=1) if when.precision == "hour" and start == end else end
    one, other = (m.astimezone(zone).date() if m.tzinfo else m.date() for m in (first, last))
    if when.precision == "day":
        return days(one, other, zone)
    back = timedelta(days=when.precision == "night_to")
    opens, closes = night(one - back, zone).earliest, night(other - back, zone).latest
    if opens is None or closes is None:
        raise ValueError("a night without bounds")
    return opens, closes


def moment(row: Row, column: str, text: str, formats: list[str]) -> datetime:
    """Read a time in the first format that fits; one with an offset keeps it."""
    for form in formats:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        expected = " or ".join([*formats, "2026-01-29", "2026-01-29T18:00"])
        raise bad(row.where, f"'{column}' is '{text[:40]}'", expected, "Mend it, or add its format.") from None


def whereabouts(row: Row, source: SourceEntry, setting: Setting, where: Where) -> Built:
    """Return the place: a disc, an area, both, or nothing. Raises InputError."""
    name = row.text(where.name) if where.name else None
    around = region(setting, row.text(where.area)) if where.area else None
    code = around.code if around else source.place
    place: Built = {"place_name": name or (row.text(where.area) if where.area else None), "place_code": code}
    if where.lon and where.lat and row.text(where.lon):
        radius = where.radius_km
        if where.precision is not None:
            stated = row.text(where.precision) or ""
            if stated not in where.radius_by_precision and radius is None:
                known = ", ".join(where.radius_by_precision)
                raise bad(row.where, f"'{where.precision}' is '{stated[:20]}'", known, "Add it to the mapping.")
            radius = where.radius_by_precision.get(stated, radius)
        if radius is not None:
            return {**place, **point(row, where.lon, where.lat, radius)}
        return place
    if name is None:
        return place
    if (named := region(setting, name)) is not None:
        return {**place, "place_code": named.code}
    found = setting.gazetteer.find(name, around.code if around else None)
    if found is not None and found.lon is not None:
        placed = {"lon": found.lon, "lat": found.lat, "radius_km": found.radius_km}
        return {**place, "place_code": found.code or code, **placed}
    return place


def coded(name: ListName, part: Coded | None, row: Row) -> list[str | None] | None:
    """Return the codes of a fact: null where the cell is empty; a null among them where the mapping knows no code."""
    if part is None:
        return None
    if part.value is not None:
        return together([*part.value] if isinstance(part.value, list) else [part.value])
    text = row.text(part.column or "")
    if text is None:
        return None
    if part.words:
        return mentions(name, text)
    values = [v.strip() for v in text.split(part.separator)] if part.separator else [text]
    codes: list[str | None] = []
    for value in values:
        if not value:
            continue
        if part.codes is None:
            known = code_list(name).find(value)
            if known is None:
                spellings = [n for c in code_list(name).codes for n in (c.code, *c.names)]
                remedy = f"{suggest(value, spellings)} Or say under `codes` what it means."
                raise bad(row.where, f"'{part.column}' is '{value[:40]}'", f"a code of the {name} list", remedy)
            codes.append(known)
        elif value not in part.codes:
            codes.append(None)
        elif (meant := part.codes[value]) is not None:
            codes += meant if isinstance(meant, list) else [meant]
    return together(codes)


def figures(row: Row, mapping: Mapping) -> Built:
    """Return counts of munitions, incidents and people. Raises InputError."""
    built: Built = {}
    for column, name in (
        ("munitions", mapping.munitions),
        ("intercepted", mapping.intercepted),
        ("count", mapping.count),
    ):
        if name is not None:
            built[column] = figure(row, name)
    for what, part in (("killed", mapping.killed), ("injured", mapping.injured)):
        if part is None:
            continue
        sides = part if isinstance(part, Range) else Range(min=part, max=part)
        low, high = (figure(row, c) if c else None for c in (sides.min, sides.max))
        if low is not None and high is not None and low > high:
            raise bad(row.where, f"{what}: {low} to {high}", "the lower figure first", "Mend the row.")
        built |= {f"{what}_min": low, f"{what}_max": high}
    return built
