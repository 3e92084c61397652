"""How is it told? The report page: findings in words, figures, the map, and the reasons of every verdict."""

from holdfire.publish.assessed import told
from holdfire.publish.content import Content, DayContext, SourceNote
from holdfire.publish.page import render

__all__ = ["Content", "DayContext", "SourceNote", "render", "told"]
