"""What an assessment comes to in sentences, one or two for each thing measured; what `holdfire assess` prints."""

from __future__ import annotations

from collections.abc import Iterator

from holdfire.assess import Assessment, Ground, Lull
from holdfire.publish import (
    base_rate,
    displacement,
    exposure_lead,
    exposure_sentences,
    lull,
    outlook,
    rebound,
    undercount,
)
from holdfire.terms import Agreement


def told(assessment: Assessment, agreement: Agreement) -> Iterator[str]:
    """Yield the sentences, each behind the reading or the source that it is of."""
    for x in assessment.lulls:
        yield f"{x.reading_id}, {x.kind}: {lull.sentence(x)}{_chance(x)}"
    for d in assessment.displacement:
        yield f"{d.reading_id}, {d.clause_id}, displacement: {displacement.sentence(d)}"
    yield from rebound.headline(assessment.rebound, {r.id: r.title for r in agreement.readings})
    for o in assessment.outlook:
        yield f"outlook, {o.kind}: {outlook.outlook_sentence(o)}"
    asked, below = assessment.exposure.hazards, assessment.exposure.terms.below_c[0]
    if asked:
        yield f"exposure: {exposure_lead.lead(assessment.exposure.known, asked, below)}"
    for h in assessment.exposure.readings if asked else ():
        yield f"{h.reading_id}, exposure: {exposure_sentences.sentence(h, below, asked)}"
    for g in assessment.ground:
        yield _ground(g)
    for b in assessment.base_rate:
        yield f"{', '.join(b.reading_ids)}, base rate: {base_rate.ended(b)}"
    for u in assessment.undercount:
        yield f"{u.place_code or 'everywhere'}, undercount: {undercount.missed(u)}"


def _chance(tested: Lull) -> str:
    if tested.p_value is None:
        return ""
    power = f"power at a fall of 70%: {tested.power['70%']:.2f}"
    return f" p = {tested.p_value:.3f}, corrected {tested.p_corrected:.3f}; {power}"


def _ground(ground: Ground) -> str:
    net = ground.change.net
    bounds = f"{net.least:+.1f} to {net.most:+.1f}"
    return f"{ground.source_id}, ground: {net.km2:+.1f} km2 ({bounds}) from {ground.first} to {ground.last}"
