"""The reliability diagram of docs/outlook.md: what was said against what came, as an SVG of fixed bytes."""

from __future__ import annotations

from typing import Any

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 520, 440, 62, 380, 24
SIZE = BOTTOM - TOP
LARGEST = 0.4
STROKES = {"drones": "#2f5fa8", "missiles": "#c8500a"}
LEAST = 20
SAID = "chance of a mass strike that was stated"
CAME = "share of these nights on which one came"


def drawn(reliable: dict[str, dict[str, Any]]) -> str:
    """Return the diagram of each kind's bins; those of fewer than 20 forecasts are left out."""

    def x(share: float) -> float:
        return round(LEFT + share / LARGEST * SIZE, 1)

    def y(share: float) -> float:
        return round(BOTTOM - share / LARGEST * SIZE, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif" '
        'font-size="13" fill="#1c2127">',
        "<title>Reliability of the chance of a mass strike</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for n in range(0, round(10 * LARGEST) + 1):
        share = n / 10
        parts.append(
            f'<path d="M{LEFT} {y(share)}H{x(LARGEST)}M{x(share)} {BOTTOM}V{TOP}" stroke="#e1e5ea" fill="none"/>'
        )
        parts.append(f'<text x="{x(share)}" y="{BOTTOM + 18}" text-anchor="middle">{10 * n} %</text>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(share) + 4}" text-anchor="end">{10 * n} %</text>')
    parts.append(
        f'<path d="M{x(0)} {y(0)}L{x(LARGEST)} {y(LARGEST)}" stroke="#57606a" stroke-dasharray="5 4" fill="none"/>'
    )
    for n, (kind, told) in enumerate(reliable.items()):
        bins = [b for b in zip(told["said"], told["came"], told["number"], strict=True) if b[2] >= LEAST]
        path = "L".join(f"{x(said)} {y(came)}" for said, came, _ in bins)
        parts.append(f'<path d="M{path}" stroke="{STROKES[kind]}" stroke-width="2" fill="none"/>')
        for said, came, number in bins:
            radius = round(2 + (number / 100) ** 0.5 * 2, 1)
            note = f"{kind}: said {100 * said:.0f} %, came {100 * came:.0f} % of {number}"
            spot = f'cx="{x(said)}" cy="{y(came)}" r="{radius}"'
            parts.append(f'<circle {spot} fill="{STROKES[kind]}"><title>{note}</title></circle>')
        parts.append(
            f'<text x="{LEFT + 14}" y="{TOP + 18 + 18 * n}" fill="{STROKES[kind]}" font-weight="bold">{kind}</text>'
        )
    across, down = LEFT + SIZE / 2, TOP + SIZE / 2
    parts.append(f'<text x="{across}" y="{HEIGHT - 14}" text-anchor="middle">{SAID}</text>')
    parts.append(f'<text transform="translate(16 {down}) rotate(-90)" text-anchor="middle">{CAME}</text>')
    parts.append("</svg>\n")
    return "\n".join(parts)
