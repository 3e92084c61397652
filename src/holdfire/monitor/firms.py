"""NASA FIRMS: fires and other heat that satellites see as they pass (VIIRS pixels of 375 m, MODIS of 1 km).

Yields detections, not reports: a fire says nothing of who lit it, but where a report and a fire agree in place and
time, the fire bears the report out. Times are UTC and those of the pass: the fire began at some time before.

What it cannot see: fire under cloud or smoke, between the few passes of a day, or too small or short; so that none is
seen says nothing. It does see burning fields, flares and steelworks: heat that is always there (type 1 or 2 of the
archive) is refused, the rest is not told apart. Near-real-time rows are replaced by standard ones after months.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from holdfire import tables
from holdfire.monitor.csvfile import Row
from holdfire.monitor.intake import Built, each
from holdfire.monitor.records import records
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.monitor.web import Page, Web, credential
from holdfire.problems import bad

COLUMNS = ("latitude", "longitude", "scan", "track", "acq_date", "acq_time", "satellite", "confidence")
API = "https://firms.modaps.eosdis.nasa.gov/api/area/csv"
PRODUCT = "VIIRS_SNPP_SP"
KEY = "HOLDFIRE_FIRMS_KEY"
DAYS_AT_ONCE = 5
CONFIDENCE = {"l": "low", "n": "nominal", "h": "high"}
CONFIDENCE |= {word: word for word in CONFIDENCE.values()}
WIDEST_KM = 20.0
STATIC = {"1": "an active volcano", "2": "a source of heat that is always there"}


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read the CSV of a download, or fetched records, into detections. Raises InputError for a file that is neither."""
    found: dict[str, Built] = {}

    def take(row: Row) -> None:
        name, detection = key(row.cells), _detection(row)
        if name in found:
            raise bad(row.where, "the same detection was given before", "each once", "The first is kept.")
        found[name] = {"source_id": source.id, **detection}

    refused, count = each(source.id, records(setting.folder / source.path, COLUMNS), take)
    detections = tables.frame(list(found.values()), tables.DETECTIONS)
    return Observed(
        detections=detections.sort(detections.columns, nulls_last=True),
        refused=refused,
        rows=count,
    )


def _detection(row: Row) -> Built:
    kind = row.text("type") if "type" in row.cells else None
    if kind is not None and kind not in ("0", "3"):
        found = f"type {kind[:9]}: {STATIC.get(kind, 'not a type of FIRMS')}"
        raise bad(row.where, found, "type 0 (fire) or 3 (offshore)", "It is left out.")
    lon, lat = row.number("longitude"), row.number("latitude")
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise bad(row.where, f"longitude {lon}, latitude {lat}", "both in degrees", "Mend the row.")
    power = row.number("frp") if "frp" in row.cells else None
    if power is not None and power < 0:
        raise bad(row.where, f"'frp' is {power}", "megawatts, 0 or more", "Mend the cell, or leave it empty.")
    return {
        "detected": _instant(row),
        "lon": lon,
        "lat": lat,
        "radius_km": math.hypot(_side(row, "scan"), _side(row, "track")) / 2,
        "confidence": _confidence(row),
        "power_mw": power,
    }


def _instant(row: Row) -> datetime:
    """Return when the satellite passed, UTC. The hour has lost its leading zeros in many files: 5 is 00:05."""
    text = row.required("acq_time").replace(":", "")
    value = f"{row.required('acq_date')} {text:0>4}"
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{4}", value):
        try:
            return datetime.strptime(value, "%Y-%m-%d %H%M").replace(tzinfo=UTC)
        except ValueError:
            pass
    raise bad(row.where, f"acquired '{value[:40]}'", "acq_date 2026-01-29, acq_time 0005", "Mend the cell.")


