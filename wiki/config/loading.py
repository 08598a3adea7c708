"""From TOML and environment to ``Settings``: types are read from the dataclass fields."""

from __future__ import annotations

import difflib
import math
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, fields, replace
from pathlib import Path
from typing import Any

from wiki.config.rules import fault
from wiki.config.settings import Settings
from wiki.errors import SettingInvalid

PREFIX = "STRATA_"
NOT_SETTINGS = frozenset({"STRATA_CONFIG", "STRATA_TOKEN", "STRATA_URL"})
"""Variables of our own that are no settings: where the configuration file is; what ``strata mcp`` signs in to."""

_YES = frozenset({"true", "yes", "on", "1"})
_NO = frozenset({"false", "no", "off", "0"})


@dataclass(frozen=True, slots=True)
class _Given:
    """A value as somebody wrote it, and where."""

    source: str
    key: str
    value: object

    def refuse(self, reason: str, remedy: str) -> SettingInvalid:
        return SettingInvalid(self.source, self.key, reason, remedy)


def setting_names() -> Iterator[tuple[str, str]]:
    """Every setting as (section, key), in the order of the dataclasses."""
    for section in fields(Settings):
        for item in fields(_section_class(section.name)):
            yield section.name, item.name


def variable(section: str, key: str) -> str:
    """The environment variable of a setting."""
    return f"{PREFIX}{section}_{key}".upper()


def load_settings(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings of a file (None: only the defaults) under those of the environment.

    Relative paths are taken from the file's folder (without a file: the current one).

    Raises:
        SettingInvalid: unreadable, unknown or wrong, naming file, key and remedy.
    """
    given = {**_from_file(path), **_from_environment(environ)}
    base = path.absolute().parent if path else Path.cwd()
    settings = Settings()
    for section in fields(Settings):
        values = {
            item.name: _value(given[section.name, item.name], item, section.name, base)
            for item in fields(_section_class(section.name))
            if (section.name, item.name) in given
        }
        changed = replace(getattr(settings, section.name), **values)
        settings = replace(settings, **{section.name: changed})
    return _together(_absolute(settings, base), given)


def _section_class(name: str) -> Any:
    return typing.get_type_hints(Settings)[name]


def _from_file(path: Path | None) -> dict[tuple[str, str], _Given]:
    if path is None:
        return {}
    known = set(setting_names())
    found: dict[tuple[str, str], _Given] = {}
    for section, keys in _read(path).items():
        if not isinstance(keys, dict):
            raise SettingInvalid(
                str(path), section, "stands outside a section.", "Put it under a [section] line."
            )
        for key, value in keys.items():
            if (section, key) not in known:
                raise _unknown(str(path), f"{section}.{key}", [f"{s}.{k}" for s, k in known])
            found[section, key] = _Given(str(path), f"{section}.{key}", value)
        if not keys and section not in {s for s, _ in known}:
            raise _unknown(str(path), section, sorted({s for s, _ in known}))
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingInvalid(
            str(path), "file", f"cannot be read ({error.strerror}).", "Check its name and rights."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingInvalid(
            str(path), "file", f"is not valid TOML ({error}).", "Mend that line."
        ) from error


def _from_environment(environ: Mapping[str, str]) -> dict[tuple[str, str], _Given]:
    known = {variable(section, key): (section, key) for section, key in setting_names()}
    found: dict[tuple[str, str], _Given] = {}
    for name, value in environ.items():
        if not name.startswith(PREFIX) or name in NOT_SETTINGS:
            continue
        if name not in known:
            raise _unknown("environment", name, list(known))
        found[known[name]] = _Given("environment", name, value)
    return found


def _unknown(source: str, key: str, known: list[str]) -> SettingInvalid:
    near = difflib.get_close_matches(key, known, n=1)
    remedy = f"Did you mean {near[0]}?" if near else "Remove it; docs/operating.md lists them all."
    return SettingInvalid(source, key, "is no setting.", remedy)


def _value(given: _Given, item: Field[Any], section: str, base: Path) -> object:
    """The given value in the field's type, checked."""
    kind = typing.get_type_hints(_section_class(section))[item.name]
    value = _typed(given, kind)
    if isinstance(value, Path):
        value = base / value.expanduser()
    found = fault(section, item.name, value)
    if found:
        raise given.refuse(*found)
    return value


def _typed(given: _Given, kind: Any) -> object:
    origin = typing.get_origin(kind)
    if origin is tuple:
        return _words(given)
    if origin is typing.Literal:
        return _choice(given, typing.get_args(kind))
    if isinstance(kind, types.UnionType):  # pragma: no cover - no such setting yet
        raise TypeError(kind)
    if kind is bool:
        return _truth(given)
    if kind in {int, float}:
        return _number(given, kind)
    if not isinstance(given.value, str):
        raise given.refuse(f"{given.value!r} is no text.", 'Write it in quotes, as "…".')
    return Path(given.value) if kind is Path else given.value


def _words(given: _Given) -> tuple[str, ...]:
    value = given.value
    if isinstance(value, str) and given.source == "environment":
        return tuple(word.strip() for word in value.split(",") if word.strip())
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return tuple(value)
    raise given.refuse(f"{value!r} is no list of texts.", 'Write a list, as ["one", "two"].')


def _choice(given: _Given, choices: tuple[str, ...]) -> str:
    if given.value in choices:
        return str(given.value)
    raise given.refuse(f"{given.value!r} is not known.", f"Choose one of {', '.join(choices)}.")


def _truth(given: _Given) -> bool:
    if isinstance(given.value, bool):
        return given.value
    word = str(given.value).lower()
    if given.source == "environment" and word in _YES | _NO:
        return word in _YES
    raise given.refuse(f"{given.value!r} is neither true nor false.", "Write true or false.")


def _number(given: _Given, kind: type[int | float]) -> int | float:
    value: Any = given.value
    if isinstance(value, str) and given.source == "environment":
        try:
            return kind(value)
        except ValueError:
            value = None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and math.isfinite(value) and kind(value) == value:
        return kind(value)
    wanted = "a whole number" if kind is int else "a number"
    raise given.refuse(f"{given.value!r} is not {wanted}.", f"Write {wanted}.")


def _absolute(settings: Settings, base: Path) -> Settings:
    """Defaults of paths, too, lie beside the configuration file."""
    paths = {name: base / getattr(settings.wiki, name) for name in _PATHS}
    return replace(settings, wiki=replace(settings.wiki, **paths))


_PATHS = ("content", "search_index", "instance")


def _together(settings: Settings, given: Mapping[tuple[str, str], _Given]) -> Settings:
    """Settings that only make sense together."""
    people, server = settings.people, settings.server
    if people.anonymous_editing and not people.anonymous_reading:
        raise given["people", "anonymous_editing"].refuse(
            "lets people edit what they may not read.", "Set people.anonymous_reading to true too."
        )
    if server.base_url.startswith("https://") and not server.https:
        settings = replace(settings, server=replace(server, https=True))
    if settings.limits.request_bytes < settings.limits.attachment_bytes:
        key = ("limits", "request_bytes")
        at = given.get(key) or given["limits", "attachment_bytes"]
        raise at.refuse(
            "requests would be cut off before an attachment of the allowed size is through.",
            "Make limits.request_bytes larger than limits.attachment_bytes.",
        )
    return settings
