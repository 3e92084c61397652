"""Where is that? Areas, settlements, discs of uncertainty, and whether a place lies in a clause's scope."""

from holdfire.places.area import Area, Areas, load_areas
from holdfire.places.disc import disc
from holdfire.places.gazetteer import Gazetteer, Place, load_gazetteer
from holdfire.places.ground import Patch, taken
from holdfire.places.lines import Lines
from holdfire.places.metric import area_km2, distance_km
from holdfire.places.scope import Scope, answer, resolve_scope
from holdfire.places.shape import Discs
from holdfire.places.zones import Zones

__all__ = [
    "Area",
    "Areas",
    "Discs",
    "Gazetteer",
    "Lines",
    "Patch",
    "Place",
    "Scope",
    "Zones",
    "answer",
    "area_km2",
    "disc",
    "distance_km",
    "load_areas",
    "load_gazetteer",
    "resolve_scope",
    "taken",
]
