"""Pledges out of catalogues, from invented rows with the quirks of the real ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from holdfire.problems import InputError
from holdfire.terms.catalogues import pledge_of, read_catalogue

PAX = (
    "Con,AgtId,Agt,Dat,Status,Stage,Part,ThrdPart\n"
    '(Utopia),12,"An accord, of the hills",2020-02-29,Multiparty signed,Cea,"Government of Utopia; Hill Front",UN\n'
    "(Utopia),13,Another,29 Feb 2020,,,,\n"
    "(Utopia),12,Again,2020-02-29,,,,\n"
    "(Utopia),,Nameless,2020-02-29,,,,\n"
)
ETH = (
    "\ufeffcc,cf_id,location,actor_name,cf_dec_yr,cf_dec_month,cf_dec_day,"
    "cf_effect_yr,cf_effect_month,cf_effect_day,written,p_holiday\n"
    "70,1,Utopia,Government of Utopia,1994,1,12,1994,1,13,0,1\n"
    "70,1,Utopia,Hill Front,1994,1,12,1994,1,13,0,1\n"
    "70,2,Utopia,Hill Front,1995,-1,-1,-1,-1,-1,-1,0\n"
)
SHARED = Path(__file__).parents[2] / "shared" / "data" / "ceasefires" / "eth_prio_ceasefires.csv"


@pytest.fixture
def catalogue(tmp_path: Path):
    def run(text: str) -> Path:
        path = tmp_path / "catalogue.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return run


def test_pax_gives_the_name_the_day_the_parties_and_the_text(catalogue) -> None:
    pledges, problems = read_catalogue(catalogue(PAX))
    first, second = pledges
    assert (first.id, first.title, first.place) == ("12", "An accord, of the hills", "Utopia")
    assert first.parties == ("Government of Utopia", "Hill Front")
    assert (first.declared, first.form) == (date(2020, 2, 29), "written")
    assert first.url.endswith("/12")
    assert first.note == "stage: Cea; status: Multiparty signed; third parties: UN"
    assert second.declared is None
    assert [p.found for p in problems] == ["agreement 12 stands twice", "no id or no name"]


def test_eth_has_a_row_per_actor_and_minus_one_for_unknown(catalogue) -> None:
    pledges, problems = read_catalogue(catalogue(ETH))
    assert problems == []
    first, second = pledges
    assert first.parties == ("Government of Utopia", "Hill Front")
    assert (first.declared, first.starts, first.form) == (date(1994, 1, 12), date(1994, 1, 13), "verbal")
    assert (second.declared, second.starts, second.form) == (None, None, None)


def test_an_unknown_entry_and_an_unknown_file_are_told(catalogue) -> None:
    pledges, _ = read_catalogue(catalogue(ETH))
    with pytest.raises(InputError, match="Did you mean '70-1'"):
        pledge_of(pledges, "70_1", "f")
    with pytest.raises(InputError, match="not a catalogue that is known"):
        read_catalogue(catalogue("a,b\n1,2\n"))


def test_a_case_is_started_from_an_entry_and_runs(catalogue, tmp_path: Path, holdfire) -> None:
    path, folder = catalogue(ETH), tmp_path / "truce"
    made = holdfire("new", folder, "--catalogue", path, "--entry", "70-1")
    assert made.exit_code == 0, made.output
    agreement = (folder / "agreement.yaml").read_text()
    assert "Hill Front" in agreement
    assert "starts: '1994-01-13'" in agreement
    ran = holdfire("run", folder)
    assert ran.exit_code == 0, ran.output
    assert "unproven, 0 to 0 violations" in ran.stdout
    undated = holdfire("new", tmp_path / "other", "--catalogue", path, "--entry", "70-2")
    assert (undated.exit_code, "gives no day" in undated.stderr) == (2, True)
    assert not (tmp_path / "other").exists()
    assert holdfire("new", tmp_path / "third", "--entry", "70-2").exit_code == 2


def test_the_real_file_is_read_whole() -> None:
    if not SHARED.exists():
        pytest.skip("the shared data is not here")
    pledges, problems = read_catalogue(SHARED)
    assert problems == []
    assert len(pledges) > 1500
    assert sum(p.declared is not None for p in pledges) / len(pledges) > 0.7
