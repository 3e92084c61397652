"""What does an article say? Statements, pledges, readings, incidents, facts and talks, each with its words."""

from holdfire.articles.draft import draft_files
from holdfire.articles.endpoint import Asked, ask_model
from holdfire.articles.proposal import Decision, Proposed, document, kept, proposed
from holdfire.articles.reading import items_of
from holdfire.articles.review import read_decisions, review, written
from holdfire.articles.text import Article, read_article

__all__ = [
    "Article",
    "Asked",
    "Decision",
    "Proposed",
    "ask_model",
    "document",
    "draft_files",
    "items_of",
    "kept",
    "proposed",
    "read_article",
    "read_decisions",
    "review",
    "written",
]
