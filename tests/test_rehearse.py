"""Rehearsal: windows laid over the past, against agreements whose dates are rewritten; the command and its page."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

import drawn
from conftest import CASES, Small
from holdfire import tables
from holdfire.adjudicate import Plan, Rehearsal, Versions, compile_plan, judge_batch, rehearse, settling
from holdfire.adjudicate.contested import RANK
from holdfire.adjudicate.laying import laid
from holdfire.adjudicate.spread import spread
from holdfire.engine import run_here
from holdfire.problems import InputError
from holdfire.publish.settling import Wording, figure, sentences
from holdfire.terms import Agreement, Window
from holdfire.terms.instants import later
from test_kernel import AREAS, GAZETTEER, KYIV, conditions, lines
from test_page import browser, needs_browser  # noqa: F401
from test_settling import agreed, incident, plan_of

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 31)


@pytest.mark.parametrize(
    ("written", "moved"),
    [
        ("2026-03-28", "2026-03-30"),
        ("night of 2026-03-28", "night of 2026-03-30"),
        ("2026-03-28T18:00", "2026-03-30T18:00:00"),
        # 16:00 UTC is 18:00 in Kyiv, and stays 18:00 there though clocks go forward on the 29th.
        ("2026-03-28T16:00+00:00", "2026-03-30T18:00:00"),
        ("unsaid", "unsaid"),
    ],
)
def test_a_written_time_moves_by_local_days(written: str, moved: str) -> None:
    assert later(written, 2, KYIV) == moved
    assert later(later(written, 2, KYIV), -2, KYIV) in (written, "2026-03-28T18:00:00")


def test_a_window_keeps_its_hours_where_clocks_change() -> None:
    week = Window(starts={"no_earlier": "2026-03-20T18:00", "no_later": "2026-03-21T08:00"}, lasts="1 week")
    start, end = week.later(7, KYIV).bounds(KYIV)
    assert (start.earliest, start.latest) == (
        datetime(2026, 3, 27, 16, tzinfo=UTC),
        datetime(2026, 3, 28, 6, tzinfo=UTC),
    )
    # 18:00 and 08:00 of summer time.
    assert (end.earliest, end.latest) == (datetime(2026, 4, 3, 15, tzinfo=UTC), datetime(2026, 4, 4, 5, tzinfo=UTC))
    hours = Window(starts="2026-03-21", lasts="72 hours").later(7, KYIV).bounds(KYIV)
    assert hours[1].earliest == datetime(2026, 3, 27, 22, tzinfo=UTC) + timedelta(hours=72)


def moved(agreement: Agreement, days: int) -> Agreement:
    """Return the agreement with its dates rewritten."""
    data = agreement.model_dump(mode="json")
    for reading in data["readings"]:
        for clause in reading["clauses"]:
            if time := clause["time"]:
                for bound in ("starts", "ends"):
                    if isinstance(time[bound], dict):
                        sides = {k: later(time[bound][k], days, KYIV) for k in ("no_earlier", "no_later")}
                        time[bound] = {**time[bound], **sides}
                    elif time[bound]:
                        time[bound] = later(time[bound], days, KYIV)
    return Agreement.model_validate(data)


def plan_with_all(agreement: Agreement) -> Plan:
    return compile_plan(agreement, AREAS, GAZETTEER, conditions(), lines())


def test_a_laying_is_what_rewriting_the_dates_gives() -> None:
    # Zones that move and conditions of the day among the places: they are those of the real day.
    agreement, incidents = drawn.agreement(6, seed=38), drawn.incidents(250, seed=3)
    data = agreement.model_dump(mode="json")
    for reading in data["readings"]:
        for clause in reading["clauses"]:
            if clause["norm"] == "prohibition" and clause["time"] is None:
                clause["time"] = {"starts": "night of 2026-01-27", "lasts": "90 hours"}
    agreement = Agreement.model_validate(data)
    plan = plan_with_all(agreement)
    first, last = date(2026, 1, 10), date(2026, 2, 20)
    found = rehearse(incidents, plan, first, last, KYIV, every=4)
    assert found.placements > 4
    assert found.timeless == incidents["start"].null_count()
    seen = set()
    for (days,), rows in found.table.group_by(["days_later"], maintain_order=True):
        frame = laid(plan, int(days), first).frame
        there = incidents.filter(pl.col("start").is_not_null()).filter(
            ~((pl.col("start") < frame.opens) & (pl.col("end") <= frame.opens)) & (pl.col("start") < frame.closes)
        )
        judged = run_here(partial(judge_batch, plan=plan_with_all(moved(agreement, int(days)))), there)
        worst = judged.with_columns(pl.col("verdict").replace_strict(RANK).clip(lower_bound=1).alias("rank"))
        worst = worst.group_by("incident_id", "reading_id").agg(pl.col("rank").max())
        kinds = worst.group_by("incident_id").agg(pl.col("rank").unique())
        assert rows.filter(pl.col("reading_id").is_null())["incidents"].item() == len(there)
        contested = kinds.filter(pl.col("rank").list.len() > 1)["incident_id"]
        assert rows.filter(pl.col("reading_id").is_null())["contested"].item() == len(contested)
        for reading in agreement.readings:
            (row,) = rows.filter(pl.col("reading_id") == reading.id).to_dicts()
            mine = worst.filter(pl.col("reading_id") == reading.id)
            assert row["violations"] == (mine["rank"] == 3).sum()
            assert row["undetermined"] == (mine["rank"] == 2).sum()
            others = worst.join(mine, on="incident_id", suffix="_mine").filter(pl.col("rank") != pl.col("rank_mine"))
            assert row["contested"] == others["incident_id"].n_unique()
            seen |= {name for name in ("violations", "undetermined", "contested") if row[name]}
    assert seen == {"violations", "undetermined", "contested"}


WEEK = [{"id": "c", "time": {"starts": "2026-02-02", "lasts": "1 week"}, "target": ["energy"]}]
ALL = [{"id": "c", "time": {"starts": "2026-02-02", "lasts": "1 week"}}]


def daily(**facts: Any) -> pl.DataFrame:
    """Return an incident at noon UTC of every day of January."""
    days = [FIRST + timedelta(days=n) for n in range(31)]
    return tables.frame([incident(str(d), f"{d}T12:00:00", **facts) for d in days], tables.INCIDENTS)


def rehearsed(plan: Plan, incidents: pl.DataFrame, **more: Any) -> Rehearsal:
    return rehearse(incidents, plan, FIRST, LAST, KYIV, **more)


def test_rates_by_hand() -> None:
    found = rehearsed(plan_of(agreed(a=WEEK, b=ALL)), daily())
    # From 1 January to 25 January, 25 weeks of seven days; four of them share no day.
    assert (found.days, found.placements, found.used, found.apart) == (7, 25, 25, 4)
    a, b = found.readings
    assert (a.per_week["violations"].mean, a.per_week["undetermined"].mean) == (0, 7)
    assert (b.per_week["violations"].mean, b.per_week["undetermined"].mean) == (7, 0)
    assert a.lacking == {"target": 1.0}
    assert (found.contested.mean, found.sharp.mean, found.judged.mean) == (7, 0, 7)
    assert found.settling.before.contested == 7 * 25
    assert found.settling.best_single[0].settled.contested == 7 * 25


def test_what_nobody_reported_is_missing_and_not_zero() -> None:
    days = {FIRST + timedelta(days=n) for n in range(31)}
    gone = {date(2026, 1, 10), date(2026, 1, 20), date(2026, 1, 21)}
    quiet = daily().filter(~pl.col("incident_id").is_in([str(d) for d in gone]))
    found = rehearsed(plan_of(agreed(a=WEEK, b=ALL)), quiet, reported=days - gone)
    rows = found.table.filter(pl.col("reading_id") == "b").select("first", "violations", "violations_per_week")
    weeks = {d: (n, w) for d, n, w in rows.iter_rows()}
    # Six days of seven are enough, and stand for seven; five are not, and nothing is said.
    assert weeks[date(2026, 1, 1)] == (7, 7)
    assert weeks[date(2026, 1, 10)][0] == 6
    assert weeks[date(2026, 1, 10)][1] == pytest.approx(7)
    assert weeks[date(2026, 1, 18)] == (5, None)
    # The weeks that hold both the 20th and the 21st begin on the 15th to the 20th.
    assert found.used == 25 - 6
    assert found.readings[1].per_week["violations"].placements == 19
    assert found.readings[1].per_week["violations"].mean == pytest.approx(7)
    nowhere = rehearsed(plan_of(agreed(a=WEEK, b=ALL)), quiet, reported=set())
    assert (nowhere.used, nowhere.readings[0].per_week["violations"].mean, nowhere.contested.mean) == (0, None, None)
    assert nowhere.settling.rows == 0


def test_a_tally_and_its_part_are_one_violation() -> None:
    table = (
        daily()
        .head(2)
        .with_columns(
            pl.Series("start", [datetime(2026, 1, 3, 12, tzinfo=UTC)] * 2),
            pl.Series("end", [datetime(2026, 1, 3, 12, tzinfo=UTC)] * 2),
            pl.Series("tally", [True, False]),
            pl.Series("part_of", [[], ["2026-01-01"]]),
        )
    )
    found = rehearsed(plan_of(agreed(a=ALL)), table.cast({"start": tables.INSTANT, "end": tables.INSTANT}))
    (row,) = found.table.filter((pl.col("reading_id") == "a") & (pl.col("days_later") == -32)).to_dicts()
    assert (row["incidents"], row["violations"]) == (2, 1)


def test_bounds_that_nobody_gave_are_those_of_the_frame() -> None:
    open_ = {"id": "c", "time": {"starts": "2026-02-04", "ends": "unsaid"}}
    plan = plan_of(agreed(a=ALL, b=[open_], c=[{"id": "c"}]))
    where = laid(plan, -32, FIRST)
    assert where.frame.local_days(KYIV)[0] == date(2026, 1, 1)
    assert where.frame.local_days(KYIV)[-1] == date(2026, 1, 7)
    assert [(r.days, r.unbounded) for r in where.readings.values()] == [(7, False), (5, True), (7, True)]
    found = rehearsed(plan, daily())
    assert [r.per_window["violations"].mean for r in found.readings] == [7, 5, 7]
    # A draft without any date has a frame of a week.
    assert rehearsed(plan_of(agreed(a=[{"id": "c"}])), daily()).placements == 25


def test_a_vague_bound_counts_in_its_middle() -> None:
    vague = {"starts": {"no_earlier": "2026-02-02", "no_later": "2026-02-04"}, "ends": "2026-02-10"}
    (reach,) = laid(plan_of(agreed(a=[{"id": "c", "time": vague}])), 0, FIRST).readings.values()
    # From the beginning of the 2nd or of the 5th, so from noon of the 3rd, to the end of the 10th.
    assert reach.days == 7.5


def test_a_past_shorter_than_the_draft_is_bad_input() -> None:
    with pytest.raises(InputError, match="a past as long as the draft"):
        rehearse(daily(), plan_of(agreed(a=ALL)), FIRST, date(2026, 1, 6), KYIV)
    permitted = {"id": "p", "norm": "permission", "target": ["military"]}
    with pytest.raises(InputError, match="no prohibition"):
        rehearse(daily(), plan_of(agreed(a=[permitted])), FIRST, LAST, KYIV)


def test_spread_by_hand() -> None:
    series = np.array([1.0, 2.0, np.nan, 3.0, 4.0, 5.0])
    told = spread(series, 2)
    # The quantiles of 1 to 5 at 10 and 90 %, between neighbours.
    assert (told.placements, told.mean, told.low, told.high) == (5, 3.0, pytest.approx(1.4), pytest.approx(4.6))
    assert told.mean_low is not None
    assert told.mean_high is not None
    assert 1.5 <= told.mean_low < 3 < told.mean_high <= 4.5
    assert spread(series, 4).mean_low is None
    assert spread(np.full(9, 2.0), 2) == spread(np.full(9, 2.0), 2)
    assert (spread(np.full(9, 2.0), 2).mean_low, spread(np.full(9, 2.0), 2).mean_high) == (2.0, 2.0)
    assert spread(np.full(3, np.nan), 1).mean is None


def test_the_interval_of_the_mean_allows_for_windows_that_overlap() -> None:
    rng = np.random.default_rng(5)
    hits = {14: 0, 1: 0}
    for _ in range(200):
        days = rng.gamma(1.0, 10.0, 206)
        weeks = np.convolve(days, np.ones(7), "valid")
        for block in hits:
            told = spread(weeks, block)
            assert told.mean_low is not None
            assert told.mean_high is not None
            hits[block] += told.mean_low <= 70 <= told.mean_high
    # Drawn singly, as if they were independent, an interval that should hold the mean nine times in ten does so half
    # the time; in runs, about eight times in ten.
    assert hits[14] >= 150
    assert hits[1] <= 125


def test_small_numbers_are_not_called_zero() -> None:
    told = [figure(x) for x in (0, 0.01, -0.01, 0.25, 3, 1234.56)]
    assert told == ["0", "<0.1", "\N{MINUS SIGN}<0.1", "0.2", "3", "1,234.6"]


def test_the_command_writes_all_or_nothing(small: Small, holdfire: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    short = holdfire("rehearse", small.folder, "--out", out)
    assert short.exit_code == 2
    assert "expected a past as long as the draft" in short.stderr
    assert not out.exists()
    late = holdfire("rehearse", small.folder, "--to", "2026-01-20", "--out", out)
    assert (late.exit_code, "no source tells of a day up to 2026-01-20" in late.stderr) == (2, True)
    assert holdfire("rehearse", small.folder, "--from", "soon").exit_code == 2
    args = ("--from", "2026-01-20", "--to", "2026-02-05")
    assert holdfire("rehearse", small.folder, *args, "--out", out).exit_code == 0
    names = ["rehearsal.csv", "rehearsal.html", "rehearsal.json", "settling.csv"]
    assert sorted(p.name for p in out.iterdir()) == names
    again = tmp_path / "again"
    assert holdfire("rehearse", small.folder, *args, "--out", again).exit_code == 0
    assert all((out / n).read_bytes() == (again / n).read_bytes() for n in names)
    told = json.loads((out / "rehearsal.json").read_text(encoding="utf-8"))
    assert told["placements"] > told["used"]
    assert {s["source_id"]: s["days_reported"] for s in told["sources"]}["press"] is None


@pytest.fixture(scope="module")
def cold(tmp_path_factory, holdfire) -> Path:
    out = tmp_path_factory.mktemp("cold")
    args = ("--from", "2025-07-01", "--to", "2026-01-31", "--out", out)
    result = holdfire("rehearse", CASES / "cold-spell-2026", *args)
    assert result.exit_code == 0, result.output
    (out / "stdout").write_text(result.stdout, encoding="utf-8")
    return out


def test_the_cold_spell_from_july_to_january(cold: Path) -> None:
    told = json.loads((cold / "rehearsal.json").read_text(encoding="utf-8"))
    # The frame runs from 23 January, the earliest that the Kremlin's may begin, to 6 February: 15 of 215 days.
    assert (told["days"], told["placements"], told["apart"]) == (15, 201, 14)
    settled = told["settling"]
    for own in settled["shares"].values():
        assert sum(s["share"] for s in own) == pytest.approx(settled["contested"])
    assert len(settled["shares"]) == 4
    table = pl.read_csv(cold / "rehearsal.csv")
    frame = table.filter(pl.col("reading_id").is_null())
    assert frame["contested"].sum() == settled["contested"]
    assert len(table) == 201 * 5
    options = pl.read_csv(cold / "settling.csv")
    single = options.filter((pl.col("terms") == 1) & pl.col("possible"))
    assert single["settled"].max() == single.filter("best")["settled"].min()
    pairs = options.filter((pl.col("terms") == 2) & pl.col("possible"))
    assert pairs["settled"].max() == pairs.filter("best")["settled"].min()
    assert pairs["settled"].max() > single["settled"].max()
    seen = {s["source_id"]: s for s in told["sources"]}
    assert seen["bulletins"]["days_reported"] == 210
    assert seen["open-source"]["first"] == "2026-01-21"


def test_the_docs_show_what_is_printed(cold: Path) -> None:
    page = (CASES.parent / "docs" / "rehearse.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert (cold / "stdout").read_text(encoding="utf-8").startswith(shown)


def test_ties_are_told() -> None:
    front = {"id": "front", "norm": "permission", "target": ["military"]}
    terms = agreed(a=[*ALL, front], b=ALL)
    plan = plan_of(terms)
    incidents = Versions(daily(targets=["military"]), plan)
    # As written, the week lies in February, and nothing is contested.
    assert sentences(settling(incidents.sheet()), Wording(terms, plan, AREAS)) == []
    told = settling(incidents.sheet(days=-32))
    assert sentences(told, Wording(terms, plan, AREAS)) == [
        'All of the 7 contested incidents would go if all took the exemptions as "T" has it (7 as no violation), '
        'or the exemptions as "T" has it (7 as a violation).'
    ]


def test_a_promise_is_named_by_whom_it_binds_or_by_its_text() -> None:
    russia = {"id": "russia-ceases", "text": "Nobody fires.", "actor": ["russia_forces"], "target": ["energy"]}
    ukraine = {"id": "ukraine-ceases", "text": "The same.", "actor": ["ukraine_forces"]}
    wider = {**russia, "target": ["infrastructure"]}

    def found(terms: Agreement, *incidents: dict[str, Any]) -> list[str]:
        plan = plan_of(terms)
        sheet = Versions(tables.frame([*incidents], tables.INCIDENTS), plan).sheet()
        return sentences(settling(sheet), Wording(terms, plan, AREAS))

    by_ukraine = incident("1", "2026-01-30T12:00:00", actor="ukraine_forces", targets=["energy"])
    by_russia = incident("2", "2026-01-30T12:00:00", actor="russia_forces", targets=["road"])
    # A forbids what Ukraine did and B nothing of it: so it goes if both forbid it, and if neither does.
    assert found(agreed(a=[russia, ukraine], b=[russia]), by_ukraine) == [
        'The one contested incident would go if all took the promise that binds Ukrainian forces, as "T" has it '
        '(1 as a violation), or no promise that binds Ukrainian forces, as "T" has it (1 as no violation).'
    ]
    assert found(agreed(a=[russia, ukraine], b=[wider, ukraine]), by_russia)[0].startswith(
        'The one contested incident would go if all took the targets as "T" has it'
    )
    # Two promises that bind the same side are told apart by what they say.
    also = {"id": "also", "text": "No fire on roads.", "actor": ["russia_forces"], "target": ["road"]}
    assert found(agreed(a=[russia, also], b=[russia]), by_russia)[0].startswith(
        'The one contested incident would go if all took the promise "No fire on roads", as "T" has it'
    )


def test_the_report_says_what_would_settle_its_own_disputes(cold_spell: Path) -> None:
    told = json.loads((cold_spell / "assessment.json").read_text(encoding="utf-8"))["settling"]
    contested = pl.read_csv(cold_spell / "contested.csv")
    assert told["contested"] == contested["incident_id"].n_unique()
    page = (cold_spell / "report.html").read_text(encoding="utf-8")
    best = told["best_single"][0]
    of = f"{best['settled']} of the {told['contested']} contested incidents"
    assert f"What would settle it:</strong> {of} would go if all took" in page
    assert f"The readings disagree on {told['contested']} of" in page


@needs_browser
@pytest.mark.parametrize("width", [1200, 390])
def test_the_page_opens_offline_at_any_width(browser: Any, cold: Path, width: int) -> None:  # noqa: F811
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 900},
    )
    browser.get((cold / "rehearsal.html").as_uri())
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    said = browser.find_element("css selector", "main p strong").text
    assert (cold / "stdout").read_text(encoding="utf-8").startswith(said)
    heads = [h.text for h in browser.find_elements("css selector", ".weeks tbody th")]
    assert len(heads) == 4
    bars = browser.find_elements("css selector", ".settle .bar i")
    assert any(b.size["width"] > 0 for b in bars)
    assert browser.get_log("browser") == []


def test_days_are_those_of_the_case_whatever_zone_the_draft_is_in() -> None:
    found = rehearse(daily(), plan_of(agreed(a=ALL)), FIRST, LAST, ZoneInfo("Europe/Moscow"))
    # A week of Kyiv days touches eight days of Moscow, from 01:00 to 01:00.
    assert found.days == 8
    assert (found.table["first"].min(), found.table["last"].max()) == (FIRST, LAST)
