"""How is it told? The report page: findings in words, figures, the map, and the reasons of every verdict."""

from holdfire.publish.assessed import told
from holdfire.publish.content import Content, DayContext, SourceNote
from holdfire.publish.documents import documents
from holdfire.publish.page import render
from holdfire.publish.rehearsal import Rehearsing, SourceSeen, rehearsal_headline, render_rehearsal

__all__ = [
    "Content",
    "DayContext",
    "Rehearsing",
    "SourceNote",
    "SourceSeen",
    "documents",
    "rehearsal_headline",
    "render",
    "render_rehearsal",
    "told",
]
