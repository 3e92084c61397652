"""The p-values of ordinary windows as small bar charts: of a test that is right, a tenth lies in each tenth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

WIDTH, HEIGHT, GAP, LEFT, TOP = 150, 90, 24, 76, 44
HIGHEST = 0.25
KINDS = ("launches", "drones", "missiles", "alerts")


def histograms(rows: Sequence[dict[str, Any]]) -> str:
    """Return an SVG with a chart for each length of window and kind, over the shares of p-values in each tenth."""
    lengths = sorted({r["nights"] for r in rows})
    kinds = [k for k in KINDS if any(r["kind"] == k for r in rows)]
    wide, high = LEFT + len(lengths) * (WIDTH + GAP), TOP + len(kinds) * (HEIGHT + GAP) + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="img"'
        ' font-family="sans-serif" font-size="12" fill="#333">',
        "<title>Share of ordinary windows by p-value: a tenth each is right</title>",
        f'<rect width="{wide}" height="{high}" fill="#fff"/>',
        f'<text x="{LEFT}" y="16">Share of ordinary windows by p-value, 0 to 1. Dashed: a tenth each.</text>',
    ]
    for column, nights in enumerate(lengths):
        x = LEFT + column * (WIDTH + GAP)
        parts.append(f'<text x="{x}" y="{TOP - 8}">{nights} nights</text>')
        for line, kind in enumerate(kinds):
            y = TOP + line * (HEIGHT + GAP)
            if not column:
                parts.append(f'<text x="4" y="{y + HEIGHT - 2}">{kind}</text>')
            row = next(r for r in rows if r["nights"] == nights and r["kind"] == kind)
            parts += _chart(x, y, row["holdfire"]["deciles"])
    return "\n".join([*parts, "</svg>"]) + "\n"


def _chart(x: int, y: int, shares: Sequence[float]) -> list[str]:
    step, foot = WIDTH / len(shares), y + HEIGHT
    bars = []
    for n, share in enumerate(shares):
        high = min(share / HIGHEST, 1) * HEIGHT
        bars.append(
            f'<rect x="{x + n * step + 1:.1f}" y="{foot - high:.1f}" width="{step - 2:.1f}" height="{high:.1f}"'
            ' fill="#4a7a9c"/>'
        )
        if share > HIGHEST:
            bars.append(f'<text x="{x + n * step:.1f}" y="{y - 2}" font-size="9">{share:.2f}</text>')
    right = foot - 0.1 / HIGHEST * HEIGHT
    dashed = f'<path d="M{x} {right:.1f}h{WIDTH}" stroke="#b3261e" stroke-dasharray="4 3"/>'
    return [*bars, dashed, f'<path d="M{x} {foot}h{WIDTH}" stroke="#333"/>']