def _side(row: Row, column: str) -> float:
    """Return how long a pixel is on one side, in km."""
    value = row.number(column)
    if value is None or not 0 < value <= WIDEST_KM:
        raise bad(row.where, f"'{column}' is {value}", f"km, at most {WIDEST_KM:g}", "Mend the cell.")
    return value


def _confidence(row: Row) -> str | None:
    """Return the class; those of MODIS, in per cent, begin at 30 (nominal) and 80 (high)."""
    value = row.text("confidence")
    if value is None or value.lower() in CONFIDENCE:
        return CONFIDENCE[value.lower()] if value else None
    number = row.number("confidence")
    if number is None or not 0 <= number <= 100:
        raise bad(row.where, f"'confidence' is '{value[:40]}'", "l, n, h or 0 to 100", "Mend the cell.")
    return "low" if number < 30 else "nominal" if number < 80 else "high"


def key(record: Mapping[str, Any]) -> str:
    """Return what tells a detection from others: satellite, time and place."""
    hour = f"{str(record.get('acq_time', '')).replace(':', ''):0>4}"
    satellite, day_of_pass, lat, lon = (str(record.get(c, "")) for c in ("satellite", "acq_date", *COLUMNS[:2]))
    return f"{satellite} {day_of_pass} {hour} {lat} {lon}"


def day(record: Mapping[str, Any]) -> str:
    """Return the day of the pass, UTC, 2026-01-29."""
    return str(record.get("acq_date", ""))


def fetch(source: SourceEntry, first: date, last: date, web: Web, done: Mapping[str, int]) -> Iterator[Page]:
    """Yield the detections of the days from first to last (UTC), five days a page.

    Product and box are in the query of `source.api`: `?product=VIIRS_SNPP_NRT&box=22,44,41,53` (west, south, east,
    north). The key is part of the address, and masked in every message. Raises InputError.
    """
    base, product, box = _asked(source.api or API)
    secret = credential(KEY, "a free MAP_KEY of FIRMS")
    web.keep_secret(secret, quote(secret, safe=""))
    start = first
    while start <= last:
        length = min(DAYS_AT_ONCE, (last - start).days + 1)
        name = f"{product} {box} {start} {length}"
        if name not in done:
            url = f"{base}/{quote(secret, safe='')}/{product}/{box}/{length}/{start}"
            yield Page(name, _table(web.get(url), web.masked(url), web))
        start += timedelta(days=length)


def _asked(api: str) -> tuple[str, str, str]:
    """Return address, product and box. Raises InputError."""
    try:
        parts = urlsplit(api)
        query = parse_qs(parts.query)
        product, box = query.get("product", [PRODUCT])[0], query.get("box", [""])[0]
        west, south, east, north = (float(number) for number in box.split(","))
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90 and re.fullmatch("[A-Z0-9_]+", product)):
            raise ValueError
    except ValueError:
        expected = f"{API}?product={PRODUCT}&box=west,south,east,north"
        raise bad("api of the source", f"'{api}'", expected, "Name product and box, in degrees.") from None
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/"), product, box.replace(" ", "")


def _table(body: bytes, where: str, web: Web) -> list[dict[str, Any]]:
    """Return the rows of an answer. FIRMS tells a wrong key or a used-up quota in a sentence, as if all were well."""
    text = body.decode("utf-8-sig", "replace")
    header, *lines = text.splitlines() or [""]
    columns = [c.strip() for c in header.split(",")]
    if not {"latitude", "longitude", "acq_date"} <= set(columns):
        said = web.masked(" ".join(text[:200].split()))
        remedy = f"Check {KEY} and the product; a quota is free again after ten minutes."
        raise bad(where, f"no table of fires, but: {said or 'nothing'}", ", ".join(COLUMNS), remedy)
    try:
        return [dict(zip(columns, cells, strict=False)) for cells in csv.reader(io.StringIO("\n".join(lines))) if cells]
    except csv.Error as error:
        raise bad(where, f"not valid CSV: {error}", "a table of fires", "Fetch it again.") from None
