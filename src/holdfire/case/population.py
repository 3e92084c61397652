"""The case's own figures of how many people live in its settlements."""

from __future__ import annotations

from holdfire.case.folder import Case
from holdfire.monitor.csvfile import rows
from holdfire.places.population import People, Population
from holdfire.problems import bad

COLUMNS = ("place", "people_min", "people_max", "as_of", "url")


def population(case: Case) -> Population:
    """Return the population of settlements: the case's file goes before the gazetteer. Raises InputError."""
    own: dict[str, People] = {}
    name = case.file.exposure.population
    for row in rows(case.folder / name, COLUMNS) if name is not None else ():
        place = row.required("place")
        low, high = row.whole("people_min"), row.whole("people_max")
        if place in own:
            raise bad(row.where, f"'{place}' stands twice", "one row a settlement", "Give a range.")
        if low is not None and high is not None and low > high:
            raise bad(row.where, f"people_min {low} lies above people_max {high}", "the lower first", "Swap them.")
        if (area := case.areas.find(place)) is not None and case.gazetteer.find(place) is None:
            expected = "a settlement: people of areas and of towns in them would be counted twice"
            raise bad(row.where, f"'{place}' is an area ({area.code})", expected, "Take the row out.")
        own[place] = None if low is None else float(low), None if high is None else float(high)
    return Population(case.gazetteer, case.areas, own)
