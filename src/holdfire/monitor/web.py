"""Requests to a provider's API: paced, retried, cached where an answer cannot change, and silent about secrets."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Protocol

import httpx

from holdfire import __version__
from holdfire.problems import bad

TRIES = 5
PATIENCE_S = 60.0
TIMEOUT_S = 60.0
LARGEST_ANSWER = 500_000_000
PASSING = {408, 425, 429, 500, 502, 503, 504}


@dataclass(frozen=True)
class Page:
    """One answer of an API: its records as the provider gives them, and the keys of records it has withdrawn.

    `name` tells the page from the others of one fetch, and is the same when the fetch is taken up again.
    """

    name: str
    records: list[dict[str, Any]]
    withdrawn: list[str] = field(default_factory=list)


class Fetcher(Protocol):
    """What a module of a source with an API offers beside `read`.

    `key` tells records of the provider apart, across revisions; `day` is the day of the event, by which a window is
    asked for. `fetch` yields the pages of a window of days (both included) in order, and does not ask again for the
    pages in `done`, which maps the name of each to the number of its records.
    """

    def key(self, record: Mapping[str, Any]) -> str: ...
    def day(self, record: Mapping[str, Any]) -> str: ...
    def fetch(self, source: Any, first: Any, last: Any, web: Web, done: Mapping[str, int]) -> Iterator[Page]: ...


class Web:
    """A client for one provider. `secrets` are masked wherever a message would show them."""

    def __init__(
        self,
        per_second: float = 2.0,
        cache: Path | None = None,
        secrets: list[str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self._pause = 1.0 / per_second
        self._cache = cache
        self._secrets = [s for s in secrets or [] if s]
        self._sleep = sleep
        self._last = 0.0
        agent = f"holdfire/{__version__}"
        self._client = httpx.Client(timeout=TIMEOUT_S, follow_redirects=True, headers={"User-Agent": agent})

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def keep_secret(self, *secrets: str) -> None:
        """Mask these from now on."""
        self._secrets += [s for s in secrets if s]

    def get(
        self,
        url: str,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        immutable: bool = False,
    ) -> bytes:
        """Return the body. Raises InputError where the provider refuses, or does not answer after several tries.

        An `immutable` answer is kept in the cache folder and not asked for again.
        """
        kept = None
        if immutable and self._cache is not None:
            named = str(httpx.URL(url, params=dict(params) if params else None))
            kept = self._cache / hashlib.sha256(named.encode()).hexdigest()
            if kept.exists():
                return kept.read_bytes()
        body = self._send("GET", url, params=params, headers=headers)
        if kept is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            draft = kept.with_suffix(".part")
            draft.write_bytes(body)
            draft.replace(kept)
        return body

    def post(self, url: str, form: Mapping[str, str]) -> bytes:
        """Send a form and return the body. Raises as `get` does."""
        return self._send("POST", url, data=form)

    def masked(self, text: str) -> str:
        """Return the text without the secrets."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def _send(self, method: str, url: str, **how: Any) -> bytes:
        where = self.masked(url)
        trouble = ""
        for attempt in range(TRIES):
            self._wait()
            try:
                with self._client.stream(method, url, **how) as answer:
                    if answer.status_code in PASSING:
                        trouble = f"answered {answer.status_code}"
                        self._sleep(_delay(attempt, answer.headers.get("Retry-After")))
                        continue
                    body = _body(answer, where)
                    if answer.status_code >= 400:
                        said = self.masked(" ".join(body[:200].decode("utf-8", "replace").split()))
                        found = f"the provider answered {answer.status_code}" + (f": {said}" if said else "")
                        remedy = "Check the credentials and the request." if answer.status_code < 500 else "Try later."
                        raise bad(where, found, "an answer", remedy)
                    return body
            except httpx.InvalidURL as error:
                raise bad(where, f"not a URL: {error}", "http:// or https://", "Mend the address.") from None
            except httpx.HTTPError as error:
                trouble = self.masked(str(error)) or type(error).__name__
                if attempt + 1 < TRIES:
                    self._sleep(_delay(attempt, None))
        remedy = "Check the network and run the command again; what was fetched is kept."
        raise bad(where, f"no answer in {TRIES} tries: {trouble}", "an answer", remedy)

    def _wait(self) -> None:
        rest = self._last + self._pause - time.monotonic()
        if rest > 0:
            self._sleep(rest)
        self._last = time.monotonic()


def _body(answer: httpx.Response, where: str) -> bytes:
    parts, size = [], 0
    for part in answer.iter_bytes():
        size += len(part)
        if size > LARGEST_ANSWER:
            raise bad(where, f"more than {LARGEST_ANSWER:,} bytes", "less", "Ask for a shorter window.")
        parts.append(part)
    return b"".join(parts)


def _delay(attempt: int, retry_after: str | None) -> float:
    """Return how long to wait: what the provider asks for (seconds or a date), within reason, else ever longer."""
    wanted = 2.0**attempt
    if retry_after is not None:
        try:
            wanted = float(retry_after)
        except ValueError:
            try:
                until = parsedate_to_datetime(retry_after)
                wanted = (until - datetime.now(UTC)).total_seconds()
            except (TypeError, ValueError):
                pass
    return min(max(wanted, 0.0), PATIENCE_S)


def credential(name: str, what: str) -> str:
    """Return a secret from the environment. Raises InputError that names the variable, and never its value."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise bad(f"environment variable {name}", "it is not set", what, f"Set {name} and run the command again.")
    return value
