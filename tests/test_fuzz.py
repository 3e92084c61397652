"""Damaged files: each ends in a table or in a plain error, whatever was done to it, and no row is lost in between.

`make fuzz` runs 10,000 files a source; the ordinary run, fewer. The same seeds give the same files.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import signal
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from shapely import box, to_geojson

import test_source_acled
import test_source_geolocated_list
import test_source_ghcn_daily
import test_source_meteostat
import test_source_ministry_claims
import test_source_missile_attacks
import test_source_official_alerts
import test_source_open_meteo
import test_source_table
import test_source_ucdp
import test_source_violation_table
from conftest import FILES, export, observe_file
from holdfire.monitor import KINDS
from holdfire.monitor.gdelt_files import COLUMNS as GDELT
from holdfire.monitor.setting import WEATHER
from holdfire.problems import InputError
from holdfire.terms.catalogues import read_catalogue
from test_catalogues import ETH, PAX
from test_source_viina import AUC, ONE_A_DAY

FILES_EACH = int(os.environ.get("HOLDFIRE_FUZZ", "150"))
LONGEST_S = 20
# Formats of holdfire's own, and drawings: a mistake in one refuses the file, and no rows are counted.
OWN = {"attack_bulletins", "incident_list", "alert_intervals", "conditions", "outages", "control_maps"}
CELLS = [
    *("", " ", "-1", "0", "00", "NaN", "inf", "-inf", "1e999", "1e15", "99999999999999999999999", "0x10", "١٢", "½"),
    *(
        "2026-01-29",
        "0001-01-01",
        "9999-12-31",
        "2026-02-30",
        "29/01/2026",
        "1/29/2026 12:00:00 AM",
        "20260129",
        "24:00",
    ),
    *("24:00", "2026-01-29T25:00", "2026-01-29T18:00:00+99:00", "9999-12-31T23:59:59-14:00"),
    *(
        "true",
        "null",
        "[]",
        "{}",
        "Ukraine",
        "UA",
        "UA-59",
        "Х-101",
        "X-101/X-555 and Kalibr",
        "Shahed" * 300,
        "\ufeff",
    ),
    *(
        "\ufeff",
        "\u202eabc",
        "a\u0000b",
        "'; DROP TABLE x;--",
        "=1+1",
        "180.0001",
        "-90.1",
        "1,5",
        "1 000",
        "\\N",
        "🚀",
        "‚“",
    ),
]
BYTES = [
    *(
        b"\x00",
        b"\xff",
        b"\xfe\xff",
        b'"',
        b"'",
        b",",
        b"\n",
        b"\r",
        b"\r\n",
        b"\t",
        b";",
        b"{",
        b"}",
        b"\\",
        b"\xc3\x28",
    ),
    b"\x1f",
]
FIRMS = (
    "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,frp,daynight,type\n"
    "50.9,34.8,330.1,0.4,0.4,2026-01-29,0005,N,VIIRS,n,2.0NRT,3.5,N,0\n"
    "50.8,34.7,330.1,0.4,0.4,2026-01-30,1205,N,VIIRS,h,2.0NRT,,D,0\n"
)


def gdelt() -> str:
    row = dict.fromkeys(GDELT, "")
    row |= {"GLOBALEVENTID": "1", "SQLDATE": "20260129", "DATEADDED": "20260129120000", "EventRootCode": "19"}
    row |= {
        "EventCode": "195",
        "EventBaseCode": "195",
        "ActionGeo_Type": "4",
        "ActionGeo_FullName": "Sumy, Sums'ka, Ukraine",
    }
    row |= {"ActionGeo_Lat": "50.9", "ActionGeo_Long": "34.8", "NumMentions": "2", "SOURCEURL": "https://a.example/1"}
    return "".join("\t".join({**row, "GLOBALEVENTID": str(n)}.values()) + "\n" for n in range(3))


def maps() -> str:
    """Return three dated maps, one number or brace a line."""
    days = {"2026-01-29": 34.4, "2026-01-30": 34.5, "2026-02-01": 34.3}
    features = [
        {"properties": {"date": day}, "geometry": json.loads(to_geojson(box(34.0, 50.0, east, 50.3)))}
        for day, east in days.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, indent=1)


def lines(*records: dict[str, Any]) -> str:
    return "".join(json.dumps(r) + "\n" for r in records)


def claims() -> str:
    out = io.StringIO()
    text = test_source_ministry_claims.TEXT
    rows = [["2026-01-29", f"2026-01-29 1{n}:10", "58", "belgorod|kursk", text] for n in range(3)]
    csv.writer(out).writerows([test_source_ministry_claims.COLUMNS, *rows])
    return out.getvalue()


def twice(header: str, row: str, old: str, new: str) -> str:
    return header + row + row.replace(old, new, 1)


TABLE = ["Nr", "Datum", "Ort", "Oblast", "Waffe", "Ziel", "Tote"]
ACLED, UCDP = test_source_acled, test_source_ucdp
MISSILES, FOOTAGE = test_source_missile_attacks, test_source_geolocated_list
STATIONS, CLIMATE, ARCHIVE = test_source_meteostat, test_source_ghcn_daily, test_source_open_meteo
ALERTS, MISSION = test_source_official_alerts, test_source_violation_table
SAMPLES: list[tuple[str, str, str | bytes]] = [
    ("acled", "csv", export(ACLED.ROW, ACLED.ROW | {"event_id_cnty": "UKR2", "time_precision": "2"})),
    ("acled", "jsonl", lines(ACLED.ROW, ACLED.ROW | {"event_id_cnty": "UKR2", "fatalities": 3})),
    ("ucdp", "csv", export(UCDP.ROW, UCDP.ROW | {"id": "2", "where_prec": "6"})),
    ("ucdp", "jsonl", lines(UCDP.ROW, UCDP.ROW | {"id": 2, "date_start": "1/29/2026 12:00:00 AM"})),
    ("gdelt", "csv", gdelt()),
    ("viina", "csv", export(ONE_A_DAY, ONE_A_DAY | {"event_id_1pd": "8", "GEO_PRECISION": "ADM1"})),
    ("firms", "csv", FIRMS),
    ("missile_attacks", "csv", twice(MISSILES.HEADER, MISSILES.ROW, "kpszsu", "PvKPivden")),
    ("ministry_claims", "csv", claims()),
    ("official_alerts", "csv", ALERTS.HEADER + ALERTS.OBLAST + ALERTS.RAION + ALERTS.STUCK),
    ("geolocated_list", "csv", twice(FOOTAGE.HEADER, FOOTAGE.ROW, "X1", "X2")),
    ("violation_table", "csv", MISSION.HEADER + MISSION.ROW + MISSION.QUIET),
    ("table", "csv", twice(test_source_table.HEADER, test_source_table.ROW, "7", "8")),
    (
        "table",
        "jsonl",
        lines(*[{c: str(n) for c in ("Nr", "Datum", "Ort", "Oblast", "Waffe", "Ziel", "Tote")} for n in "12"]),
    ),
    (
        "table",
        "xlsx",
        test_source_table.workbook(["Nr", "Datum", "Ort", "Oblast", "Waffe", "Ziel", "Tote"], [1, "2026-01-29"]),
    ),
    ("meteostat", "csv", twice(STATIONS.HOURLY, STATIONS.HOUR, "28,0", "28,1")),
    ("ghcn_daily", "csv", twice(CLIMATE.WIDE, CLIMATE.wide("2026-01-29", "-32", "-142"), "29", "30")),
    ("ghcn_daily", "dly", CLIMATE.fixed("202601", "TMIN", {29: " -142  S"})),
    ("open_meteo", "jsonl", lines(*[ARCHIVE.answer([-5.0, None], at) for at in (ARCHIVE.KYIV, ARCHIVE.KHARKIV)])),
    ("attack_bulletins", "csv", FILES["data/launches.csv"]),
    ("incident_list", "csv", FILES["data/reports.csv"]),
    ("alert_intervals", "csv", FILES["data/alerts.csv"]),
    ("conditions", "csv", FILES["data/temperatures.csv"]),
    ("outages", "csv", FILES["data/outages.csv"]),
    ("control_maps", "json", maps()),
]


def damaged(sample: bytes, rng: random.Random) -> bytes:
    """Return a sample with one to four things done to it."""
    body = bytearray(sample)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(body) + 1)
        kind = rng.randrange(9)
        if kind == 0 and body:
            body[min(at, len(body) - 1)] = rng.randrange(256)
        elif kind == 1:
            body[at:at] = rng.choice(BYTES)
        elif kind == 2:
            del body[at : at + rng.choice([1, 2, 10, 100])]
        elif kind == 3:
            del body[at:]
        elif kind == 4:
            body[at:at] = body[: rng.randrange(len(body) + 1)]
        else:
            body = bytearray(_cell(bytes(body), rng))
    return bytes(body)


def inside(workbook: bytes, rng: random.Random) -> bytes:
    """Return a workbook whose sheet is damaged and whose archive is whole."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as packed, zipfile.ZipFile(out, "w") as written:
        for name in packed.namelist():
            body = packed.read(name)
            written.writestr(name, damaged(body, rng) if name.endswith("sheet1.xml") else body)
    return out.getvalue()


