"""Text files: read whole, or refused with a reason."""

from __future__ import annotations

from pathlib import Path

from holdfire.problems import bad

LARGEST_DOCUMENT = 20_000_000
LARGEST_LINE = 1_000_000


def read_text(path: Path, largest: int = LARGEST_DOCUMENT, longest_line: int = LARGEST_LINE) -> str:
    """Read a UTF-8 text file. Raises InputError where it is missing, empty, too large or not UTF-8.

    A line of more than `longest_line` characters is a sign of a quote left open, except in JSON, which needs no lines.
    """
    where = str(path)
    if not path.exists():
        raise bad(where, "there is no such file", "a file", "Check the path, or the entry that names it.")
    if not path.is_file():
        raise bad(where, "this is a folder", "a file", "Name the file in it.")
    size = path.stat().st_size
    if size == 0:
        raise bad(where, "the file is empty", "content", "Restore it, or remove the entry that names it.")
    if size > largest:
        raise bad(where, f"the file has {size:,} bytes", f"at most {largest:,}", "Split it into smaller files.")
    raw = path.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise bad(where, "the file is UTF-16", "UTF-8", "Save it as UTF-8.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise bad(f"{where}:{line}", "a byte that is not UTF-8", "UTF-8 text", "Save the file as UTF-8.") from None
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise bad(f"{where}:{line}", "a NUL character", "plain text", "Check that this is the right file.")
    for number, written in enumerate(text.split("\n"), 1):
        if len(written) > longest_line:
            raise bad(
                f"{where}:{number}",
                f"a line of {len(written):,} characters",
                f"at most {longest_line:,}",
                "Check that the file has line ends and closed quotes.",
            )
    return text
