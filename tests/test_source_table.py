"""Any table through a mapping file: CSV, a workbook, JSON; codes, times, places, and what is refused."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from holdfire.problems import InputError

DOCS = Path(__file__).parents[1] / "docs" / "sources" / "table.md"
EXAMPLES = dict(re.findall(r"^```yaml file=(\S+)\n(.*?)^```$", DOCS.read_text(encoding="utf-8"), re.M | re.S))
HEADER = "Nr,Datum,Ort,Oblast,Waffe,Ziel,Tote\n"
ROW = '7,29.01.2026 21:30,Shostka,Sumy,"Drohne, Rakete",ein substation,2\n'


@pytest.fixture
def read(observed, tmp_path: Path):
    def run(text: str | bytes, mapping: str = EXAMPLES["log.yaml"], name: str = "log.csv", **entry: Any):
        (tmp_path / "map.yaml").write_text(mapping, encoding="utf-8")
        return observed("table", text, name, mapping="map.yaml", **entry)

    return run


def only(found) -> dict[str, Any]:
    assert found.refused.is_empty(), found.refused.rows()
    (report,) = found.reports.iter_rows(named=True)
    return report


def refusal(found) -> str:
    assert found.reports.is_empty()
    assert found.rows == 1
    return str(found.refused["found"].item())


def test_the_mapping_of_the_docs_reads_its_table(read) -> None:
    report = only(read(HEADER + ROW))
    assert report["report_id"] == "s:7"
    assert (report["start"], report["end"]) == (
        datetime(2026, 1, 28, 22, tzinfo=UTC),
        datetime(2026, 1, 29, 22, tzinfo=UTC),
    )
    assert (report["place_name"], report["place_code"]) == ("Shostka", "UA-59")
    assert report["lon"] == pytest.approx(33.47, abs=0.05)
    assert (report["weapons"], report["actor"]) == (["drone", "missile"], "russia_forces")
    assert (report["acts"], report["targets"]) == (["drone_strike", "missile_strike"], ["substation"])
    assert (report["killed_min"], report["killed_max"]) == (2, 2)
    assert report["account"] == "Drohne, Rakete; ein substation"


def test_formats_of_dates_may_be_mixed(read) -> None:
    rows = [
        ROW,
        ROW.replace("7,", "8,", 1).replace(" 21:30", ""),
        ROW.replace("7,", "9,", 1).replace("29.01.2026 21:30", "2026-01-29T21:30+02:00"),
    ]
    found = read(HEADER + "".join(rows))
    assert found.refused.is_empty()
    assert set(found.reports["start"]) == {datetime(2026, 1, 28, 22, tzinfo=UTC)}


def test_a_value_without_a_code_is_unknown_and_one_that_means_nothing_is_not_stated(read) -> None:
    assert only(read(HEADER + ROW.replace("Rakete", "Zeppelin")))["weapons"] == ["drone", None]
    assert only(read(HEADER + ROW.replace("Drohne, Rakete", "unbekannt")))["weapons"] is None


def test_without_codes_a_value_must_be_one(read) -> None:
    mapping = "time: {start: day}\nact: {column: what}\n"
    assert only(read("day,what\n2026-01-29,Air strike\n", mapping))["acts"] == ["air_strike"]
    assert "'what' is 'airstrik'" in refusal(read("day,what\n2026-01-29,airstrik\n", mapping))


@pytest.mark.parametrize(
    ("precision", "start", "end"),
    [
        ("night", datetime(2026, 1, 29, 16, tzinfo=UTC), datetime(2026, 1, 30, 6, tzinfo=UTC)),
        ("night_to", datetime(2026, 1, 28, 16, tzinfo=UTC), datetime(2026, 1, 29, 6, tzinfo=UTC)),
        ("hour", datetime(2026, 1, 29, 19, tzinfo=UTC), datetime(2026, 1, 29, 20, tzinfo=UTC)),
        ("instant", datetime(2026, 1, 29, 19, tzinfo=UTC), datetime(2026, 1, 29, 19, tzinfo=UTC)),
    ],
)
def test_times_are_as_wide_as_the_mapping_says(read, precision: str, start: datetime, end: datetime) -> None:
    mapping = f"time: {{start: at, precision: {precision}}}\n"
    report = only(read("at\n2026-01-29 21:00\n", mapping))
    assert (report["start"], report["end"]) == (start, end)


def test_how_exact_a_point_is_may_stand_in_a_column(read) -> None:
    mapping = (
        "time: {start: day}\nplace: {lon: x, lat: y, area: oblast, precision: p, "
        "radius_by_precision: {exact: 2, district: 30, oblast: null}}\n"
    )
    rows = "day,x,y,oblast,p\n2026-01-29,33.5,51.9,Sumy,{}\n"
    assert only(read(rows.format("exact"), mapping))["radius_km"] == 2.0
    coarse = only(read(rows.format("oblast"), mapping))
    assert (coarse["lon"], coarse["place_code"]) == (None, "UA-59")
    assert "'p' is 'town'" in refusal(read(rows.format("town"), mapping))
    assert "'y' is 151.9" in refusal(read(rows.format("exact").replace("51.9", "151.9"), mapping))


def test_rows_without_an_id_are_told_apart_by_all_they_say(read) -> None:
    found = read("day\n2026-01-29\n2026-01-30\n2026-01-29\n", "time: {start: day}\n")
    assert (len(found.reports), len(found.refused), found.rows) == (2, 1, 3)


def test_days_with_a_row_are_reported_on_and_nights_need_both(read) -> None:
    rows = "date,launched\n2026-01-29,0\n2026-01-30,5\n2026-02-01,7\n"
    found = read(rows, EXAMPLES["second.yaml"])
    assert found.reports["munitions"].to_list() == [0, 5, 7] or sorted(found.reports["munitions"]) == [0, 5, 7]
    assert found.calendar.filter("reported")["day"].to_list() == [date(2026, 1, 29)]
    daily = read(rows, EXAMPLES["second.yaml"].replace("night_to", "day"))
    assert daily.calendar.filter("reported")["day"].to_list() == [
        date(2026, 1, 29),
        date(2026, 1, 30),
        date(2026, 2, 1),
    ]


SHEET = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>"""
STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts/><fills/><borders/>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
)


