"""GDELT 2.0: an invented export with the quirks of the real ones, and its files from a local server."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from holdfire.monitor import Observed, Setting, SourceEntry
from holdfire.monitor import gdelt_files as files
from holdfire.monitor.gdelt import COLUMNS, day, fetch, key
from holdfire.monitor.gdelt import read as read_gdelt
from holdfire.monitor.web import Page, Web
from holdfire.places import load_areas, load_gazetteer
from holdfire.problems import InputError

SHARED = Path(__file__).parents[2] / "shared" / "data" / "events" / "gdelt.export.CSV"
EVENT = {
    **{"GLOBALEVENTID": "1280000001", "SQLDATE": "20260129", "Actor1Code": "RUSMIL", "Actor1Name": "RUSSIA"},
    **{"Actor1CountryCode": "RUS", "Actor1Type1Code": "MIL", "Actor2Code": "UKR", "Actor2Name": "UKRAINE"},
    **{"EventCode": "194", "EventBaseCode": "194", "EventRootCode": "19", "QuadClass": "4"},
    **{"NumMentions": "12", "NumSources": "3", "NumArticles": "12", "ActionGeo_Type": "4"},
    **{"ActionGeo_FullName": "Sumy, Sums'ka Oblast', Ukraine", "ActionGeo_CountryCode": "UP"},
    **{"ActionGeo_ADM1Code": "UP21", "ActionGeo_Lat": "50.9216", "ActionGeo_Long": "34.8003"},
    **{"ActionGeo_FeatureID": "-1055771", "DATEADDED": "20260130101500"},
    **{"SOURCEURL": "https://www.example.com.ua/war/1"},
}


def line(**cells: str) -> str:
    return "\t".join({**dict.fromkeys(COLUMNS, ""), **EVENT, **cells}.values()) + "\n"


def packed(text: str, name: str = "20260130101500.export.CSV") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return out.getvalue()


def entry(**more: Any) -> SourceEntry:
    base = {"id": "g", "kind": "gdelt", "title": "T", "path": "e.CSV", "publisher": "P", "licence": "L"}
    return SourceEntry.model_validate({**base, **more})


@pytest.fixture
def read(tmp_path: Path):
    def run(raw: str | bytes, path: str = "e.CSV", **more: Any) -> Observed:
        (tmp_path / path).write_bytes(raw.encode() if isinstance(raw, str) else raw)
        zone = ZoneInfo("Europe/Kyiv")
        setting = Setting(tmp_path, zone, date(2026, 1, 28), date(2026, 2, 1), load_areas(), load_gazetteer())
        return read_gdelt(entry(path=path, **more), setting)

    return run


def only(observed: Observed) -> dict[str, Any]:
    assert observed.refused.is_empty(), observed.refused.rows()
    (report,) = observed.reports.iter_rows(named=True)
    return report


def test_there_are_61_columns() -> None:
    assert (len(COLUMNS), len(set(COLUMNS))) == (61, 61)
    assert (COLUMNS[26], COLUMNS[51], COLUMNS[56], COLUMNS[60]) == (
        *("EventCode", "ActionGeo_Type", "ActionGeo_Lat", "SOURCEURL"),
    )


def test_an_event_of_the_day_before_it_was_added(read) -> None:
    report = only(read(line()))
    assert report["report_id"] == "g:1280000001"
    # The day in Kyiv, two hours ahead, and the day in UTC.
    assert report["start"] == datetime(2026, 1, 28, 22, tzinfo=UTC)
    assert report["end"] == datetime(2026, 1, 30, tzinfo=UTC)
    assert report["published"] == date(2026, 1, 30)
    assert (report["actor"], report["acts"]) == ("russia_forces", ["shelling"])
    assert (report["place_code"], report["lon"], report["lat"], report["radius_km"]) == ("UA-59", 34.8, 50.92, 15)
    assert (report["source_groups"], report["outlet"]) == (["example.com.ua"], "example.com.ua")
    assert report["url"] == "https://www.example.com.ua/war/1"
    assert report["account"] == "CAMEO 194; RUSSIA to UKRAINE; 12 mentions, 3 sources, 12 articles"
    assert not report["tally"]


def test_the_day_of_publication_may_mean_the_day_before(read) -> None:
    report = only(read(line(SQLDATE="20260130")))
    assert report["start"] == datetime(2026, 1, 28, 22, tzinfo=UTC)
    assert report["end"] == datetime(2026, 1, 31, tzinfo=UTC)


def test_an_old_story_can_have_happened_at_any_time_since(read) -> None:
    report = only(read(line(SQLDATE="20250130")))
    assert report["start"] == datetime(2025, 1, 29, 22, tzinfo=UTC)
    assert report["end"] == datetime(2026, 1, 31, tzinfo=UTC)
    assert "dated 365 days before it was added" in report["account"]


@pytest.mark.parametrize(
    ("code", "base", "root", "acts"),
    [
        ("190", "190", "19", ["attack"]),
        ("195", "195", "19", ["attack"]),  # from aircraft or from drones: wider than either
        ("1951", "195", "19", ["attack"]),
        ("193", "193", "19", ["small_arms_fire"]),
        ("1831", "183", "18", ["suicide_bombing"]),
        ("182", "182", "18", None),
        ("", "", "20", None),
    ],
)
def test_the_narrowest_code_that_is_known(read, code: str, base: str, root: str, acts: list[str] | None) -> None:
    row = line(EventCode=code, EventBaseCode=base, EventRootCode=root)
    assert only(read(row))["acts"] == acts
    assert only(read(row, act="attack"))["acts"] == (acts or ["attack"])


@pytest.mark.parametrize(
    ("cells", "actor"),
    [
        ({"Actor1Code": "RUS", "Actor1Type1Code": ""}, "russia_forces"),
        ({"Actor1Code": "UKRMIL", "Actor1CountryCode": "UKR"}, "ukraine_forces"),
        ({"Actor1Code": "RUSGOV", "Actor1Type1Code": "GOV"}, None),
        ({"Actor1Code": "RUSCVL", "Actor1Type1Code": "CVL"}, "civilians"),
        ({"Actor1Code": "SYRMIL", "Actor1CountryCode": "SYR"}, "state_forces"),
        ({"Actor1Code": "REB", "Actor1CountryCode": "", "Actor1Type1Code": "REB"}, "rebel_group"),
        ({"Actor1Code": "SYR", "Actor1CountryCode": "SYR", "Actor1Type1Code": ""}, None),
        ({"Actor1Code": "", "Actor1CountryCode": "", "Actor1Type1Code": ""}, "militia"),
    ],
)
def test_who_did_it(read, cells: dict[str, str], actor: str | None) -> None:
    assert only(read(line(**cells), actor="militia"))["actor"] == actor


@pytest.mark.parametrize(
    ("kind", "name", "region", "code"),
    [
        ("1", "Ukraine", "UP", "UA"),
        ("5", "Kyyivs'ka Oblast', Ukraine", "UP13", "UA-32"),
        ("5", "Krym, Avtonomna Respublika, Ukraine", "UP11", "UA-43"),
        ("1", "Russia", "RS", "RU"),  # RS is Serbia in ISO 3166
        ("2", "Georgia, United States", "USGA", None),
        ("1", "Atlantis", "", None),
        ("", "", "", "UA"),
    ],
)
def test_a_country_or_a_region_is_no_point(read, kind: str, name: str, region: str, code: str | None) -> None:
    cells = {"ActionGeo_Type": kind, "ActionGeo_FullName": name, "ActionGeo_ADM1Code": region}
    report = only(read(line(**cells), place="UA"))
    assert (report["place_code"], report["lon"], report["radius_km"]) == (code, None, None)
    assert report["tally"] == bool(kind)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://english.news.example.cn/a", "example.cn"),
        ("http://www.example.co.uk:80/a?b=c", "example.co.uk"),
        ("https://example.org", "example.org"),
        ("https://192.0.2.7/a", "192.0.2.7"),
        ("Some Monitoring Service", None),
        ("https://[bad/", None),
        ("", None),
    ],
)
def test_the_group_is_the_registered_domain(read, url: str, site: str | None) -> None:
    report = only(read(line(SOURCEURL=url)))
    assert (report["source_groups"], report["outlet"]) == ([site] if site else None, site or url or None)


def test_what_is_no_force_and_what_was_said_before_is_refused(read) -> None:
    again = line(GLOBALEVENTID="1280000002", DATEADDED="20260130103000", NumMentions="4")
    talk = line(GLOBALEVENTID="1280000003", EventRootCode="04", EventCode="042")
    other = line(GLOBALEVENTID="1280000004", SOURCEURL="https://example.org/2")
    observed = read(line() + again + talk + other)
    assert observed.rows == 4
    assert observed.reports["report_id"].to_list() == ["g:1280000001", "g:1280000004"]
    assert observed.refused.select("where", "found").rows() == [
        ("e.CSV:2", "event 1280000001 said again"),
        ("e.CSV:3", "not an act of force (CAMEO root 04)"),
    ]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"SQLDATE": "20260230"}, "'SQLDATE'"),
        ({"SQLDATE": "00010101"}, "'SQLDATE' is 0001-01-01"),
        ({"SQLDATE": "99991231", "DATEADDED": "99991231000000"}, "'SQLDATE' is 9999-12-31"),
        ({"SQLDATE": "20260215"}, "dated 2026-02-15, but added on 2026-01-30"),
        ({"DATEADDED": ""}, "'DATEADDED' is empty"),
        ({"ActionGeo_Lat": "95"}, "latitude 95"),
        ({"ActionGeo_Long": ""}, "longitude None"),
        ({"ActionGeo_Type": "9"}, "type '9'"),
        ({"NumArticles": "1000000000"}, "'NumArticles'"),
        ({"GLOBALEVENTID": ""}, "'GLOBALEVENTID' is empty"),
        ({"ActionGeo_FullName": "a\tb"}, "62 cells"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused(read, cells: dict[str, str], found: str) -> None:
    observed = read(line(GLOBALEVENTID="1") + line(**cells))
    assert (observed.rows, observed.reports.height, observed.refused.height) == (2, 1, 1)
    assert found in observed.refused["found"].item()


def test_a_quotation_mark_is_a_letter_like_any_other(read) -> None:
    assert only(read(line(Actor1Name='"WAGNER')))["account"].startswith('CAMEO 194; "WAGNER')


def test_a_zip_is_read_like_the_file_in_it(read) -> None:
    text = line() + line(GLOBALEVENTID="2", EventRootCode="01")
    observed = read(packed(text), "e.export.CSV.zip")
    assert observed.reports.equals(read(text).reports)
    assert observed.refused["where"].item() == "e.export.CSV.zip:2"
    damaged = text.encode().replace(b"RUSSIA", b"RUSSI\xc4")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("e.CSV", damaged)
    assert "RUSSI\ufffd" in read(out.getvalue(), "e.zip").reports["account"].item()


def test_an_archive_that_is_none_is_told_plainly(read, monkeypatch) -> None:
    two = io.BytesIO()
    with zipfile.ZipFile(two, "w") as archive:
        archive.writestr("a", "a")
        archive.writestr("b", "b")
    for raw in (b"no archive", packed(line())[:200], two.getvalue()):
        with pytest.raises(InputError, match=r"e\.zip: (not a readable archive|an archive of 2 files)"):
            read(raw, "e.zip")
    with pytest.raises(InputError, match=r"e\.zip: the file is empty"):
        read(packed(""), "e.zip")
    monkeypatch.setattr(files, "LARGEST_FILE", 1000)
    with pytest.raises(InputError, match="unpacks to more than 1,000 bytes"):
        read(packed("x" * 100_000), "e.zip")


def test_a_missing_archive_is_told(read, tmp_path: Path) -> None:
    setting = Setting(tmp_path, ZoneInfo("UTC"), date(2026, 1, 1), date(2026, 1, 2), load_areas(), load_gazetteer())
    with pytest.raises(InputError, match="no such file"):
        read_gdelt(entry(path="none.zip"), setting)


class Server(ThreadingHTTPServer):
    """Answers each path with its queue of (status, body, headers); the last answer stays."""

    answers: dict[str, list[tuple[int, bytes, dict[str, str]]]]
    asked: list[str]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        self.server.asked.append(name)
        queue = self.server.answers.get(name, [(404, b"<html>not here</html>", {})])
        status, body, headers = queue.pop(0) if len(queue) > 1 else queue[0]
        self.send_response(status)
        for header, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    served = Server(("127.0.0.1", 0), Handler)
    served.answers, served.asked = {}, []
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield served
    served.shutdown()
    served.server_close()


NAMES = [f"{stamp}.export.CSV.zip" for stamp in ("20260129000000", "20260129001500", "20260130234500")]


def publish(server: Server, files_: dict[str, bytes], more: str = "") -> None:
    lines = [f"{len(b)} {hashlib.md5(b).hexdigest()} http://elsewhere/gdeltv2/{n}" for n, b in files_.items()]
    server.answers["masterfilelist.txt"] = [(200, ("\n".join(lines) + "\n" + more).encode(), {})]
    for name, body in files_.items():
        server.answers[name] = [(200, body, {})]


def pages(server: Server, web: Web, query: str = "", done: dict[str, int] | None = None) -> list[Page]:
    source = entry(api=f"http://127.0.0.1:{server.server_port}/gdeltv2{query}")
    return list(fetch(source, date(2026, 1, 29), date(2026, 1, 30), web, done or {}))


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with Web(per_second=1000, cache=tmp_path / "cache", sleep=lambda s: None) as client:
        yield client


def test_each_listed_export_of_the_days_is_a_page(server: Server, web: Web, read) -> None:
    bodies = [packed(line(GLOBALEVENTID=str(n)) + line(GLOBALEVENTID="9", EventRootCode="05")) for n in (1, 2, 3)]
    outside = "7 00000000000000000000000000000000 http://e/gdeltv2/20260131000000.export.CSV.zip\n"
    other = "7 00000000000000000000000000000000 http://e/gdeltv2/20260129000000.gkg.csv.zip\nbroken\n"
    publish(server, dict(zip(NAMES, bodies, strict=True)), outside + other)
    fetched = pages(server, web)
    assert [p.name for p in fetched] == NAMES
    assert [[key(r) for r in p.records] for p in fetched] == [["1"], ["2"], ["3"]]
    assert day(fetched[0].records[0]) == "2026-01-29"
    assert server.asked == ["masterfilelist.txt", *NAMES]
    written = "".join(json.dumps(r) + "\n" for r in fetched[0].records)
    assert only(read(written, "e.jsonl"))["report_id"] == "g:1"


def test_what_was_fetched_is_not_asked_for_again(server: Server, web: Web) -> None:
    publish(server, {n: packed(line()) for n in NAMES})
    assert [p.name for p in pages(server, web, done={NAMES[0]: 1, NAMES[2]: 1})] == [NAMES[1]]
    assert server.asked == ["masterfilelist.txt", NAMES[1]]
    pages(server, web)
    assert server.asked.count(NAMES[1]) == 1  # from the cache


def test_only_the_countries_that_are_asked_for(server: Server, web: Web) -> None:
    text = line(GLOBALEVENTID="1") + line(GLOBALEVENTID="2", ActionGeo_CountryCode="SY") + "12\t20260129\n"
    publish(server, {NAMES[0]: packed(text)})
    (page,) = pages(server, web, "?country=up,rs")
    assert [key(r) for r in page.records] == ["1", "12"]  # the row cut short is kept, to be refused when read


def test_a_listed_file_that_is_not_there_is_an_empty_page(server: Server, web: Web) -> None:
    publish(server, {n: packed(line()) for n in NAMES})
    del server.answers[NAMES[1]]
    assert [len(p.records) for p in pages(server, web)] == [1, 0, 1]


def test_a_busy_server_is_asked_again(server: Server, web: Web) -> None:
    publish(server, {NAMES[0]: packed(line())})
    server.answers[NAMES[0]][:0] = [(429, b"", {"Retry-After": "3"}), (500, b"", {})]
    assert [len(p.records) for p in pages(server, web)] == [1]
    assert server.asked.count(NAMES[0]) == 3


def test_a_damaged_copy_is_fetched_once_more_and_then_told(server: Server, web: Web) -> None:
    whole = packed(line())
    publish(server, {NAMES[0]: whole})
    server.answers[NAMES[0]] = [(200, whole[:-9], {}), (200, whole, {})]
    assert [len(p.records) for p in pages(server, web)] == [1]
    server.answers[NAMES[0]] = [(200, whole[:-9], {})]
    with pytest.raises(InputError, match="its MD5 is"):
        pages(server, web)


def test_a_list_without_exports_is_told(server: Server, web: Web) -> None:
    server.answers["masterfilelist.txt"] = [(200, b"<html>maintenance</html>", {})]
    with pytest.raises(InputError, match="no export is listed"):
        pages(server, web)


def test_a_refusal_is_told_and_a_wrong_address(server: Server, web: Web) -> None:
    server.answers["masterfilelist.txt"] = [(403, b"forbidden", {})]
    with pytest.raises(InputError, match="answered 403: forbidden"):
        pages(server, web)
    with pytest.raises(InputError, match="Mend the address"):
        list(fetch(entry(api="http://[bad"), date(2026, 1, 29), date(2026, 1, 29), web, {}))


def test_a_real_export(read) -> None:
    if not SHARED.exists():
        pytest.skip("no export is in the shared data")
    observed = read(SHARED.read_bytes())
    assert observed.rows == observed.reports.height + observed.refused.height
