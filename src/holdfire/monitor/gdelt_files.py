"""The files of GDELT 2.0: an export of events every 15 minutes, and the list of all of them."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs, urlsplit

from holdfire.monitor.csvfile import LARGEST_FILE, Row, loose_rows
from holdfire.monitor.records import records
from holdfire.monitor.setting import SourceEntry
from holdfire.monitor.web import Page, Web
from holdfire.problems import InputError, Problem, bad

API = "http://data.gdeltproject.org/gdeltv2"
FORCE = ("18", "19", "20")
GEO = ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")
_ACTOR = (
    *("Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code", "Religion2Code"),
    *("Type1Code", "Type2Code", "Type3Code"),
)
COLUMNS = (
    *("GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"),
    *(f"Actor{n}{c}" for n in (1, 2) for c in _ACTOR),
    *("IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale"),
    *("NumMentions", "NumSources", "NumArticles", "AvgTone"),
    *(f"{who}Geo_{c}" for who in ("Actor1", "Actor2", "Action") for c in GEO),
    *("DATEADDED", "SOURCEURL"),
)
EXPECTED = "a .zip with one file, as the provider publishes it"
REMEDY = "Fetch it again."


def event_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of an export, of its .zip, or of fetched records (.jsonl). Raises InputError."""
    if path.suffix == ".jsonl":
        yield from records(path, COLUMNS)
    elif path.suffix != ".zip" or not path.is_file():
        yield from loose_rows(path, COLUMNS, "\t", COLUMNS)
    else:
        with TemporaryDirectory() as folder:
            member = Path(folder) / path.name
            member.write_text(_unpacked(path, str(path)), encoding="utf-8", newline="")
            try:
                yield from loose_rows(member, COLUMNS, "\t", COLUMNS)
            except InputError as error:
                raise InputError(_moved(p, str(member), str(path)) for p in error.problems) from None


def _moved(problem: Problem, old: str, new: str) -> Problem:
    return Problem(problem.where.replace(old, new), problem.found, problem.expected, problem.remedy)


def _unpacked(archive: Path | io.BytesIO, where: str) -> str:
    """Return the text of the one file in an archive; a byte that is no UTF-8 is replaced."""
    try:
        with zipfile.ZipFile(archive) as packed:
            members = packed.infolist()
            if len(members) != 1 or members[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise bad(where, f"an archive of {len(members)} files, or packed in an unusual way", EXPECTED, REMEDY)
            with packed.open(members[0]) as file:
                # What the archive says of its size need not be true.
                raw = file.read(LARGEST_FILE + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, struct.error) as error:
        raise bad(where, f"not a readable archive: {error}", EXPECTED, REMEDY) from None
    if len(raw) > LARGEST_FILE:
        raise bad(where, f"it unpacks to more than {LARGEST_FILE:,} bytes", EXPECTED, "Check where it came from.")
    return raw.decode("utf-8", "replace")


def key(record: Mapping[str, Any]) -> str:
    """Return the id of an event."""
    return str(record.get("GLOBALEVENTID", ""))


def day(record: Mapping[str, Any]) -> str:
    """Return the day of an event as the machine read it, 2026-01-29."""
    text = str(record.get("SQLDATE", ""))
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}"


def fetch(source: SourceEntry, first: date, last: date, web: Web, done: Mapping[str, int]) -> Iterator[Page]:
    """Yield the acts of force that were added on the days from first to last (UTC), a page a file, oldest first.

    `source.api` may end in `?country=UP,RS`: then only acts in these countries (FIPS 10-4) are kept. A file that the
    list names and the server has not is a page without records. Raises InputError.
    """
    base, countries = _address(source.api or API)
    for name, checksum in _listed(web.get(f"{base}/masterfilelist.txt"), first, last):
        if name not in done:
            text = _export(web, f"{base}/{name}", checksum)
            yield Page(name, list(_forceful(text, countries)))


def _address(api: str) -> tuple[str, set[str]]:
    try:
        parts = urlsplit(api)
    except ValueError as error:
        raise bad("api", f"'{api}': {error}", API, "Mend the address, or leave it out.") from None
    asked = ",".join(parse_qs(parts.query).get("country", []))
    countries = {c.strip().upper() for c in asked.split(",")} - {""}
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/"), countries


def _listed(body: bytes, first: date, last: date) -> list[tuple[str, str]]:
    """Return name and MD5 of the exports of some days from the list, whose lines hold size, MD5 and address."""
    lines = re.findall(rb"^\d+ ([0-9a-f]{32}) \S*/(\d{14}\.export\.CSV\.zip)\s*$", body, re.MULTILINE)
    if not lines:
        raise bad("masterfilelist.txt", "no export is listed", "lines of size, MD5 and address", "Try later.")
    names = {name.decode(): checksum.decode() for checksum, name in lines}
    return [(n, names[n]) for n in sorted(names) if f"{first:%Y%m%d}" <= n[:8] <= f"{last:%Y%m%d}"]


def _export(web: Web, url: str, checksum: str) -> str:
    """Return the text of an export; an empty one where the server has none."""
    try:
        body = web.get(url, immutable=True)
        if _md5(body) != checksum:
            # The copy in the cache can be the damaged one.
            body = web.get(url)
    except InputError as error:
        if "answered 404" in error.problems[0].found:
            return ""
        raise
    if _md5(body) != checksum:
        raise bad(url, f"its MD5 is {_md5(body)}", f"{checksum}, as listed", "Try later; what was fetched is kept.")
    return _unpacked(io.BytesIO(body), url)


def _md5(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def _forceful(text: str, countries: set[str]) -> Iterator[dict[str, Any]]:
    """Yield acts of force as records; a row of another length is yielded with its first cells, to be refused later."""
    for line in text.split("\n"):
        cells = line.rstrip("\r").split("\t")
        record: dict[str, Any] = dict(zip(COLUMNS, cells, strict=False))
        if line.strip() and len(cells) != len(COLUMNS):
            yield {c: record.get(c, "") for c in COLUMNS[:2]}
            continue
        wanted = not countries or record.get("ActionGeo_CountryCode") in countries
        if wanted and record.get("EventRootCode") in FORCE:
            yield record
