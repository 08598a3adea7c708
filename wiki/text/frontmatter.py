"""The YAML block at the head of a page: title, tags, owner.

Read with bounds (size, no aliases, no types of YAML's own), because anybody may push any text; a
block that cannot be read is shown as part of nothing and the page as if it had none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import yaml

MAX_BYTES = 16_384
MAX_TAGS = 50
_MAX_VALUE = 500
_MAX_BRACKETS = 200
_OPENING = re.compile(r"\ufeff?---[ \t]*\r?\n")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a page says of itself. ``other`` holds what the wiki gives no meaning to, as text."""

    title: str = ""
    tags: tuple[str, ...] = ()
    owner: str = ""
    other: tuple[tuple[str, str], ...] = ()


NOTHING = FrontMatter()


def split(source: str) -> tuple[FrontMatter, str, int]:
    """The front matter, the text after it, and the line (from 0) on which that text begins."""
    meta, start = read(source)
    return meta, source[start:], source.count("\n", 0, start)


def read(source: str) -> tuple[FrontMatter, int]:
    """The front matter and the offset at which the text after it begins."""
    start = body_start(source)
    if not start:
        return NOTHING, 0
    block = source[source.index("\n") + 1 : start]
    return _read(block[: block.rstrip().rfind("\n") + 1]), start


def body_start(source: str) -> int:
    """The offset of the text after the front matter; 0 where there is none."""
    if not source.startswith(("---", "\ufeff---")):
        return 0
    opening = _OPENING.match(source)
    if not opening:
        return 0
    closing = _CLOSING.search(source, opening.end(), opening.end() + MAX_BYTES)
    if not closing or not _is_mapping(source[opening.end() : closing.start()]):
        return 0
    return min(closing.end() + 1, len(source))


def _is_mapping(block: str) -> bool:
    """A rule, a paragraph and another rule are no front matter."""
    for line in block.split("\n"):
        if line.strip() and not line.startswith("#"):
            return bool(re.match(r"""["']?[\w.-][^:\n]{0,100}:(?:\s|$)""", line))
    return True


class _Loader(yaml.SafeLoader):
    """YAML without aliases (they multiply), dates and numbers (they change what was written)."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError
        return super().compose_node(parent, index)


def _as_written(loader: _Loader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


_Loader.yaml_implicit_resolvers = {}
for _kind in ("timestamp", "int", "float", "bool"):  # an impossible ``!!timestamp`` would end all
    _Loader.add_constructor(f"tag:yaml.org,2002:{_kind}", _as_written)


def _read(block: str) -> FrontMatter:
    values = _plain_mapping(block)
    if values is None:
        if block.count("[") + block.count("{") > _MAX_BRACKETS:  # deep nesting takes square time
            return NOTHING
        try:
            values = yaml.load(block, Loader=_Loader)  # noqa: S506 - a safe loader, made safer
        except (yaml.YAMLError, RecursionError, ValueError, TypeError, AttributeError):
            return NOTHING
    if not isinstance(values, dict):
        return NOTHING
    known = {str(key).strip().lower(): value for key, value in list(values.items())[:200]}
    tags = known.pop("tags", None) or known.pop("keywords", None) or known.pop("tag", None)
    return FrontMatter(
        title=_text(known.pop("title", "")),
        tags=_tags(tags),
        owner=_text(known.pop("owner", "")),
        other=tuple((key[:100], _text(value)) for key, value in known.items()),
    )


_SIMPLE = re.compile(r"([A-Za-z][\w-]{0,60}):[ \t]+([\w(/][^#:\n\"'{}\[\]&*!|>%@`]*)\r?$")


def _plain_mapping(block: str) -> dict[object, object] | None:
    """The mapping, if every line is as simple as ``key: some words``; else None. Much faster."""
    values: dict[object, object] = {}
    for line in block.split("\n"):
        if not line.strip():
            continue
        match = _SIMPLE.match(line)
        if not match:
            return None
        values[match[1]] = match[2].strip()
    return values


def _tags(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        found = value.split(",") if "," in value else value.split()
    elif isinstance(value, list):
        found = [str(item) for item in value if isinstance(item, str | int | float)]
    else:
        return ()
    tags = (" ".join(tag.strip().lstrip("#").split())[:100] for tag in found)
    return tuple(dict.fromkeys(tag for tag in tags if tag))[:MAX_TAGS]


def _text(value: object) -> str:
    if isinstance(value, str):
        return " ".join(value.split())[:_MAX_VALUE]
    if isinstance(value, bool | int | float | date):
        return str(value)
    if isinstance(value, list):
        parts = (item for item in value if isinstance(item, str | int | float))
        return ", ".join(str(item) for item in parts)[:_MAX_VALUE]
    return ""
