"""The gazetteer: settlements by name and spelling. A name that fits several is never guessed."""

from __future__ import annotations

import csv
import io
import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path

from holdfire.problems import bad
from holdfire.terms import read_text

BUNDLED = "ukraine_places.csv"
COLUMNS = ("geonameid", "name", "lat", "lon", "population", "area_code", "alternate_names")
CLEARLY_LARGER = 10
MANY_NAMESAKES = 8
SPELT_ALIKE = str.maketrans({**dict.fromkeys("'’ʼ`ʹ"), "-": " "})


@dataclass(frozen=True)
class Place:
    """Where something is: a point with a radius of uncertainty, an area, or (all null) nothing known."""

    name: str
    code: str | None = None
    lon: float | None = None
    lat: float | None = None
    radius_km: float | None = None


@dataclass(frozen=True)
class Settlement:
    """One row of a gazetteer. A population of 0 is one that the gazetteer does not know."""

    id: str
    name: str
    lon: float
    lat: float
    population: int
    area_code: str

    def place(self) -> Place:
        """Return the settlement as a disc about as wide as a town of its population.

        Assumes 5,000 people per square km in a built-up circle, and never less than 1 km.
        """
        radius = max(1.0, math.sqrt(self.population / 5000 / math.pi))
        return Place(self.name, self.area_code, self.lon, self.lat, round(radius, 1))


class Gazetteer:
    """Settlements by any of their names. Rows are indexed at the first look-up."""

    def __init__(self, texts: list[tuple[str, str]]):
        self._texts = texts

    @cached_property
    def _by_name(self) -> dict[str, list[Settlement]]:
        found: dict[str, list[Settlement]] = defaultdict(list)
        for where, text in self._texts:
            reader = csv.DictReader(io.StringIO(text))
            if missing := set(COLUMNS) - set(reader.fieldnames or []):
                raise bad(f"{where}:1", f"no column {', '.join(sorted(missing))}", ",".join(COLUMNS), "Add it.")
            for row in reader:
                try:
                    lon, lat, people = float(row["lon"]), float(row["lat"]), int(row["population"] or 0)
                    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
                        raise ValueError
                except (TypeError, ValueError):
                    at, expected = f"{where}:{reader.line_num}", "lat and lon in degrees, population a whole number"
                    raise bad(at, "a number is missing or out of range", expected, "Mend the row.") from None
                settlement = Settlement(row["geonameid"], row["name"], lon, lat, people, row["area_code"])
                # Told alike all at once, and only then apart: that is most of the work of an index.
                names = _alike(f"{row['name']}|{row['alternate_names'] or ''}").split("|")
                for key in {" ".join(n.split()) for n in names if n}:
                    found[key].append(settlement)
        return found

    def names(self) -> list[str]:
        """Return the names by which settlements can be found, sorted."""
        return sorted({s.name for settlements in self._by_name.values() for s in settlements})

    def knows(self, name: str) -> bool:
        """Tell whether any settlement bears a name, however many do."""
        return _key(name) in self._by_name

    @cached_property
    def settlements(self) -> list[Settlement]:
        """Every settlement once, in order of its id."""
        return sorted({s for found in self._by_name.values() for s in found}, key=lambda s: s.id)

    def find(self, name: str, within: str | None = None) -> Place | None:
        """Return where the settlement of a name is; null where `settlement` finds none."""
        found = self.settlement(name, within)
        return None if found is None else found.place()

    def settlement(self, name: str, within: str | None = None) -> Settlement | None:
        """Return the settlement of a name or spelling, in an area if one is given.

        Of several, the one with at least ten times the people of the next; if there is none such, null. Nor is a
        name guessed that many places bear: a large town that was once called so is not what is meant by it.
        """
        hits = self._by_name.get(_key(name), [])
        if within is not None:
            hits = [s for s in hits if s.area_code == within or s.area_code.startswith(f"{within}-")]
        hits = sorted(hits, key=lambda s: (-s.population, s.id))
        if not hits or len(hits) > MANY_NAMESAKES:
            return None
        if len(hits) > 1 and hits[0].population < CLEARLY_LARGER * max(hits[1].population, 1):
            return None
        return hits[0]


def _key(name: str) -> str:
    return " ".join(_alike(name).split())


def _alike(text: str) -> str:
    """Return text without what spellings of one name differ by, other than spaces."""
    return text.casefold().translate(SPELT_ALIKE)


def load_gazetteer(*more: Path) -> Gazetteer:
    """Load the settlements that ship with holdfire, and those of a case's own files.

    Raises InputError where a file cannot be read; a wrong row is told at the first look-up.
    """
    if not more:
        return _bundled()
    gazetteer = Gazetteer([_bundled_text(), *((str(p), read_text(p)) for p in more)])
    gazetteer.names()
    return gazetteer


@cache
def _bundled() -> Gazetteer:
    return Gazetteer([_bundled_text()])


def _bundled_text() -> tuple[str, str]:
    return BUNDLED, resources.files("holdfire.places").joinpath("data", BUNDLED).read_text(encoding="utf-8")
