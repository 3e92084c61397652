"""The columns of every table that passes between rooms.

All instants are UTC. A null always means "not known" and is never a stand-in for zero, false or "none".
A list column holds every value that was stated; null means that nothing was stated, and a null among its
values means that there was more than was named.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

INSTANT = pl.Datetime("us", "UTC")
WORDS = pl.List(pl.String)
FACETS = ("actor", "act", "target", "place", "time", "condition")
VERDICTS = ("violation", "permitted", "outside", "undetermined")


@dataclass(frozen=True)
class Column:
    """One column: its type, its unit (empty if none), what it means, and what null means."""

    name: str
    dtype: pl.DataType | type[pl.DataType]
    unit: str
    meaning: str
    null: str


def _c(name: str, dtype: pl.DataType | type[pl.DataType], unit: str, meaning: str, null: str = "never") -> Column:
    return Column(name, dtype, unit, meaning, null)


_PLACE = [
    _c("place_name", pl.String, "", "the place as the source names it", "no place was named"),
    _c("place_code", pl.String, "ISO 3166", "the area it lies in, or is", "the area is not known"),
    _c("lon", pl.Float64, "degrees east", "longitude of a point", "only an area, or nothing, is known"),
    _c("lat", pl.Float64, "degrees north", "latitude of a point", "only an area, or nothing, is known"),
    _c("radius_km", pl.Float64, "km", "radius of uncertainty around the point", "there is no point"),
]
_TOLL = [
    _c(f"{what}_{side}", pl.Int64, "people", f"people {what}, {word}", null)
    for what in ("killed", "injured")
    for side, word, null in (
        ("min", "at least", "no figure was given"),
        ("max", "at most", "no upper figure was given"),
    )
]


def _ground(meaning: str) -> list[Column]:
    return [
        _c("area_km2", pl.Float64, "km2", f"ground that changed hands{meaning}", "none was stated"),
        _c("area_km2_min", pl.Float64, "km2", "ground that changed hands, at least", "no figure was given"),
        _c("area_km2_max", pl.Float64, "km2", "ground that changed hands, at most", "no figure was given"),
    ]


REPORTS = [
    _c("report_id", pl.String, "", "identifies the report within the case"),
    _c("source_id", pl.String, "", "the source of the case that it came through"),
    _c("source_groups", WORDS, "", "independent origins of the claim", "the origin is not stated"),
    _c("outlet", pl.String, "", "who published it", "not stated"),
    _c("url", pl.String, "", "where it can be read", "not stated"),
    _c("published", pl.Date, "", "date of publication", "not stated"),
    _c("start", INSTANT, "UTC", "earliest instant at which it can have happened", "no time was stated"),
    _c("end", INSTANT, "UTC", "instant by which it had ended", "no time was stated"),
    *_PLACE,
    _c("actor", pl.String, "actor code", "who did it", "not stated"),
    _c("acts", WORDS, "act codes", "what was done", "not stated"),
    _c("weapons", WORDS, "weapon codes", "with what", "not stated"),
    _c("targets", WORDS, "target codes", "at what", "not stated"),
    _c("munitions", pl.Int64, "munitions", "how many were launched", "no figure was given"),
    _c("intercepted", pl.Int64, "munitions", "how many of them were stopped", "no figure was given"),
    *_TOLL,
    *_ground(""),
    _c("tally", pl.Boolean, "", "whether it counts rather than locates"),
    _c("count", pl.Int64, "incidents", "how many separate incidents it counts", "it does not count incidents"),
    _c("reliability", pl.String, "Admiralty A-F", "how far the source can be relied on", "the source is not graded"),
    _c("credibility", pl.String, "Admiralty 1-6", "how credible this report is", "the report is not graded"),
    _c(
        "same_as",
        pl.String,
        "report_id",
        "report of the same incident, in the judgement of the list",
        "not judged",
    ),
    _c("account", pl.String, "", "weapon, target and notes in the words of the list", "nothing was noted"),
]

REFUSED = [
    _c("source_id", pl.String, "", "the source"),
    _c("where", pl.String, "", "file and line, or record"),
    _c("found", pl.String, "", "why the row was not taken as a report"),
    _c("expected", pl.String, "", "what a row should hold"),
    _c("remedy", pl.String, "", "what can be done"),
]

DETECTIONS = [
    _c("source_id", pl.String, "", "the source"),
    _c("detected", INSTANT, "UTC", "when a sensor passed and saw it"),
    _c("lon", pl.Float64, "degrees east", "longitude of the pixel's centre"),
    _c("lat", pl.Float64, "degrees north", "latitude of the pixel's centre"),
    _c("radius_km", pl.Float64, "km", "half the diagonal of the pixel"),
    _c("confidence", pl.String, "", "low, nominal or high", "not stated"),
    _c("power_mw", pl.Float64, "MW", "fire radiative power", "not stated"),
]

LINES = [
    _c("source_id", pl.String, "", "the source"),
    _c("day", pl.Date, "", "day of the map in the case's time zone: it shows some moment of that day"),
    _c("holder", pl.String, "actor code", "whose forces hold the ground"),
    _c("against", pl.String, "actor code", "whose forces hold the rest of the area", "not stated"),
    _c("place_code", pl.String, "ISO 3166", "the area that the map is of", "not stated"),
    _c("uncertainty_km", pl.Float64, "km", "how far the drawn line may lie from the true one"),
    _c("held", pl.Binary, "WKB, degrees", "the ground held: a polygon or several, on WGS 84"),
    _c("mended", pl.String, "", "what was wrong with the drawing, and was mended", "nothing"),
]

CALENDAR = [
    _c("source_id", pl.String, "", "the source"),
    _c("place_code", pl.String, "ISO 3166", "the area it reports on"),
    _c("day", pl.Date, "", "day in the case's time zone"),
    _c("reported", pl.Boolean, "", "whether it reported on that day, zeros included"),
]

CONDITIONS = [
    _c("fact", pl.String, "", "what was measured, such as temperature_min"),
    _c("place_name", pl.String, "", "where"),
    _c("place_code", pl.String, "ISO 3166", "the area", "the area is not known"),
    _c("day", pl.Date, "", "day in the case's time zone"),
    _c("kind", pl.String, "", "observed or forecast"),
    _c("value_min", pl.Float64, "by fact", "lowest stated value", "not stated"),
    _c("value_max", pl.Float64, "by fact", "highest stated value", "not stated"),
    _c("url", pl.String, "", "where it can be read", "not stated"),
]

LINKS = [
    _c("report_a", pl.String, "report_id", "a report"),
    _c("report_b", pl.String, "report_id", "a report that may be of the same incident; sorts after the first"),
    _c("linked", pl.Boolean, "", "whether the two were taken to be of one incident"),
    _c("probability", pl.Float64, "0 to 1", "that they are, by the weights; 1 where it was decided"),
    _c("decided", pl.Boolean, "", "whether a person, or the list itself, decided it"),
    _c("reasons", WORDS, "", "facts that speak for (+) and against (-), in bits, weightiest first"),
]

ALTERNATIVES = [
    _c("draw", pl.Int64, "", "which of the other plausible linkings"),
    _c("report_id", pl.String, "", "a report that it puts elsewhere", "the linking is the chosen one"),
    _c("incident_id", pl.String, "", "the incident that it puts it into", "the linking is the chosen one"),
]

REPEATED = [
    _c("report_id", pl.String, "", "a report that may be an old one told as new"),
    _c("of", pl.String, "report_id", "the earlier report"),
    _c("why", pl.String, "", "what the two share"),
]

CHANGES = [
    _c("source_id", pl.String, "", "the source"),
    _c("report_id", pl.String, "", "the report that changed"),
    _c("seen", INSTANT, "UTC", "when the change was first seen"),
    _c("change", pl.String, "", "added later, revised or taken out; what is new because it is news is not listed"),
    _c("columns", WORDS, "", "what was revised"),
    _c("before", pl.String, "", "what it said", "it was not revised"),
    _c("after", pl.String, "", "what it says since", "it was not revised"),
]

INCIDENTS = [
    _c("incident_id", pl.String, "", "identifies the incident: the least report_id of its reports"),
    _c("report_ids", WORDS, "", "its reports, sorted"),
    _c("groups", pl.Int64, "", "number of independent source groups behind it"),
    _c("start", INSTANT, "UTC", "earliest instant at which it can have happened", "no time was stated"),
    _c("end", INSTANT, "UTC", "instant by which it had ended", "no time was stated"),
    *_PLACE,
    _c("actor", pl.String, "actor code", "who did it", "not stated, or disputed"),
    _c("acts", WORDS, "act codes", "what was done", "not stated"),
    _c("weapons", WORDS, "weapon codes", "with what", "not stated"),
    _c("targets", WORDS, "target codes", "at what", "not stated"),
    _c(
        "munitions",
        pl.Int64,
        "munitions",
        "how many were launched: the figure most reports give",
        "no figure",
    ),
    _c("munitions_min", pl.Int64, "munitions", "lowest figure given", "no figure was given"),
    _c("munitions_max", pl.Int64, "munitions", "highest figure given", "no figure was given"),
    *_TOLL,
    *_ground(": the figure most reports give"),
    _c("tally", pl.Boolean, "", "whether it counts rather than locates"),
    _c("unproven_facets", WORDS, "", "facets whose facts rest on less than the standard of proof"),
    _c("disputes", WORDS, "", "facts on which its reports disagree"),
    _c(
        "fires",
        pl.Int64,
        "detections",
        "fires that satellites saw at its place and time; none is evidence of nothing",
        "no place or time to look at, or no detections in the case",
    ),
    _c("part_of", WORDS, "incident_ids", "tallies that count it; empty where none does"),
]

# What the kernel makes of a batch of incidents. `verdicts.parquet` has one column more.
VERDICT_ROWS = [
    _c("incident_id", pl.String, "", "the incident judged"),
    _c("reading_id", pl.String, "", "under which reading"),
    _c("clause_id", pl.String, "", "under which clause"),
    _c("verdict", pl.String, "", "violation, permitted, outside or undetermined"),
    _c("deciding_facets", WORDS, "", "facets that made it so; empty when undetermined"),
    _c("missing_facets", WORDS, "", "facets one would have to know; empty unless undetermined"),
    *[_c(f, pl.Boolean, "", f"answer of the {f} facet", "unknown") for f in (*FACETS, "exempt")],
    _c("munitions", pl.Int64, "munitions", "how many were launched", "no figure was given"),
]

VERDICT_COUNTS = [
    _c("reading_id", pl.String, "", "under which reading"),
    _c("clause_id", pl.String, "", "under which clause"),
    _c("violations", pl.Int64, "incidents", "how many violate it"),
    _c("undetermined", pl.Int64, "incidents", "of how many that is not known"),
    _c("permitted", pl.Int64, "incidents", "how many an exemption covers"),
    _c("outside", pl.Int64, "incidents", "how many lie outside of it"),
    _c("munitions_violating", pl.Int64, "munitions", "launched in those that violate it, where a figure was given"),
    _c("munitions_undetermined", pl.Int64, "munitions", "launched in those that may, where a figure was given"),
]

# What holdfire.judge tells of each prohibition.
JUDGED = [
    *VERDICT_COUNTS[:2],
    _c("start", INSTANT, "UTC", "earliest instant at which it may be in force", "unbounded"),
    _c("end", INSTANT, "UTC", "instant by which it is over", "unbounded"),
    _c("status", pl.String, "", "violated or unproven"),
    *VERDICT_COUNTS[2:4],
    _c("absorbed", pl.Int64, "incidents", "how many of the violations are tallies of which another is a part"),
    *VERDICT_COUNTS[6:],
]

PART_ROWS = [c for c in INCIDENTS if c.name in ("incident_id", "part_of")]

VERDICTS_TOLD = [
    *VERDICT_ROWS,
    _c(
        "stable",
        pl.Float64,
        "0 to 1",
        "share of plausible linkings under which the incident of its first report gets the same verdict",
        "other linkings were not drawn",
    ),
]

COUNTS = [
    _c("day", pl.Date, "", "the local day on whose morning the night ends"),
    _c("kind", pl.String, "", "drones or missiles"),
    _c("source_id", pl.String, "", "the source that counts"),
    _c("munitions", pl.Int64, "munitions", "how many were launched in that night", "it has no report of that night"),
    _c("agree", pl.Boolean, "", "whether all sources that count that night agree", "only one counts it"),
]

CONTESTED = [
    _c("incident_id", pl.String, "", "the incident"),
    _c("reading_a", pl.String, "", "the reading that comes first in the agreement"),
    _c("reading_b", pl.String, "", "the other reading"),
    _c("verdict_a", pl.String, "", "verdict under the first"),
    _c("verdict_b", pl.String, "", "verdict under the other"),
    _c("turning_facets", WORDS, "", "facets whose answers make the difference"),
]

TALKS = [
    _c("kind", pl.String, "", "round or item of the agenda"),
    _c("id", pl.String, "", "of the round or item"),
    _c("title", pl.String, "", "of the round or item"),
    _c("topic", pl.String, "topic code", "what an item is about", "it is a round"),
    _c("status", pl.String, "", "where it stands, by all of its statements; see talks.md"),
    _c("day", pl.Date, "", "day on which this was said", "nobody has said anything of it"),
    _c("party", pl.String, "party id", "whom the speaker speaks for", "no party, or nobody has said anything"),
    _c("speaker", pl.String, "", "who said it", "nobody has said anything of it"),
    _c("says", pl.String, "", "what was said of it, as a code", "nobody has said anything of it"),
    _c("on_record", pl.Boolean, "", "whether the speaker is named", "nobody has said anything of it"),
    _c("counts", pl.Boolean, "", "whether it is the party's last word", "nobody has said anything of it"),
    _c("statement_id", pl.String, "", "the statement", "nobody has said anything of it"),
    _c("outlet", pl.String, "", "who published it", "nobody has said anything of it"),
    _c("url", pl.String, "", "where it can be read", "nobody has said anything of it"),
]


def schema(columns: list[Column]) -> dict[str, pl.DataType | type[pl.DataType]]:
    """Return the Polars schema of a declared table."""
    return {c.name: c.dtype for c in columns}


def empty(columns: list[Column]) -> pl.DataFrame:
    """Return the declared table with no rows."""
    return pl.DataFrame(schema=schema(columns))


def frame(rows: list[dict[str, object]], columns: list[Column]) -> pl.DataFrame:
    """Build the declared table from rows; a missing key is null, an undeclared one an error."""
    names = {c.name for c in columns}
    for row in rows:
        if extra := set(row) - names:
            raise ValueError(f"undeclared columns: {sorted(extra)}")
    filled = [{c.name: row.get(c.name) for c in columns} for row in rows]
    return pl.DataFrame(filled, schema=schema(columns), orient="row")
