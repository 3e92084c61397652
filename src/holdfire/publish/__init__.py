"""How is it told? The report page: findings in words, figures, the map, and the reasons of every verdict."""

from holdfire.publish.base_rate import ended
from holdfire.publish.content import Content, DayContext, SourceNote
from holdfire.publish.documents import documents
from holdfire.publish.lull import sentence
from holdfire.publish.page import render
from holdfire.publish.undercount import missed

__all__ = ["Content", "DayContext", "SourceNote", "documents", "ended", "missed", "render", "sentence"]
