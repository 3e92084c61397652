"""A small invented case with every kind of source, and helpers to run it."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from holdfire.monitor import Observed, Setting, SourceEntry, observe
from holdfire.places import Areas, Gazetteer, load_areas, load_gazetteer

CASES = Path(__file__).parent.parent / "cases"

CASE = """\
title: The small truce
period: {first: 2026-01-28, last: 2026-02-03}
time_zone: Europe/Kyiv
agreement: agreement.yaml
standard: reported
sources:
  - id: bulletins
    kind: attack_bulletins
    title: Bulletins
    path: data/launches.csv
    publisher: An air force
    licence: invented
    group: air-force
    actor: russia_forces
    place: UA
    covers: {place: UA, acts: [drone_strike, missile_strike]}
  - id: press
    kind: incident_list
    title: Press
    path: data/reports.csv
    publisher: Outlets
    licence: invented
    act: attack
  - id: temperatures
    kind: conditions
    title: Temperatures
    path: data/temperatures.csv
    publisher: A weather service
    licence: invented
  - id: alerts
    kind: alert_intervals
    title: Alerts
    path: data/alerts.csv
    publisher: Sirens
    licence: invented
  - id: outages
    kind: outages
    title: Outages
    path: data/outages.csv
    publisher: A grid
    licence: invented
"""
AGREEMENT = """\
id: small
title: The small truce
announced_on: 2026-01-29
form: verbal
time_zone: Europe/Kyiv
parties:
  - {id: russia, name: Russia, actors: [russia_forces]}
  - {id: us, name: United States}
statements: data/statements.csv
readings:
  - id: announced
    title: As announced
    held_by: us
    stated_on: 2026-01-29
    summary: A week without strikes on energy.
    cites: [S1]
    clauses:
      - id: no-strikes
        norm: prohibition
        text: No strikes on energy for a week.
        cites: [S1]
        time: {starts: {no_earlier: 2026-01-29, no_later: 2026-01-30T08:00}, lasts: 1 week}
        actor: {certainly: [russia_forces]}
        act: {certainly: [drone_strike, missile_strike]}
        target: {certainly: [energy]}
        place: {certainly: [UA]}
      - {id: front, norm: permission, text: Except at the front., target: [military]}
  - id: shorter
    title: Shorter
    held_by: russia
    stated_on: 2026-01-30
    summary: Until 1 February, in Kyiv.
    based_on: announced
    clauses:
      - id: no-strikes
        time: {starts: 2026-01-29, ends: 2026-01-31}
        place: {certainly: [UA-30], possibly: [UA-32]}
