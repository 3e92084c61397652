"""Where is that? Places worked by hand, and the rules of place by property."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from holdfire.places import Place, Scope, answer, disc, load_areas, load_gazetteer, resolve_scope
from holdfire.problems import InputError

AREAS, GAZETTEER = load_areas(), load_gazetteer()
EARTH = Geod(ellps="WGS84")
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
HEADER = "geonameid,name,lat,lon,population,area_code,alternate_names\n"


def scope(certainly: list[str], possibly: list[str] | None = None, besides: list[str] | None = None) -> Scope:
    return resolve_scope(certainly, possibly or [], besides or [], AREAS, GAZETTEER, "test")


def town(name: str) -> Place:
    found = GAZETTEER.find(name)
    assert found is not None
    return found


def area(name: str) -> Place:
    found = AREAS.find(name)
    assert found is not None
    return Place(name, found.code)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (town("Zaporizhzhia"), False),
        (town("Boryspil"), None),
        (town("Kyiv"), True),
        (area("Ukraine"), None),
        (area("Belgorod Oblast (RU)"), False),
        (Place("unlocated"), None),
        (Place("Zaporizhzhia", None, 35.14, 47.84, 2.0), False),
        (Place("Boryspil", None, 30.95, 50.35, 2.0), None),
        (Place("Maidan", None, 30.5234, 50.4501, 1.0), True),
    ],
)
def test_kyiv_city_for_sure_and_the_oblast_perhaps(place: Place, expected: bool | None) -> None:
    assert answer(place, scope(["Kyiv"], ["Kyiv Oblast"])) is expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (area("Ukraine"), True),
        (area("Crimea"), True),
        (area("Sevastopol"), True),
        (area("Belgorod Oblast (RU)"), False),
        (Place("Belgorod", "RU-BEL", 36.5873, 50.5958, 3.0), False),
        (Place("Simferopol", None, 34.1, 44.95, 3.0), True),
        (Place("unlocated"), None),
    ],
)
def test_ukraine(place: Place, expected: bool | None) -> None:
    assert answer(place, scope(["UA"])) is expected


def test_what_is_left_out() -> None:
    without_kyiv = scope(["UA"], besides=["Kyiv"])
    assert answer(town("Kyiv"), without_kyiv) is False
    assert answer(town("Odesa"), without_kyiv) is True
    assert answer(area("Ukraine"), without_kyiv) is None


def test_an_area_against_a_settlement() -> None:
    odesa = scope(["Odesa"])
    assert answer(area("Odesa Oblast"), odesa) is None
    assert answer(area("Ukraine"), odesa) is None
    assert answer(area("Lviv Oblast"), odesa) is False
    assert answer(town("Odesa"), odesa) is True


@pytest.mark.parametrize("name", ["Kyiv", "kiev", "Київ", "Киев", "KYIV CITY"])
def test_kyiv_is_the_city_as_an_area(name: str) -> None:
    (region,) = scope([name]).certainly
    assert region.code == "UA-30"
    assert not isinstance(region, Place)


@pytest.mark.parametrize(
    ("spellings", "code"),
    [
        (("Zaporizhzhia Oblast", "Zaporizhia Oblast", "Zaporizhzhia region", "Запорізька область"), "UA-23"),
        (("Запорожская область", "zaporizka oblast"), "UA-23"),
        (("Odesa Oblast", "Odessa Oblast", "Одеська область", "Одесская область"), "UA-51"),
        (("Kyiv Oblast", "Kiev region", "Київська область", "Kyivska oblast"), "UA-32"),
        (("Belgorod Oblast (RU)", "Белгородская область"), "RU-BEL"),
        (("(RU)", "Russia", "Россия"), "RU"),
    ],
)
def test_spellings_of_areas(spellings: tuple[str, ...], code: str) -> None:
    for spelling in spellings:
        found = AREAS.find(spelling)
        assert found is not None, spelling
        assert found.code == code


@pytest.mark.parametrize("name", ["(front line)", "Kyiv Oblast (RU)", "nowhere", ""])
def test_names_of_no_area(name: str) -> None:
    assert AREAS.find(name) is None


@pytest.mark.parametrize(
    ("spellings", "code"),
    [
        (("Kyiv", "Kiev", "Київ", "Киев"), "UA-30"),
        (("Zaporizhzhia", "Запоріжжя", "Запорожье", "Zaporozh'ye", "Zaporozh’ye"), "UA-23"),
        (("Kharkiv", "Kharkov", "Харків", "Харьков"), "UA-63"),
    ],
)
def test_spellings_of_settlements(spellings: tuple[str, ...], code: str) -> None:
    found = {GAZETTEER.find(s) for s in spellings}
    assert len(found) == 1
    assert next(iter(found)) is not None
    assert town(spellings[0]).code == code


def test_an_ambiguous_name_is_not_guessed() -> None:
    assert GAZETTEER.find("Oleksandrivka") is None
    assert GAZETTEER.find("Oleksandrivka", "RU-BEL") is None
    with pytest.raises(InputError, match="Oleksandrivka"):
        scope(["Oleksandrivka"])


def test_a_former_name_of_a_large_town_is_not_guessed() -> None:
    # Donetsk was once called Aleksandrovka; some twenty villages still are.
    assert GAZETTEER.find("Aleksandrovka") is None


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"clause 'c'.*unknown place 'Zaporizhzia Oblst'.*Did you mean"):
        resolve_scope(["Zaporizhzia Oblst"], [], [], AREAS, GAZETTEER, "clause 'c'")


def test_lineage_and_what_is_below() -> None:
    assert AREAS.lineage("UA-30") == ("UA-30", "UA")
    assert len(AREAS.below("UA")) == 27
    assert list(AREAS.below("UA")) == sorted(AREAS.below("UA"))
    assert {"UA-40", "UA-43"} <= set(AREAS.below("UA"))
    assert AREAS.below("UA-30") == ()


def test_neighbours_share_their_borders() -> None:
    outlines = [AREAS.geometry(c) for c in AREAS.below("UA")]
    assert shapely.coverage_is_valid(outlines)
    assert AREAS.geometry("RU") is None


@given(st.floats(-150, 150), st.floats(-75, 75), st.floats(0.5, 300))
def test_the_edge_of_a_disc_is_a_geodesic_radius_away(lon: float, lat: float, radius_km: float) -> None:
    edge = shapely.get_coordinates(shapely.segmentize(disc(lon, lat, radius_km).exterior, radius_km / 3000))
    far = EARTH.inv([lon] * len(edge), [lat] * len(edge), edge[:, 0], edge[:, 1])[2] / 1000
    assert far.max() <= radius_km * 1.001
    assert far.min() >= radius_km * 0.999


@pytest.mark.parametrize(("lon", "lat", "radius_km"), [(179.9, 0, 50), (-179.9, 60, 50), (10, 89.9, 50), (0, -90, 1)])
def test_a_disc_that_degrees_cannot_hold_is_refused(lon: float, lat: float, radius_km: float) -> None:
    with pytest.raises(ValueError, match=r"antimeridian|pole"):
        disc(lon, lat, radius_km)


def test_a_point_on_a_border_is_unknown() -> None:
    outline = AREAS.geometry("UA-30")
    assert outline is not None
    lon, lat = shapely.get_coordinates(outline)[0]
    assert answer(Place("", None, lon, lat, 1.0), scope(["Kyiv"])) is None


POINTS = st.tuples(st.floats(22, 40), st.floats(44.5, 52))


@settings(max_examples=150, deadline=None)
@given(POINTS, st.floats(0.1, 100), st.floats(1.01, 5), st.sampled_from(["UA", "UA-30", "UA-32", "Odesa"]))
def test_a_larger_radius_only_ever_unsettles(at: tuple[float, float], radius: float, more: float, where: str) -> None:
    near = answer(Place("", None, *at, radius), scope([where]))
    wide = answer(Place("", None, *at, radius * more), scope([where]))
    assert wide is near or wide is None


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.csv", "code,name\nX,Y\n", "a.csv:1"),
        ("a.csv", "code,name,names,part_of\n,Y,,\n", "a.csv:2"),
        ("a.csv", "code,name,names,part_of\nX,Y\n", "a.csv:2"),
        ("a.csv", "code,name,names,part_of\nX,Y,,ZZ\n", "ZZ"),
        ("a.csv", "code,name,names,part_of\nX,Y,,Z\nZ,W,,X\n", "part of itself"),
        ("a.geojson", "{", "a.geojson"),
        ("a.geojson", "{}", "a.geojson"),
        ("a.geojson", json.dumps({"features": [{"properties": {"name": "Y"}, "geometry": SQUARE}]}), "feature 1"),
        (
            "a.geojson",
            json.dumps(
                {
                    "features": [
                        {
                            "properties": {"code": "X", "name": "Y"},
                            "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
                        }
                    ]
                }
            ),
            "feature 1",
        ),
        (
            "a.geojson",
            json.dumps({"features": [{"properties": {"code": "X", "name": "Y"}, "geometry": {"type": "Nonsense"}}]}),
            "feature 1",
        ),
    ],
)
def test_a_malformed_area_file_is_told(tmp_path: Path, name: str, text: str, told: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        load_areas(path)


@pytest.mark.parametrize("row", ["1,X,north,30,5,,", "1,X,95,30,5,,", "1,X,50,nan,5,,", "1,X,50,30,many,,"])
def test_a_malformed_gazetteer_file_is_told(tmp_path: Path, row: str) -> None:
    path = tmp_path / "g.csv"
    path.write_text(HEADER + row + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"g\.csv:2"):
        load_gazetteer(path)


def test_a_case_adds_an_outline(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    properties = {"code": "RU-BEL", "name": "Belgorod Oblast", "part_of": "RU"}
    path.write_text(json.dumps({"features": [{"properties": properties, "geometry": SQUARE}]}), encoding="utf-8")
    areas = load_areas(path)
    russia = resolve_scope(["RU"], [], [], areas, GAZETTEER, "test")
    belgorod = resolve_scope(["RU-BEL"], [], [], areas, GAZETTEER, "test")
    assert answer(Place("", None, 0.5, 0.5, 1.0), belgorod) is True
    # The outline of one part of Russia does not say what lies outside Russia.
    assert answer(Place("", None, 5.0, 5.0, 1.0), russia) is None


def test_a_radius_that_is_not_known_is_not_zero() -> None:
    assert answer(Place("", None, 30.5234, 50.4501, None), scope(["Kyiv"])) is None


def test_a_disc_across_the_antimeridian_is_far_from_kyiv() -> None:
    assert answer(Place("", None, 179.9, 0.0, 50.0), scope(["Kyiv"])) is False