def workbook(*lines: list[Any]) -> bytes:
    """A small .xlsx: text is inline, a date a day number in a cell of date style."""

    def cell(at: str, value: Any) -> str:
        if isinstance(value, date):
            return f'<c r="{at}" s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
        if isinstance(value, int | float):
            return f'<c r="{at}"><v>{value}</v></c>'
        return f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>'

    body = "".join(
        f'<row r="{n}">' + "".join(cell(f"{'ABCDEFG'[c]}{n}", v) for c, v in enumerate(line) if v != "") + "</row>"
        for n, line in enumerate(lines, 1)
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        f'xmlns:r="{office}"><sheets><sheet name="Log" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
        f'Type="{office}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        "xl/worksheets/sheet1.xml": SHEET.format(body),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return out.getvalue()


MAPPING = "sheet: Log\nheader_row: 2\ntime: {start: Day}\nkilled: Dead\nreport_id: [Nr]\n"


def test_a_workbook_is_read_with_its_dates(read) -> None:
    book = workbook(["A title"], ["Nr", "Day", "Dead"], [1, date(2026, 1, 29), 3], ["", "", ""], [2, "2026-01-30", ""])
    found = read(book, MAPPING, "log.xlsx")
    assert found.refused.is_empty()
    rows = found.reports.select("report_id", "start", "killed_min").rows()
    assert rows == [
        ("s:1", datetime(2026, 1, 28, 22, tzinfo=UTC), 3),
        ("s:2", datetime(2026, 1, 29, 22, tzinfo=UTC), None),
    ]


def test_a_cell_beyond_the_header_is_refused_with_its_row(read) -> None:
    found = read(workbook(["t"], ["Nr", "Day", "Dead"], [1, date(2026, 1, 29), 3, "?"]), MAPPING, "log.xlsx")
    assert found.refused["where"].item() == "log.xlsx:3"
    assert "beyond" in refusal(found)


@pytest.mark.parametrize(
    ("book", "mapping", "match"),
    [
        (b"PK\x03\x04 no workbook", MAPPING, "not a readable workbook"),
        (workbook(["t"], ["Nr", "Day", "Dead"]), MAPPING.replace("Log", "Lag"), "Did you mean 'Log'"),
        (workbook(["t"]), MAPPING, "header"),
        (workbook(["t"], ["Nr", "Date", "Dead"]), MAPPING, "no column 'Day'"),
    ],
)
def test_a_workbook_of_something_else_stops_the_run(read, book: bytes, mapping: str, match: str) -> None:
    with pytest.raises(InputError, match=match):
        read(book, mapping, "log.xlsx")


def test_json_may_be_nested(read) -> None:
    mapping = "records: data.items\ntime: {start: at.day}\nplace: {lon: geo.x, lat: geo.y, radius_km: 3}\n"
    items = [{"at": {"day": "2026-01-29"}, "geo": {"x": 30.5, "y": 50.4}}, {"at": {}}, 5]
    found = read(json.dumps({"data": {"items": items}}), mapping, "log.json")
    assert found.reports["lat"].to_list() == [50.4]
    assert found.refused["found"].to_list() == ["no 'at.day'", "not an object"]
    with pytest.raises(InputError, match="no list under"):
        read("{}", mapping, "log.json")


@pytest.mark.parametrize(
    ("mapping", "match"),
    [
        ("time: {start: day}\nact: {value: air_strik}\n", "Did you mean 'air_strike'"),
        ("time: {start: day}\nplace: {lon: x}\n", "both 'lon' and 'lat'"),
        ("time: {start: day}\nplace: {lon: x, lat: y}\n", "how far off"),
        ("time: {start: day}\ntime_zone: Europe/Kiyv\n", "unknown time zone"),
        ("time: {start: day}\nact: {}\n", "either 'column' or 'value'"),
        ("time: {start: day, precision: weekly}\n", "precision"),
        ("tyme: {start: day}\n", "tyme"),
    ],
)
def test_a_mistake_in_a_mapping_is_told(read, mapping: str, match: str) -> None:
    with pytest.raises(InputError, match=match):
        read("day,x,y\n2026-01-29,1,1\n", mapping)


def test_a_table_needs_a_mapping(observed) -> None:
    with pytest.raises(InputError, match="no mapping file"):
        observed("table", "a\n1\n")