"""
FILES = {
    "case.yaml": CASE,
    "agreement.yaml": AGREEMENT,
    "data/statements.csv": "statement_id,speaker,role,party,said_on,outlet,url,about,value\n"
    "S1,A president,,,2026-01-29,O,https://example.org/s1,scope,A week without strikes\n"
    "S2,A spokesman,,,2026-01-30,O,https://example.org/s2,end,Until 1 February\n",
    "data/launches.csv": "bulletin_id,time_start,time_end,weapon,target,launched,destroyed\n"
    + "".join(
        f"b{n},{day}T19:00,{after}T08:00,Shahed-136/131,Ukraine,{100 + n},{80 + n}\n"
        for n, (day, after) in enumerate(
            [
                ("2026-01-27", "2026-01-28"),
                ("2026-01-28", "2026-01-29"),
                ("2026-01-29", "2026-01-30"),
                ("2026-01-30", "2026-01-31"),
                ("2026-02-01", "2026-02-02"),
                ("2026-02-02", "2026-02-03"),
            ]
        )
    ),
    "data/reports.csv": "report_id,source_outlet,source_url,published_date,event_date_start,event_date_end,"
    "time_precision,place_name,admin1,place_kind,lat,lon,place_precision,actor,weapon,target,target_class,killed_min,killed_max,"
    "injured_min,injured_max,launched,intercepted,claimed_by,source_group,grade,notes,same_as\n"
    "R1,Paper,https://example.org/r1,2026-02-03,2026-02-03T01:00,2026-02-03T02:00,hour,Kharkiv,Kharkiv Oblast,city,"
    "49.99,36.23,settlement,Russia,missiles,substation,energy,,,1,2,3,1,governor,governor,,night,R1\n"
    "R2,Wire,https://example.org/r2,2026-02-03,2026-02-03,2026-02-03,day,Kharkiv,Kharkiv Oblast,city,49.99,36.23,"
    "settlement,Russia,drones and missiles,power grid,energy,,,3,3,4,1,wire,wire,,,R1\n"
    "R3,Paper,https://example.org/r3,2026-01-30,2026-01-30,2026-01-30,day,Kyiv,Kyiv City,city,50.45,30.52,settlement,"
    "Russia,drone,not stated,unknown,0,0,1,1,,,mayor,mayor,,,R3\n",
    "data/temperatures.csv": "date,place,kind,measure,value_c_min,value_c_max,url\n"
    "2026-02-03,Kyiv,observed,tmin_c,-20,-20,https://example.org/t\n",
    "data/alerts.csv": "area,started_at,finished_at\n"
    "Kyiv City,2026-01-29T18:00:00Z,2026-01-29T21:00:00Z\n"
    "Kharkivska oblast,2026-02-02T23:00:00Z,2026-02-03T01:00:00Z\n",
    "data/outages.csv": "date,place,quantity,value,unit,url\n"
    "2026-02-03,Kyiv,apartment buildings without heat,1170,buildings,https://example.org/o\n",
}


@dataclass(frozen=True)
class Small:
    """The small case on disk."""

    folder: Path

    def file(self, name: str) -> Path:
        return self.folder / name

    def change(self, name: str, old: str, new: str) -> None:
        text = self.file(name).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        self.file(name).write_text(text.replace(old, new), encoding="utf-8")

    def outputs(self) -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in sorted((self.folder / "out").iterdir())}


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return written(tmp_path / "small")


def written(folder: Path) -> Small:
    """Write the small case into a new folder."""
    (folder / "data").mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return Small(folder)


@pytest.fixture(scope="session")
def holdfire() -> Callable[..., Result]:
    """Run a command in this process, as it is typed."""
    from holdfire.cli import main

    def run(*args: object) -> Result:
        return CliRunner().invoke(main, [str(a) for a in args])

    return run


@pytest.fixture(scope="session")
def cold_spell_run(
    tmp_path_factory: pytest.TempPathFactory, holdfire: Callable[..., Result]
) -> Iterator[tuple[Path, str]]:
    """The one run of the cold-spell case that tests share: the folder of its outputs, and what it printed."""
    out = tmp_path_factory.mktemp("cold-spell")
    result = holdfire("run", CASES / "cold-spell-2026", "--out", out)
    assert result.exit_code == 0, result.output
    written = {p.name: p.read_bytes() for p in out.iterdir()}
    yield out, result.stdout
    assert {p.name: p.read_bytes() for p in out.iterdir()} == written, "a test changed the outputs that all share"


@pytest.fixture(scope="session")
def cold_spell(cold_spell_run: tuple[Path, str]) -> Path:
    """The outputs of the cold-spell case as it is bundled, to be read and never written."""
    return cold_spell_run[0]


@pytest.fixture
def observed(tmp_path: Path) -> Callable[..., Observed]:
    """Read a file of one source, within a case of Kyiv time and the last days of January 2026."""

    def run(kind: str, text: str | bytes, name: str = "rows.csv", **entry: Any) -> Observed:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return observe_file(kind, path, **entry)

    return run


def export(*rows: dict[str, str]) -> str:
    """Return rows as a provider's CSV."""
    out = io.StringIO()
    table = csv.DictWriter(out, list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    return out.getvalue()


@cache
def _world() -> tuple[Areas, Gazetteer]:
    return load_areas(), load_gazetteer()


def observe_file(kind: str, path: Path, **entry: Any) -> Observed:
    days = date(2026, 1, 28), date(2026, 2, 3)
    setting = Setting(path.parent, ZoneInfo("Europe/Kyiv"), *days, *_world())
    base = {"id": "s", "kind": kind, "title": "T", "path": path.name, "publisher": "P", "licence": "invented"}
    return observe(SourceEntry.model_validate({**base, **entry}), setting)


class Server(ThreadingHTTPServer):
    """Answers by what `answer` makes of a request's path and query, headers and form; and notes what was asked."""

    answer: Callable[[str, dict[str, str], dict[str, str], dict[str, str]], Any]
    asked: list[tuple[str, dict[str, str]]]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(dict(parse_qsl(body)))

    def _answer(self, form: dict[str, str]) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        self.server.asked.append((parts.path, query))
        said = self.server.answer(parts.path, query, {k.lower(): v for k, v in self.headers.items()}, form)
        status, value, headers = said if isinstance(said, tuple) else (200, said, {})
        body = (value if isinstance(value, str) else json.dumps(value)).encode()
        self.send_response(status)
        for name, text in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    """A local server that speaks a provider's documented answers."""
    served = Server(("127.0.0.1", 0), _Handler)
    served.asked = []
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield served
    served.shutdown()
    served.server_close()