def _cell(body: bytes, rng: random.Random) -> bytes:
    """Replace, double or drop a cell of some line; in JSON, a value."""
    rows = body.split(b"\n")
    at = rng.randrange(len(rows))
    for separator in (b"\t", b",", b": "):
        cells = rows[at].split(separator)
        if len(cells) > 1:
            break
    else:
        return body
    n = rng.randrange(len(cells))
    what = rng.randrange(8)
    if what == 0:
        del cells[n]
    elif what == 1:
        cells.insert(n, cells[rng.randrange(len(cells))])
    else:
        cells[n] = rng.choice(CELLS).encode()
        if separator == b": ":
            cells[n] = rng.choice([json.dumps(rng.choice(CELLS)).encode(), rng.choice(CELLS).encode(), b'"\\ud800"'])
    rows[at] = separator.join(cells)
    return b"\n".join(rows)


@contextmanager
def no_hang() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError(f"more than {LONGEST_S} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LONGEST_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def rows_in(body: bytes, tabs: bool) -> int:
    """Count the rows that a file holds, independently of the reader."""
    reader = csv.reader(
        io.StringIO(body.decode("utf-8-sig")), delimiter="\t" if tabs else ",", quoting=3 if tabs else 0
    )
    return sum(1 for cells in reader if cells) - (not tabs)


def tried(read: Callable[[], Any], body: bytes, seed: int) -> Any:
    """Return what is read, null for a plain error. Anything else that is raised tells the seed and the file."""
    try:
        with no_hang():
            return read()
    except InputError as error:
        if all(p.where and p.found and p.expected and p.remedy for p in error.problems):
            return None
        raise AssertionError(f"seed {seed}: an error that does not tell all: {error}") from error
    except BaseException as error:
        raise AssertionError(f"seed {seed}: {type(error).__name__}: {error}\n{body[:3000]!r}") from error


@pytest.mark.parametrize(("kind", "suffix", "sample"), SAMPLES, ids=[f"{k}-{s}" for k, s, _ in SAMPLES])
def test_a_damaged_file_is_a_table_or_a_plain_error(
    kind: str, suffix: str, sample: str | bytes, tmp_path: Path
) -> None:
    whole = sample if isinstance(sample, bytes) else sample.encode()
    path = tmp_path / f"rows.{suffix}"
    entry: dict[str, Any] = {"place": "UA"}
    if kind == "table":
        mapping = test_source_table.EXAMPLES["log.yaml"] + "reports_on: {place: UA}\n"
        (tmp_path / "map.yaml").write_text(mapping, encoding="utf-8")
        entry["mapping"] = "map.yaml"
    if kind == "control_maps":
        entry |= {"holder": "russia_forces", "uncertainty_km": 0.5}
    if kind == "viina":
        (tmp_path / "auc.csv").write_text(AUC, encoding="utf-8")
    if kind in WEATHER:
        listed = [{"id": "rows", "location": {"latitude": 50.4, "longitude": 30.56, "elevation": 166}}]
        (tmp_path / "stations").write_text(CLIMATE.LIST if kind == "ghcn_daily" else json.dumps(listed), "utf-8")
        entry |= {"places": ["Kyiv"], "stations": "stations"}
    path.write_bytes(whole)
    assert observe_file(kind, path, **entry).rows == (0 if kind in OWN else rows_of(whole, suffix, kind))
    taken = 0
    for seed in range(FILES_EACH):
        rng = random.Random(f"{kind} {suffix} {seed}")
        body = inside(whole, rng) if suffix == "xlsx" and seed % 4 else damaged(whole, rng)
        path.write_bytes(body)
        found = tried(lambda: observe_file(kind, path, **entry), body, seed)
        if found is None or kind in OWN:
            continue
        taken += 1
        out = len(found.reports) + len(found.detections) + len(found.refused) + found.used
        assert found.rows == out, f"seed {seed}: {found.rows} rows in, {out} out\n{body!r}"
        if suffix == "csv":
            assert found.rows == rows_in(body, kind == "gdelt"), f"seed {seed}\n{body!r}"
    assert kind in OWN or taken > FILES_EACH / 20


def rows_of(body: bytes, suffix: str, kind: str) -> int:
    if suffix == "csv":
        return rows_in(body, kind == "gdelt")
    return body.count(b"\n") if suffix == "jsonl" else 1


@pytest.mark.parametrize("sample", [PAX, ETH], ids=["pax", "eth"])
def test_a_damaged_catalogue_is_a_list_or_a_plain_error(sample: str, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.csv"
    for seed in range(FILES_EACH):
        body = damaged(sample.encode(), random.Random(f"catalogue {seed}"))
        path.write_bytes(body)
        tried(lambda: read_catalogue(path), body, seed)


def test_every_kind_of_source_is_tried() -> None:
    assert {kind for kind, _, _ in SAMPLES} == set(KINDS)
