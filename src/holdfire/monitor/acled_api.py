"""ACLED's API: log in (OAuth, password grant), page by page, and what it says was deleted.

The log-in stands in the environment as ACLED_EMAIL and ACLED_PASSWORD. A token lasts a day; one that has run out is
asked for anew. Documented at https://acleddata.com/api-documentation/getting-started
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from holdfire.monitor.records import parsed
from holdfire.monitor.setting import SourceEntry
from holdfire.monitor.web import Page, Web, credential
from holdfire.problems import InputError, bad

API = "https://acleddata.com"
PAGE = 5000
MOST_PAGES = 10_000
EXPIRED = "answered 401"


def key(record: Mapping[str, Any]) -> str:
    """Return the id of an event, which its revisions share."""
    return str(record.get("event_id_cnty", ""))


def day(record: Mapping[str, Any]) -> str:
    """Return the day of an event."""
    return str(record.get("event_date", ""))[:10]


def fetch(source: SourceEntry, first: date, last: date, web: Web, done: Mapping[str, int]) -> Iterator[Page]:
    """Yield the events of a window page by page, then what was deleted since it began. Raises InputError."""
    client = _Client(source.api or API, web)
    window = {"event_date": f"{first.isoformat()}|{last.isoformat()}", "event_date_where": "BETWEEN"}
    for number in range(1, MOST_PAGES):
        name = f"events-{number:05}"
        size = done.get(name)
        if size is None:
            rows = client.rows("/api/acled/read", {**window, **source.query, "page": number, "limit": PAGE})
            yield Page(name, rows)
            size = len(rows)
        if size < PAGE:
            break
    since = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp())
    for number in range(1, MOST_PAGES):
        name = f"deleted-{number:05}"
        size = done.get(name)
        if size is None:
            asked: dict[str, str | int] = {
                "deleted_timestamp": since,
                "deleted_timestamp_where": ">=",
                "page": number,
                "limit": PAGE,
            }
            rows = client.rows("/api/deleted/read", asked)
            yield Page(name, [], [key(r) for r in rows])
            size = len(rows)
        if size < PAGE:
            return


class _Client:
    """Requests with a token, which is asked for when it is first needed, and once more when it has run out."""

    def __init__(self, base: str, web: Web):
        self._base, self._web, self._token = base.rstrip("/"), web, ""

    def rows(self, path: str, asked: Mapping[str, str | int]) -> list[dict[str, Any]]:
        fresh = not self._token
        if fresh:
            self._log_in()
        try:
            return self._rows(path, asked)
        except InputError as error:
            if fresh or EXPIRED not in str(error):
                raise
        self._log_in()
        return self._rows(path, asked)

    def _rows(self, path: str, asked: Mapping[str, str | int]) -> list[dict[str, Any]]:
        url = f"{self._base}{path}"
        body = self._web.get(url, {**asked, "_format": "json"}, {"Authorization": f"Bearer {self._token}"})
        answer = parsed(body, url)
        rows = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows) or answer.get("success") is False:
            said = str(answer.get("error") or answer.get("message") or "")[:200] if isinstance(answer, dict) else ""
            found = f"an answer without data {self._web.masked(said)}".strip()
            raise bad(url, found, "a list under 'data'", "Check the parameters in `query`, or try later.")
        return rows

    def _log_in(self) -> None:
        email = credential("ACLED_EMAIL", "the address of your ACLED account")
        password = credential("ACLED_PASSWORD", "the password of your ACLED account")
        self._web.keep_secret(password)
        url = f"{self._base}/oauth/token"
        form = {"username": email, "password": password, "grant_type": "password", "client_id": "acled"}
        answer = parsed(self._web.post(url, form), url)
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token:
            raise bad(url, "no token in the answer", "an access_token", "Check ACLED_EMAIL and ACLED_PASSWORD.")
        self._web.keep_secret(token)
        self._token = token
