"""Everything that rules find in one article."""

from __future__ import annotations

from holdfire.articles.documents import documents
from holdfire.articles.events import incidents
from holdfire.articles.facts import facts
from holdfire.articles.items import KINDS, Item
from holdfire.articles.parties import Parties
from holdfire.articles.places import PlaceNames
from holdfire.articles.pledges import pledges
from holdfire.articles.sentences import sentences
from holdfire.articles.speech import Speakers
from holdfire.articles.statements import statements
from holdfire.articles.talks import talks
from holdfire.articles.terms import Reader
from holdfire.articles.text import Article
from holdfire.articles.understandings import understandings
from holdfire.places import Areas, Gazetteer

_ORDER = {kind: number for number, kind in enumerate(KINDS)}


def reader(article: Article, gazetteer: Gazetteer, areas: Areas) -> Reader:
    """Return an article with its sentences, parties, speakers and places."""
    found = sentences(article.text)
    parties = Parties(article)
    speakers = Speakers(article, found, parties)
    return Reader(article, found, parties, speakers, PlaceNames(article, parties, speakers, gazetteer, areas))


def items_of(article: Article, gazetteer: Gazetteer, areas: Areas) -> list[Item]:
    """Return what an article says, by kind and then in the order of the text. Nothing leaves this machine."""
    r = reader(article, gazetteer, areas)
    pledged = pledges(r)
    understood = understandings(r)
    named = documents(r)
    said = statements(r, pledged, understood, named)
    found: list[Item] = [*said, *pledged, *understood, *incidents(r), *facts(r), *talks(r), *named]
    return sorted(found, key=lambda i: (_ORDER[i.kind], i.start, i.end, i.reason))
