"""How is it told? The report page: findings in words, figures, the map, and the reasons of every verdict."""

from holdfire.publish.content import Content, DayContext, SourceNote
from holdfire.publish.displacement import sentence as displaced
from holdfire.publish.lull import sentence
from holdfire.publish.page import render
from holdfire.publish.rebound import headline

__all__ = ["Content", "DayContext", "SourceNote", "displaced", "headline", "render", "sentence"]
