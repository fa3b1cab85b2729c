"""YAML read strictly: figures stay text, a key written twice is an error, no anchors.

`0.0919` must not pass through a binary float, so plain scalars stay strings; only true, false and null
become Python values. Anchors and aliases are refused because a small file could unfold into gigabytes.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from tavolo.common.errors import Problem

MAX_BYTES = 4_000_000


class _TextLoader(yaml.SafeLoader):
    """SafeLoader without numbers and dates."""

    def compose_node(self, parent: yaml.nodes.Node | None, index: Any) -> yaml.nodes.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.constructor.ConstructorError(
                None, None, "anchors and aliases (& and *) are not accepted", self.peek_event().start_mark
            )
        return super().compose_node(parent, index)  # type: ignore[no-any-return]

    def construct_mapping(self, node: yaml.nodes.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key must be a plain word", key_node.start_mark
                )
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key '{key}' is written twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


_BOOL = "tag:yaml.org,2002:bool"
_NULL = "tag:yaml.org,2002:null"
_TRUE_FALSE = re.compile(r"^(?:true|True|false|False)$")  # not yes, no, on, off: they are words here
_TextLoader.yaml_implicit_resolvers = {
    letter: [
        (tag, _TRUE_FALSE if tag == _BOOL else pattern) for tag, pattern in resolvers if tag in (_BOOL, _NULL)
    ]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def parse_yaml(text: str, name: str) -> Any:
    """Parse YAML text; Problem with file and row when it is not well formed."""
    try:
        return yaml.load(text, Loader=_TextLoader)  # noqa: S506 - a SafeLoader with less
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "it cannot be read"
        row = mark.line + 1 if mark is not None else None
        raise Problem(f"not well-formed YAML: {what}", file=name, row=row) from None
    except RecursionError:
        raise Problem("the YAML is nested too deeply", file=name) from None


def read_yaml(path: Path) -> Any:
    """Read a YAML file; Problem when it is missing, too large, not UTF-8 or not YAML."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Problem(
                f"larger than {MAX_BYTES // 1_000_000} MB, which no plan or case file needs", file=path.name
            )
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Problem(f"cannot be opened ({error.strerror}); check the path", file=str(path)) from None
    except UnicodeDecodeError:
        raise Problem("is not UTF-8 text; a plan or case file is a YAML text file", file=path.name) from None
    return parse_yaml(text, path.name)
