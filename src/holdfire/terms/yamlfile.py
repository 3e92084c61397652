"""YAML files: read with the line of every key and item, and written.

Files are read by libyaml, in a tenth of the time that a parser in Python takes, but by the core schema of YAML 1.2: a
plain `no` or `off` is a word, and a date is the text that was written. To write a file again with its comments, it is
opened by `open_yaml`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from holdfire.problems import bad
from holdfire.terms.textfile import read_text

if TYPE_CHECKING:
    from ruamel.yaml.comments import CommentedMap

NULL = re.compile(r"~|null|Null|NULL|")
BOOLEAN = re.compile(r"true|True|TRUE|false|False|FALSE")
INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
LONGEST_NUMBER = 40


class Mapped(dict[Any, Any]):
    """A mapping of a file: `line` is where it begins and `lines` where each key stands, all counted from 1."""

    def __init__(self, line: int = 1):
        super().__init__()
        self.line = line
        self.lines: dict[Any, int] = {}


class Sequence(list[Any]):
    """A sequence of a file: `line` is where it begins and `lines` where each item does, all counted from 1."""

    def __init__(self, line: int = 1):
        super().__init__()
        self.line = line
        self.lines: list[int] = []


def read_yaml(path: Path) -> Mapped:
    """Read a YAML file whose top level is a mapping. Raises InputError with file and line."""
    text = read_text(path)
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or "it cannot be parsed"
        where = f"{path}:{mark.line + 1 if mark else 1}"
        raise bad(where, f"not valid YAML: {what}", "YAML", "Mend the line, or quote the text.") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise bad(str(path), f"not valid YAML: {error}".split("\n")[0], "YAML", "Mend the file.") from None
    data = None if node is None else _Built(path).of(node)
    if not isinstance(data, Mapped):
        raise bad(f"{path}:1", "the file holds no mapping", "`key: value` lines", "See docs/reference.md.")
    return data


class _Built:
    """What the nodes of one file stand for; an alias stands for the same thing as its anchor."""

    def __init__(self, path: Path):
        self._path = path
        self._known: dict[yaml.Node, Any] = {}
        self._within: set[yaml.Node] = set()

    def of(self, node: yaml.Node) -> Any:
        if node in self._known:
            return self._known[node]
        if node in self._within:
            raise bad(self._where(node), "an anchor that holds an alias of itself", "a part that ends", "Write it out.")
        self._within.add(node)
        if isinstance(node, yaml.MappingNode):
            value: Any = self._mapping(node)
        elif isinstance(node, yaml.SequenceNode):
            value = Sequence(node.start_mark.line + 1)
            for item in node.value:
                value.append(self.of(item))
                value.lines.append(item.start_mark.line + 1)
        elif isinstance(node, yaml.ScalarNode):
            value = self._scalar(node)
        self._within.discard(node)
        self._known[node] = value
        return value

    def _mapping(self, node: yaml.MappingNode) -> Mapped:
        value = Mapped(node.start_mark.line + 1)
        for key_node, item in node.value:
            key = self.of(key_node)
            if isinstance(key, list | dict):
                raise bad(self._where(key_node), "a key that is a list or a mapping", "a word", "Quote it.")
            if key in value:
                raise bad(self._where(key_node), f"key '{key}' stands twice", "each key once", "Remove one.")
            value[key] = self.of(item)
            value.lines[key] = key_node.start_mark.line + 1
        return value

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        text: str = node.value
        if node.style:  # quoted, or a block
            return text
        if NULL.fullmatch(text):
            return None
        if BOOLEAN.fullmatch(text):
            return text.lower() == "true"
        if len(text) <= LONGEST_NUMBER:
            if INTEGER.fullmatch(text):
                return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
            if NUMBER.fullmatch(text):
                return float(text)
        return text

    def _where(self, node: yaml.Node) -> str:
        return f"{self._path}:{node.start_mark.line + 1}"


def open_yaml(path: Path) -> CommentedMap:
    """Open a YAML file that `read_yaml` can read, to be changed and written again with its comments."""
    from ruamel.yaml import YAML

    read_yaml(path)
    document: CommentedMap = YAML(typ="rt").load(read_text(path))
    return document


def write_yaml(data: Mapping[str, Any]) -> str:
    """Return YAML text; comments of a document that was opened are kept."""
    from ruamel.yaml import YAML

    written = YAML(typ="rt")
    written.width = 110
    written.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    written.dump(data, out)
    return out.getvalue()


def named_list(items: list[str], name: str) -> list[str]:
    """Return a list that YAML text writes once, under a name, and refers to wherever else it stands."""
    from ruamel.yaml.comments import CommentedSeq

    listed: list[str] = CommentedSeq(items)
    listed.yaml_set_anchor(name)  # type: ignore[attr-defined]
    return listed


def line_of(data: Any, path: tuple[Any, ...]) -> int:
    """Return the line, counted from 1, of the deepest part of a path that stands in the document."""
    line = data.line if isinstance(data, Mapped | Sequence) else 1
    for step in path:
        if isinstance(data, Mapped) and step in data:
            line = data.lines.get(step, line)
            data = data[step]
        elif isinstance(data, Sequence) and isinstance(step, int) and step < len(data):
            line = data.lines[step]
            data = data[step]
    return line
