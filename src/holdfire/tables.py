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


_MEASURED_AT = [
    _c("distance_km", pl.Float64, "km", "how far from the place it was measured, or computed for", "not stated"),
    _c("elevation_m", pl.Float64, "m", "height above the sea of where that was", "not stated"),
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
    _c("kind", pl.String, "", "observed, analysed (worked out afterwards, from observations and a model) or forecast"),
    _c("value_min", pl.Float64, "by fact", "lowest stated value", "not stated"),
    _c("value_max", pl.Float64, "by fact", "highest stated value", "not stated"),
    _c("unit", pl.String, "", "what the value counts, in the words of the source", "that of the fact"),
    _c("hours_min", pl.Float64, "hours", "how long it lasted on that day, at least", "not stated"),
    _c("hours_max", pl.Float64, "hours", "how long it lasted on that day, at most", "not stated"),
    _c(
        "attributed_to",
        pl.String,
        "",
        "what the source says caused it: attack, grid_failure, weather or other",
        "the source does not tell, which is none of these; or it is no outage",
    ),
    _c("said_by", pl.String, "", "whose figure it is", "not stated"),
    *_MEASURED_AT,
    _c("published", pl.Date, "", "day on which it was stated", "not stated"),
    _c("url", pl.String, "", "where it can be read", "not stated"),
]

TEMPERATURES = [
    _c("source_id", pl.String, "", "the source"),
    _c("place_name", pl.String, "", "where"),
    _c("place_code", pl.String, "ISO 3166", "the area", "the area is not known"),
    _c("time", INSTANT, "UTC", "instant of the value, which stands for the hour that begins then"),
    _c("kind", pl.String, "", "observed, analysed or forecast"),
    _c("value_c", pl.Float64, "degrees C", "air temperature two metres above the ground"),
    *_MEASURED_AT,
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

EXPOSURE = [
    _c("place_name", pl.String, "", "the place, nothing finer than a settlement"),
    _c("place_code", pl.String, "ISO 3166", "the area it lies in, or is", "the area is not known"),
    _c("day", pl.Date, "", "day in the case's time zone"),
    _c("hazard", pl.String, "", "cold, no_heat or no_power"),
    _c("threshold_c", pl.Float64, "degrees C", "cold is below this", "the hazard is another"),
    _c("quantity", pl.String, "", "what was counted, in the words of the list", "the hazard is cold"),
    _c("unit", pl.String, "", "people, buildings, customers or households"),
    _c("count_min", pl.Float64, "by unit", "how many, at least", "no figure bounds it"),
    _c("count_max", pl.Float64, "by unit", "how many, at most", "no figure bounds it"),
    _c("hours_min", pl.Float64, "hours", "for how long on that day, at least"),
    _c("hours_max", pl.Float64, "hours", "for how long on that day, at most"),
    _c("unit_hours_min", pl.Float64, "hours of the unit", "count times hours, at least"),
    _c("unit_hours_max", pl.Float64, "hours of the unit", "count times hours, at most", "no figure bounds it"),
    _c("person_hours_min", pl.Float64, "hours", "people times hours, at least", "the unit is not people"),
    _c("person_hours_max", pl.Float64, "hours", "people times hours, at most", "nothing bounds it"),
    _c("kind", pl.String, "", "observed, analysed or forecast; a forecast is never added to the others"),
    _c("method", pl.String, "", "hours counted, bounds from the day's extremes, or figures as reported"),
    _c("figures", pl.Int64, "figures", "how many figures the count takes in", "the hazard is cold"),
    _c("untold", pl.Int64, "figures", "of how many the source names no cause", "the hazard is cold"),
    _c(
        "attributed_to",
        WORDS,
        "",
        "what the sources of the others say caused it: attack, grid_failure, weather or other; several if they differ",
        "no source names a cause, or the hazard is cold",
    ),
    _c("said_by", WORDS, "", "whose figures they are, sorted", "not stated, or the hazard is cold"),
    _c("distance_km", pl.Float64, "km", "how far off the temperature was measured, at most", "not stated"),
    _c("urls", WORDS, "", "where the figures can be read, sorted"),
]

CONTESTED = [
    _c("incident_id", pl.String, "", "the incident"),
    _c("reading_a", pl.String, "", "the reading that comes first in the agreement"),
    _c("reading_b", pl.String, "", "the other reading"),
    _c("verdict_a", pl.String, "", "verdict under the first"),
    _c("verdict_b", pl.String, "", "verdict under the other"),
    _c("turning_facets", WORDS, "", "facets whose answers make the difference"),
]

REHEARSAL = [
    _c("days_later", pl.Int64, "days", "how much later than written the windows were laid; before the draft, negative"),
    _c("reading_id", pl.String, "", "the reading", "all readings together, from the first start to the last end"),
    _c("first", pl.Date, "", "first local day on which it is or may be in force there"),
    _c("last", pl.Date, "", "last local day on which it is or may be in force there"),
    _c("days", pl.Float64, "days", "length of its window, a vague bound taken in its middle"),
    _c("days_covered", pl.Int64, "days", "days of it on which a source reported", "no source says what it covers"),
    _c("incidents", pl.Int64, "incidents", "how many incidents touch its window"),
    _c("violations", pl.Int64, "incidents", "how many violate it; a tally of another is left out", "of no reading"),
    _c("undetermined", pl.Int64, "incidents", "of how many that is not known", "of no reading"),
    _c("contested", pl.Int64, "incidents", "how many another reading judges otherwise"),
    _c("sharp", pl.Int64, "incidents", "those where one says violation and the other none"),
    *[
        _c(
            f"{what}_per_week",
            pl.Float64,
            "incidents per 7 days",
            f"{what}, for its covered days",
            "too few are covered",
        )
        for what in ("violations", "undetermined", "contested")
    ],
]

SETTLING = [
    _c("terms", pl.Int64, "", "1 for a single term, 2 for a pair"),
    *[
        c
        for n, null in (("a", "never"), ("b", "a single term"))
        for c in (
            _c(f"promise_{n}", pl.String, "clause id", "the promise, by the id of its first clause", null),
            _c(f"term_{n}", pl.String, "", "the term that all readings take over", null),
            _c(f"readings_{n}", WORDS, "reading ids", "the readings whose version it is", null),
        )
    ],
    _c("contested", pl.Int64, "incidents", "disputes before, counted once for every laying of the windows"),
    _c("settled", pl.Int64, "incidents", "how many fewer there are then; negative: more"),
    _c("sharp_settled", pl.Int64, "incidents", "how many fewer sharp ones there are then"),
    _c("gone_violation", pl.Int64, "incidents", "disputes that go because all see a violation"),
    _c("gone_none", pl.Int64, "incidents", "disputes that go because all see none"),
    _c("gone_undetermined", pl.Int64, "incidents", "disputes that go because it is not known to any"),
    _c("new", pl.Int64, "incidents", "disputes that come up"),
    _c("settled_each", pl.Float64, "incidents", "settled, for each laying of the windows", "it was never laid"),
    _c("possible", pl.Boolean, "", "whether every reading keeps a window that begins before it ends"),
    _c("best", pl.Boolean, "", "whether no other possible option of as many terms settles more"),
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
