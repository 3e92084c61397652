"""How is it told? The report page: findings in words, figures, the map, and the reasons of every verdict."""

from holdfire.publish.content import Content, DayContext, SourceNote
from holdfire.publish.lull import sentence
from holdfire.publish.outlook import outlook_sentence
from holdfire.publish.page import render

__all__ = ["Content", "DayContext", "SourceNote", "outlook_sentence", "render", "sentence"]
