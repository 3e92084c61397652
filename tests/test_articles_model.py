"""A language model that the user names: asked under a schema, and believed only where its words stand in the article.

The model is a small server on this machine that speaks the protocol.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from holdfire.articles import Asked, ask_model, read_article
from holdfire.places import load_areas, load_gazetteer
from holdfire.problems import InputError

ARTICLE = """\
A word on the truce

VELDT, 30 January 2026 (A paper) - In the market people spoke of Marshal Adro Pell, whose guns shall rest in Veldt until
February 3.

Nobody in the town of Sarn has heard of it.
"""
WORDS = "Marshal Adro Pell, whose guns shall rest in Veldt until\nFebruary 3"


def told(kind: str, words: str, **fields: tuple[str, str]) -> dict[str, Any]:
    listed = [{"field": k, "value": v, "words": w} for k, (v, w) in fields.items()]
    return {"kind": kind, "words": words, "fields": listed}


HONEST = told(
    "pledge",
    WORDS,
    pledger=("Adro Pell", "Marshal Adro Pell"),
    ends=("2026-02-03", "until February 3"),
    place=("Veldt", "in Veldt"),
    status=("pledged", "shall rest"),
)


@dataclass
class Model:
    """A server of chat completions that answers what it was told to, and keeps what it was asked."""

    url: str = ""
    answer: Any = None
    status: int = 200
    wait_s: float = 0.0
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    def says(self, *items: dict[str, Any]) -> None:
        self.answer = {"choices": [{"message": {"content": json.dumps({"items": list(items)})}}]}


@pytest.fixture
def model() -> Iterator[Model]:
    state = Model()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.asked.append({"path": self.path, **body})
            state.keys.append(self.headers.get("Authorization"))
            time.sleep(state.wait_s)
            raw = state.answer.encode() if isinstance(state.answer, str) else json.dumps(state.answer).encode()
            self.send_response(state.status)
            with suppress(BrokenPipeError):
                self.end_headers()
                self.wfile.write(raw)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


def read(holdfire: Any, article: Path, model: Model, *more: str) -> Any:
    return holdfire(
        "read", article, "--case", article.parent / "case", "--endpoint", model.url, "--model", "small", *more
    )


def drafted(article: Path) -> str:
    return "\n".join(p.read_text(encoding="utf-8") for p in sorted((article.parent / "case" / "draft").iterdir()))


def test_what_stands_in_the_text_is_taken(model: Model, article: Path, holdfire, monkeypatch) -> None:
    monkeypatch.setenv("HOLDFIRE_API_KEY", "a-key")
    model.says(HONEST)
    result = read(holdfire, article, model)
    assert result.exit_code == 0, result.output
    proposal = json.loads((article.parent / "case" / "draft" / "proposal.json").read_text(encoding="utf-8"))
    (pledge,) = [i for i in proposal["items"] if i["kind"] == "pledge"]
    assert proposal["model"] == "small"
    assert pledge["confidence"] == "unmeasured"
    assert pledge["reason"] == "model: small"
    assert {f["field"]: f["value"] for f in pledge["fields"]} == {
        "pledger": "Adro Pell",
        "ends": "2026-02-03",
        "place": "Veldt",
        "status": "pledged",
    }
    (asked,) = model.asked
    assert asked["path"] == "/v1/chat/completions"
    assert asked["response_format"]["json_schema"]["strict"] is True
    assert asked["response_format"]["json_schema"]["schema"]["additionalProperties"] is False
    assert model.keys == ["Bearer a-key"]


@pytest.mark.parametrize(
    "lie",
    [
        told("statement", "we shall never fire again", speaker=("Adro Pell", "Marshal Adro Pell")),
        told("pledge", WORDS, ends=("2026-02-05", "until February 3")),
        told("pledge", WORDS, ends=("2026-02-05", "until February 5")),
        told("pledge", WORDS, place=("Belgrade", "in Veldt")),
        told("pledge", WORDS, place=("Belgrade", "in Belgrade")),
        told("pledge", WORDS, targets=("energy", "whose guns")),
        told("pledge", WORDS, lasts=("1 week", "until February 3")),
        told("pledge", WORDS, secret=("Adro Pell", "Marshal Adro Pell")),
        told("incident", "Nobody in the town of Sarn", killed_min=("5", "Nobody")),
        told("pledge", WORDS, status=("broken", "shall rest")),
    ],
    ids=[
        "quote",
        "date",
        "date and words",
        "place",
        "place and words",
        "target",
        "length",
        "field",
        "number",
        "status",
    ],
)
def test_an_invention_is_refused_with_all_that_came_with_it(
    model: Model, article: Path, holdfire, lie: dict[str, Any]
) -> None:
    model.says(HONEST, lie)
    result = read(holdfire, article, model)
    assert result.exit_code == 0
    assert "refused:" in result.stderr
    assert "nothing that small said of article.txt was taken" in result.stderr
    text = drafted(article)
    for word in ("Adro Pell", "Belgrade", "2026-02-05", "never fire", "model: small"):
        assert word not in text


def test_without_the_option_nothing_is_sent(model: Model, article: Path, holdfire, monkeypatch) -> None:
    monkeypatch.setenv("HOLDFIRE_API_KEY", "a-key")
    assert holdfire("read", article, "--case", article.parent / "case").exit_code == 0
    assert model.asked == []


def test_what_the_rules_read_stands_before_what_the_model_says(model: Model, tmp_path: Path, holdfire) -> None:
    path = tmp_path / "article.txt"
    path.write_text("A drone struck a hospital in Sumy, killing two people, police said.\n", encoding="utf-8")
    model.says(told("incident", "A drone struck a hospital in Sumy", killed_max=("2", "two people")))
    read(holdfire, path, model)
    items = json.loads((tmp_path / "case" / "draft" / "proposal.json").read_text(encoding="utf-8"))["items"]
    assert [i["reason"].split(":")[0] for i in items if i["kind"] == "incident"] == ["incident"]


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (500, {}, "the server answered 500"),
        (401, {}, "HOLDFIRE_API_KEY"),
        (200, "not JSON", "not the JSON asked for"),
        (200, {"choices": []}, "not the JSON asked for"),
        (200, {"choices": [{"message": {"content": "Here you are!"}}]}, "not the JSON asked for"),
        (200, {"choices": [{"message": {"content": '{"items": [{"kind": "opinion"}]}'}}]}, "out of form"),
    ],
)
def test_an_endpoint_that_fails_is_told_plainly(
    model: Model, article: Path, holdfire, status: int, answer: Any, expected: str
) -> None:
    model.status, model.answer = status, answer
    result = read(holdfire, article, model)
    assert result.exit_code == 2
    assert expected in result.output
    assert not (article.parent / "case" / "draft").exists()


def test_an_endpoint_that_is_not_there_is_told(article: Path, holdfire) -> None:
    case = article.parent / "case"
    result = holdfire("read", article, "--case", case, "--endpoint", "http://127.0.0.1:9/v1", "--model", "small")
    assert result.exit_code == 2
    assert "cannot be reached" in result.output


def test_an_endpoint_that_is_too_slow_is_told(model: Model, article: Path) -> None:
    model.wait_s = 1.0
    model.says()
    with pytest.raises(InputError, match=r"no answer within 0\.2 s"):
        ask_model(Asked(model.url, "small", 0.2), read_article(article), [], load_gazetteer(), load_areas(), print)
