"""How truces like this one ended: rows collapsed, traits matched, shares and survival worked by hand."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from conftest import CASES, Small
from holdfire.assess.base_rate import Traits, base_rate, base_rates, clustered_interval, survival, traits_of
from holdfire.assess.intervals import NINETY_FIVE, wilson
from holdfire.problems import InputError
from holdfire.publish.base_rate import ended, like
from holdfire.terms import read_agreement
from holdfire.terms.ceasefires import NEEDED, Ceasefire, read_ceasefires

SHARED = Path(__file__).parents[2] / "shared" / "data" / "ceasefires" / "eth_prio_ceasefires.csv"
PLAIN = {
    **dict.fromkeys(NEEDED, "0"),
    **{"cc": "70", "cf_id": "1", "location": "Utopia", "actor_name": "Hill Front"},
    **{"cf_effect_yr": "1994", "cf_effect_month": "1", "cf_effect_day": "10", "side": "1", "fixed": "1"},
    **{"fixed_time": "7", "ended": "1", "end_yr": "1994", "end_month": "1", "end_day": "16"},
}
WEEK = Ceasefire(
    "70-1",
    "Utopia",
    "verbal",
    "one-sided",
    False,
    7,
    False,
    (),
    "ran_out",
    (date(1994, 1, 10), date(1994, 1, 10)),
    (date(1994, 1, 16), date(1994, 1, 16)),
)


@pytest.fixture
def catalogue(tmp_path: Path):
    def write(*rows: dict[str, str]) -> Path:
        path = tmp_path / "ceasefires.csv"
        lines = [",".join(NEEDED), *(",".join((PLAIN | row)[c] for c in NEEDED) for row in rows)]
        path.write_text("\ufeff" + "\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def many(*each: tuple[int, Ceasefire]) -> list[Ceasefire]:
    """Return so many of each truce, spread over ten countries."""
    return [replace(truce, country=f"C{k % 10}") for n, truce in each for k in range(n)]


def test_a_row_becomes_a_ceasefire(catalogue) -> None:
    assert read_ceasefires(catalogue({})) == [WEEK]
    told = read_ceasefires(
        catalogue({"written": "2", "side": "3", "fixed": "0", "fixed_time": "0", "implement": "1", "p_holiday": "1"})
    )[0]
    assert (told.form, told.sides, told.open_ended, told.planned_days) == ("written", "mutual", True, None)
    assert (told.monitored, told.purposes) == (True, ("holiday",))


def test_minus_one_is_unknown_and_so_is_a_length_in_words(catalogue) -> None:
    unknown = dict.fromkeys(("written", "side", "fixed", "fixed_time", "implement", "ended", "end_yr"), "-1")
    told = read_ceasefires(catalogue(unknown))[0]
    assert (told.form, told.sides, told.open_ended, told.planned_days) == (None, None, None, None)
    assert (told.monitored, told.ending, told.ends, told.disputed) == (None, None, None, ())
    assert read_ceasefires(catalogue({"fixed_time": "Coffee Harvest"}))[0].planned_days is None


def test_rows_of_one_ceasefire_are_collapsed_fact_by_fact(catalogue) -> None:
    other = {"actor_name": "Government of Utopia"}
    # What one row knows and another does not is known; what they contradict each other on is not.
    told = read_ceasefires(
        catalogue(
            {"ended": "-1", "end_yr": "-1", "end_month": "-1", "end_day": "-1"},
            other | {"fixed_time": "9", "end_day": "-1"},
        )
    )
    assert len(told) == 1
    assert (told[0].ending, told[0].planned_days, told[0].disputed) == ("ran_out", None, ("fixed_time",))
    assert told[0].ends == (date(1994, 1, 1), date(1994, 1, 31))
    # A day says more than its month; another day contradicts it.
    assert read_ceasefires(catalogue({"end_day": "-1"}, other))[0].ends == (date(1994, 1, 16), date(1994, 1, 16))
    assert read_ceasefires(catalogue({"end_day": "17"}, other))[0].ends is None


def test_a_ceasefire_without_a_first_day_never_began(catalogue) -> None:
    told = read_ceasefires(catalogue({"ended": "-1", "cf_effect_yr": "0"}))[0]
    assert (told.ending, told.starts) == ("never_began", None)


def test_another_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("cc,cf_id\n70,1\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column location"):
        read_ceasefires(path)
    path.write_text(",".join(NEEDED) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="no ceasefire in it"):
        read_ceasefires(path)


def test_wilson_by_hand() -> None:
    # p = 0.5, n = 4: 0.5 -+ 1.96 sqrt(0.25 / 4 + 3.8415 / 64) / (1 + 3.8415 / 4) = 0.5 -+ 0.68606 / 1.96037
    assert wilson(0.5, 4, NINETY_FIVE) == pytest.approx((0.15004, 0.84996), abs=1e-5)
    assert wilson(0.0, 10, NINETY_FIVE) == pytest.approx((0.0, 3.8415 / 13.8415), abs=1e-4)


def test_truces_of_one_country_count_for_less() -> None:
    # 3 of 4 and 1 of 4: p = 0.5, v = 2 / 1 * (1 + 1) / 64 = 1/16, twice 0.25 / 8, so that eight are worth four.
    assert clustered_interval([(3, 4), (1, 4)]) == pytest.approx(wilson(0.5, 4, NINETY_FIVE))
    # 2 of 4 twice: no more alike than chance has it, and never worth more than they are.
    assert clustered_interval([(2, 4), (2, 4)]) == pytest.approx(wilson(0.5, 8, NINETY_FIVE))
    assert clustered_interval([(0, 50), (0, 2)]) == pytest.approx(wilson(0.0, 2, NINETY_FIVE))
    assert clustered_interval([(5, 10)]) == pytest.approx(wilson(0.5, 1, NINETY_FIVE))


def test_the_interval_covers_when_countries_differ() -> None:
    # The chance of a country is drawn from Beta(2, 2), whose mean is 0.5; a plain interval covers 0.5 much less often.
    rng = np.random.default_rng(1)
    sizes = np.array([1, 2, 3, 5, 8, 13] * 4)
    hits = rng.binomial(sizes, rng.beta(2, 2, size=(400, len(sizes))))
    ours = [clustered_interval(list(zip(row.tolist(), sizes.tolist(), strict=True))) for row in hits]
    plain = [wilson(row.sum() / sizes.sum(), float(sizes.sum()), NINETY_FIVE) for row in hits]
    covers = [np.mean([low <= 0.5 <= high for low, high in each]) for each in (ours, plain)]
    assert covers[0] > 0.9 > 0.85 > covers[1]


def test_survival_by_hand() -> None:
    lengths = [(2, True), (3, True), (3, False), (5, True), (8, False)]
    # 4/5 after 2 days; 4/5 * 3/4 after 3; 4/5 * 3/4 * 1/2 after 5, when two were left; nobody is followed beyond 8.
    assert survival(lengths, 1) == (1.0, None, None)
    # Greenwood: 1/(5*4) + 1/(4*3) = 0.13333; exp(1.96 * 0.36515 / 0.51083) = 4.0593 is the exponent, or its inverse.
    assert survival(lengths, 4) == pytest.approx((0.6, 0.6**4.05929, 0.6 ** (1 / 4.05929)), abs=1e-5)
    # + 1/(2*1) = 0.63333; exp(1.96 * 0.79582 / 1.20397) = 3.6529
    assert survival(lengths, 7) == pytest.approx((0.3, 0.3**3.65293, 0.3 ** (1 / 3.65293)), abs=1e-5)
    assert survival(lengths, 8) == (None, None, None)
    assert survival([(2, True), (3, True)], 5) == (0.0, None, None)


def test_traits_are_the_agreements_own() -> None:
    agreement = read_agreement(CASES / "cold-spell-2026" / "agreement.yaml")
    traits = {r.id: traits_of(agreement, r) for r in agreement.readings}
    week = ("4 to 14 days",)
    assert traits["announcement"] == Traits("verbal", "one-sided", week, False)
    assert traits["energy"] == Traits("verbal", "mutual", week, False)
    # From 23 to 30 January until 1 or 2 February is between one day and ten.
    assert traits["kremlin"].length == ("up to 3 days", "4 to 14 days")
    reading = agreement.readings[0]
    clause = reading.clauses[0]

    def length_of(**changed: str | None) -> tuple[str, ...] | None:
        assert clause.time is not None
        time = clause.time.model_validate({"starts": "2026-03-28", **changed})
        other = reading.model_copy(update={"clauses": [clause.model_copy(update={"time": time})]})
        return traits_of(agreement, other).length

    # Three days are three days, though summer time begins on the second of them.
    assert length_of(ends="2026-03-30") == length_of(lasts="3 days") == ("up to 3 days",)
    assert length_of(lasts="73 hours") == ("up to 3 days",)
    assert length_of(lasts="80 hours") == week
    assert length_of(lasts="120 days") == ("over 90 days",)
    assert length_of() == ("open-ended",)
    assert length_of(ends="unsaid") is None


def test_traits_are_given_up_in_a_stated_order_until_enough_match() -> None:
    wanted = Traits("verbal", "one-sided", ("4 to 14 days",), False)
    written, watched = replace(WEEK, form="written"), replace(WEEK, monitored=True)
    vague, mutual = replace(WEEK, monitored=None), replace(WEEK, sides="mutual")
    found = base_rate(("r",), wanted, many((20, WEEK), (4, vague), (5, watched), (10, written), (50, mutual)))
    assert [(s.traits, s.matched, s.possible) for s in found.steps] == [
        (("length", "sides", "form", "monitored"), 20, 4),
        (("length", "sides", "form"), 29, 0),
        (("length", "sides"), 39, 0),
    ]
    assert (found.traits, found.matched, found.catalogue) == (("length", "sides"), 39, 89)
    assert like(wanted, found.traits) == "one-sided, meant for 4 to 14 days"
    enough = base_rate(("r",), wanted, many((30, WEEK)))
    assert enough.traits == ("length", "sides", "form", "monitored")
    few = [replace(t, country="C0") for t in many((30, WEEK))]
    assert base_rate(("r",), wanted, few).traits == ()  # one country tells of itself only


def test_unknown_endings_widen_the_bounds_and_are_no_part_of_the_share() -> None:
    broken, unknown = replace(WEEK, ending="broken_off"), replace(WEEK, ending=None, ends=None)
    found = base_rate(("r",), Traits("verbal", None, None, None), many((30, WEEK), (10, broken), (10, unknown)))
    shares = {s.ending: s for s in found.endings}
    assert (found.matched, found.unknown, shares["broken_off"].truces) == (50, 10, 10)
    assert (shares["broken_off"].share, shares["broken_off"].least, shares["broken_off"].most) == (0.25, 0.2, 0.4)
    # Each country has 3 and 1 of 4: they are less unlike than chance makes them, and 40 truces are worth 40.
    assert (shares["broken_off"].low, shares["broken_off"].high) == pytest.approx(
        wilson(0.25, 40, NINETY_FIVE), abs=5e-4
    )
    assert ended(found) == (
        "Of 40 truces like it in civil conflicts of 10 countries, 75 % ran to their stated end (60 to 86) and 25 % "
        "were called off or broken off (14 to 40). How 10 more ended is not known."
    )


def test_states_after_some_days() -> None:
    # A week from the 10th to the 16th is seven days; the month in which another ended says less than its day.
    month = replace(WEEK, ends=(date(1994, 1, 1), date(1994, 1, 31)))
    late = (date(2020, 12, 20), date(2020, 12, 20))
    lasting = replace(WEEK, ending="in_force", starts=late, ends=None)
    never = replace(WEEK, ending="never_began", starts=None, ends=None)
    replaced = replace(WEEK, ending="replaced")
    found = base_rate(
        ("r",), Traits(None, None, None, None), [WEEK, month, lasting, never, replaced, replace(WEEK, ends=None)]
    )
    seven, thirty, _ = found.horizons
    # 12 days after the 20th of December the data end: what is in force then is known for 7 days and not for 30.
    assert (seven.in_force, seven.replaced, seven.over, seven.unknown) == (1, 1, 2, 2)
    assert (thirty.in_force, thirty.replaced, thirty.over, thirty.unknown) == (0, 1, 3, 2)
    # Dated to the day: never (0), the week (7, over), replaced (7), lasting (12): 3/4 * 2/3.
    assert (found.dated, seven.share, seven.at_risk) == (4, 0.5, 1)
    assert (thirty.share, thirty.at_risk) == (None, 0)


def test_readings_of_equal_traits_are_told_once() -> None:
    agreement = read_agreement(CASES / "cold-spell-2026" / "agreement.yaml")
    found = base_rates(agreement, many((40, WEEK)))
    assert sorted(b.reading_ids for b in found) == [("announcement", "sunday-to-sunday"), ("energy",), ("kremlin",)]


def test_a_run_shows_it_only_with_the_users_own_file(tmp_path: Path, small: Small, holdfire, catalogue) -> None:
    rows = [{"cc": str(k % 10), "cf_id": str(k), "location": f"C{k % 10}"} for k in range(40)]
    path = catalogue(*rows)
    assert holdfire("run", small.folder, "--out", tmp_path / "plain").exit_code == 0
    assert 'id="base-rate"' not in (tmp_path / "plain" / "report.html").read_text(encoding="utf-8")
    ran = holdfire("run", small.folder, "--out", tmp_path / "with", "--catalogue", path)
    assert ran.exit_code == 0, ran.output
    page = (tmp_path / "with" / "report.html").read_text(encoding="utf-8")
    assert "like it in civil conflicts of 10 countries, 100 % ran to their stated end" in page
    assert "Wars between states are not among them" in page
    written = json.loads((tmp_path / "with" / "assessment.json").read_text(encoding="utf-8"))["base_rate"]
    assert written[0]["endings"][1]["truces"] == 40
    inputs = json.loads((tmp_path / "with" / "provenance.json").read_text(encoding="utf-8"))["inputs"]
    assert inputs["catalogue of ceasefires"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert str(path) not in page + json.dumps(inputs)
    assert holdfire("assess", small.folder, "--out", tmp_path / "with", "--catalogue", path).exit_code == 0
    assert holdfire("publish", small.folder, "--out", tmp_path / "with", "--catalogue", path).exit_code == 0
    assert (tmp_path / "with" / "report.html").read_text(encoding="utf-8") == page
    missing = holdfire("run", small.folder, "--out", tmp_path / "none", "--catalogue", tmp_path / "absent.csv")
    assert (missing.exit_code, (tmp_path / "none").exists()) == (2, False)


def test_the_page_of_the_docs_quotes_what_comes_out() -> None:
    if not SHARED.exists():
        pytest.skip("the shared data is not here")
    agreement = read_agreement(CASES / "cold-spell-2026" / "agreement.yaml")
    page = (CASES.parent / "docs" / "base_rate.md").read_text(encoding="utf-8")
    assert ended(base_rates(agreement, read_ceasefires(SHARED))[0]) in page.replace("\n", " ")


def test_the_real_file_bears_out_what_its_codes_are_taken_to_mean() -> None:
    if not SHARED.exists():
        pytest.skip("the shared data is not here")
    truces = read_ceasefires(SHARED)
    # The article counts 2,202 ceasefires in 66 countries; the file has one more.
    assert (len(truces), len({t.country for t in truces})) == (2203, 66)
    exact = [t for t in truces if t.starts and t.ends and t.starts[0] == t.starts[1] and t.ends[0] == t.ends[1]]

    def near(ending: str) -> float:
        """Return the share of truces of a planned length that ended within a day of it."""
        off = [
            (t.ends[0] - t.starts[0]).days + 1 - t.planned_days
            for t in exact
            if t.ending == ending and t.planned_days and t.ends and t.starts
        ]
        return sum(-1 <= n <= 1 for n in off) / len(off)

    assert near("ran_out") > 0.85
    assert near("broken_off") < 0.5
    never = [t for t in truces if t.ending == "never_began"]
    assert sum(t.starts is None for t in never) / len(never) > 0.75
    lasting = [t for t in truces if t.ending == "in_force"]
    assert sum(t.ends is None for t in lasting) / len(lasting) > 0.9
    begun = Counter((t.country, t.starts[0].toordinal()) for t in truces if t.starts and t.starts[0] == t.starts[1])

    def followed(ending: str) -> float:
        """Return the share of truces within three days of whose end another began in the country."""
        ends = [(t.country, t.ends[0].toordinal(), t.starts) for t in exact if t.ending == ending and t.ends]
        near = [sum(begun[c, day + n] for n in range(-3, 4)) - (s[0].toordinal() >= day - 3) for c, day, s in ends if s]
        return sum(n > 0 for n in near) / len(near)

    assert followed("replaced") > 0.9 > 0.5 > followed("broken_off")
