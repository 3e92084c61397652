"""NASA FIRMS: invented detections in the formats of VIIRS and MODIS, and a local server that answers as FIRMS does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from holdfire.monitor import Observed, Setting, SourceEntry
from holdfire.monitor.firms import day, fetch, key
from holdfire.monitor.firms import read as read_firms
from holdfire.monitor.web import Page, Web
from holdfire.places import load_areas, load_gazetteer
from holdfire.problems import InputError

SHARED = Path(__file__).parents[2] / "shared" / "data" / "fires" / "firms.csv"
VIIRS = (
    "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,"
    "frp,daynight\n"
)
MODIS = VIIRS.replace("bright_ti4", "brightness").replace("bright_ti5", "bright_t31")
FIRE = "50.9,34.8,330.1,0.3,0.4,2026-01-29,5,N,VIIRS,n,2.0NRT,280.2,2.5,N\n"
SECRET = "abc123/def"


def entry(**more: Any) -> SourceEntry:
    base = {"id": "f", "kind": "firms", "title": "T", "path": "f.csv", "publisher": "NASA", "licence": "free"}
    return SourceEntry.model_validate({**base, **more})


@pytest.fixture
def read(tmp_path: Path):
    def run(text: str, path: str = "f.csv") -> Observed:
        (tmp_path / path).write_text(text, encoding="utf-8")
        zone = ZoneInfo("Europe/Kyiv")
        setting = Setting(tmp_path, zone, date(2026, 1, 28), date(2026, 2, 1), load_areas(), load_gazetteer())
        return read_firms(entry(path=path), setting)

    return run


def test_a_detection_is_a_pass_and_a_pixel_and_no_report(read) -> None:
    observed = read(VIIRS + FIRE)
    (fire,) = observed.detections.iter_rows(named=True)
    assert fire == {
        "source_id": "f",
        "detected": datetime(2026, 1, 29, 0, 5, tzinfo=UTC),
        "lon": 34.8,
        "lat": 50.9,
        "radius_km": pytest.approx(0.25),  # half of the diagonal of 0.3 by 0.4 km
        "confidence": "nominal",
        "power_mw": 2.5,
    }
    assert observed.reports.is_empty()
    assert observed.calendar.is_empty()
    assert (observed.rows, observed.refused.height) == (1, 0)


@pytest.mark.parametrize(("text", "hour"), [("0", (0, 0)), ("59", (0, 59)), ("659", (6, 59)), ("2359", (23, 59))])
def test_hours_that_lost_their_zeros(read, text: str, hour: tuple[int, int]) -> None:
    detected = read(VIIRS + FIRE.replace(",5,N", f",{text},N")).detections["detected"].item()
    assert (detected.hour, detected.minute) == hour


@pytest.mark.parametrize(
    ("text", "level"),
    [
        *[("l", "low"), ("h", "high"), ("nominal", "nominal"), ("", None)],
        *[("0", "low"), ("29", "low"), ("30", "nominal"), ("79", "nominal"), ("80", "high"), ("100", "high")],
    ],
)
def test_confidence_in_letters_and_per_cent(read, text: str, level: str | None) -> None:
    observed = read(MODIS + FIRE.replace(",n,", f",{text},"))
    assert observed.detections["confidence"].item() == level


def test_power_that_is_not_stated_is_null(read) -> None:
    assert read(VIIRS + FIRE.replace(",2.5,", ",,")).detections["power_mw"].item() is None
    without = VIIRS.replace("frp,", "") + FIRE.replace("2.5,", "")
    assert read(without).detections["power_mw"].item() is None


def test_heat_that_is_always_there_is_refused(read) -> None:
    rows = [FIRE.strip().replace("34.8", f"34.{n}") + f",{n}\n" for n in range(5)]
    observed = read(VIIRS.strip() + ",type\n" + "".join(rows))
    assert observed.detections["lon"].to_list() == [34.0, 34.3]
    assert observed.refused["found"].to_list() == [
        *("type 1: an active volcano", "type 2: a source of heat that is always there"),
        "type 4: not a type of FIRMS",
    ]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (",5,N", ",2400,N", "acquired '2026-01-29 2400'"),
        (",5,N", ",,N", "'acq_time' is empty"),
        ("2026-01-29", "2026-02-30", "acquired '2026-02-30"),
        ("2026-01-29", "29/01/2026", "acquired '29/01/2026"),
        ("50.9", "91", "latitude 91"),
        ("34.8", "", "longitude None"),
        (",0.3,", ",,", "'scan' is None"),
        (",0.4,", ",1e9,", "'track' is"),
        (",n,", ",x,", "'confidence' is 'x'"),
        (",n,", ",101,", "'confidence' is '101'"),
        (",2.5,", ",-1,", "'frp' is -1"),
        (",2.5,", ",nan,", "'frp' is 'nan'"),
        (",N\n", "\n", "13 cells"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused(read, old: str, new: str, found: str) -> None:
    observed = read(VIIRS + FIRE.replace("34.8", "34.9") + FIRE.replace(old, new))
    assert (observed.rows, observed.detections.height, observed.refused.height) == (2, 1, 1)
    assert found in observed.refused["found"].item()
    assert observed.refused["where"].item() == "f.csv:3"


def test_the_same_pixel_twice_and_the_order_of_rows(read) -> None:
    other = FIRE.replace(",N,VIIRS", ",N20,VIIRS").replace("34.8", "34.7")
    observed = read(VIIRS + FIRE + other + FIRE.replace(",5,N", ",0005,N"))
    assert observed.detections.height == 2
    assert "given before" in observed.refused["found"].item()
    assert read(VIIRS + other + FIRE).detections.equals(read(VIIRS + FIRE + other).detections)


def test_a_file_of_something_else_stops_the_run(read) -> None:
    with pytest.raises(InputError, match="no column 'latitude'"):
        read("Invalid MAP_KEY.\n")


class Server(ThreadingHTTPServer):
    """Answers the requests in turn with (status, text, headers); the last answer stays."""

    answers: list[tuple[int, str, dict[str, str]]]
    asked: list[str]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        answers = self.server.answers
        status, text, headers = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        for header, value in {**headers, "Content-Length": str(len(text.encode()))}.items():
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    served = Server(("127.0.0.1", 0), Handler)
    served.answers, served.asked = [(200, VIIRS + FIRE, {})], []
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield served
    served.shutdown()
    served.server_close()


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFIRE_FIRMS_KEY", SECRET)


QUERY = "?product=VIIRS_NOAA20_NRT&box=22,44,41,53"


def pages(server: Server, last: int = 31, query: str = QUERY, done: dict[str, int] | None = None) -> list[Page]:
    source = entry(api=f"http://127.0.0.1:{server.server_port}/api/area/csv/{query}")
    with Web(per_second=1000, sleep=lambda s: None) as web:
        return list(fetch(source, date(2026, 1, 25), date(2026, 1, last), web, done or {}))


def test_days_are_asked_for_by_fives(server: Server, read) -> None:
    fetched = pages(server)
    stem = "/api/area/csv/abc123%2Fdef/VIIRS_NOAA20_NRT/22,44,41,53"
    assert server.asked == [f"{stem}/5/2026-01-25", f"{stem}/2/2026-01-30"]
    assert [p.name for p in fetched] == [f"VIIRS_NOAA20_NRT 22,44,41,53 2026-01-{d}" for d in ("25 5", "30 2")]
    (record,) = fetched[0].records
    assert (key(record), day(record)) == ("N 2026-01-29 0005 50.9 34.8", "2026-01-29")
    written = read(json.dumps(record) + "\n", "f.jsonl")
    assert written.detections.equals(read(VIIRS + FIRE).detections)


def test_what_was_fetched_is_not_asked_for_again(server: Server) -> None:
    (page,) = pages(server, done={"VIIRS_NOAA20_NRT 22,44,41,53 2026-01-25 5": 1})
    assert page.name.endswith("2026-01-30 2")
    assert len(server.asked) == 1


def test_no_fire_is_an_empty_page(server: Server) -> None:
    server.answers = [(200, VIIRS, {})]
    assert [p.records for p in pages(server, 29)] == [[]]


def test_a_busy_server_is_asked_again(server: Server) -> None:
    server.answers[:0] = [(429, "", {"Retry-After": "2"}), (500, "", {})]
    assert [len(p.records) for p in pages(server, 29)] == [1]
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("status", "text"),
    [
        *[
            (200, "Invalid MAP_KEY."),
            (400, "Invalid MAP_KEY."),
            (200, "Exceeding allowed transaction limit"),
            (200, ""),
        ],
        (200, f"Invalid API call with {SECRET}."),
        (401, f"The key {SECRET} has ended."),
    ],
)
def test_a_sentence_is_told_and_the_key_is_not(server: Server, status: int, text: str) -> None:
    server.answers = [(status, text, {})]
    with pytest.raises(InputError) as raised:
        pages(server, 29)
    message = str(raised.value)
    assert text.replace(SECRET, "***")[:30] in message
    assert "abc123" not in message


def test_a_server_that_is_away_does_not_tell_the_key(server: Server) -> None:
    server.answers = [(503, "", {})]
    with pytest.raises(InputError) as raised:
        pages(server, 29)
    assert "abc123" not in str(raised.value)


def test_a_missing_key_is_told(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOLDFIRE_FIRMS_KEY")
    with pytest.raises(InputError, match="HOLDFIRE_FIRMS_KEY: it is not set"):
        pages(server)


@pytest.mark.parametrize(
    "query", ["", "?box=22,44,41", "?box=41,44,22,53", "?box=a,b,c,d", "?box=1,nan,2,3", "?box=1,2,3,4&product=a/b"]
)
def test_a_box_that_is_none_is_told(server: Server, query: str) -> None:
    with pytest.raises(InputError, match="west,south,east,north"):
        pages(server, query=query)
    assert server.asked == []


def test_a_real_file(read) -> None:
    if not SHARED.exists():
        pytest.skip("no file of fires is in the shared data")
    observed = read(SHARED.read_text(encoding="utf-8"))
    assert observed.rows == observed.detections.height + observed.refused.height
