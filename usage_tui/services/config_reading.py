"""Reads a parsed TOML document into the structs of `config_schema`, and tells every fault, not just the first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import FieldInfo

from usage_tui.core.wording import harmless
from usage_tui.services.config_values import shown
from usage_tui.services.masking import masked

if TYPE_CHECKING:
    from usage_tui.services.config_lines import KeyPath

_Table = TypeVar("_Table", bound=Struct)
_WRONG = object()


class Fault(Struct, frozen=True):
    """What is wrong at a key path, and its mend."""

    path: KeyPath
    reason: str


class _Kind(Struct, frozen=True):
    """A field's type, taken apart: its bare type, what is needed in words, and how a value is checked."""

    annotation: Any
    bare: Any
    origin: Any
    needs: str
    check: Callable[[Any], str | None] | None
    choices: tuple[str, ...]
    is_secret: bool
    can_be_off: bool

    @property
    def is_table(self) -> bool:
        """Whether it is a table of its own struct."""
        return isinstance(self.bare, type) and issubclass(self.bare, Struct)


def read_settings(document: dict[str, Any], root: type[_Table]) -> tuple[_Table | None, list[Fault]]:
    """Read a whole document; the struct is None where there are faults."""
    reader = _Reader(root)
    settings = reader.table(document, root, ())
    return (None if reader.faults else settings), reader.faults


class _Reader:
    """Gathers the faults while a document becomes structs."""

    def __init__(self, root: type[Struct]) -> None:
        self.faults: list[Fault] = []
        self._root = root

    def table(self, document: dict[str, Any], struct: type[_Table], path: KeyPath) -> _Table | None:
        """Read one table; None where something required is missing."""
        fields = _fields(struct)
        known = {}
        for name, value in document.items():
            if name in fields:
                known[name] = self._value(value, fields[name][1], (*path, name))
            else:
                self._refuse((*path, name), self._unknown(name, fields))
        for field, _ in fields.values():
            if field.required and field.name not in known:
                self._refuse(path, f'has no {field.name}; add {field.name} = "…"')
                return None
        return None if _WRONG in known.values() else struct(**known)

    def _value(self, value: Any, kind: _Kind, path: KeyPath) -> Any:
        if kind.can_be_off and value == []:
            return None
        count = len(self.faults)
        if kind.is_table:
            return self._table_or_wrong(value, kind, path)
        if kind.origin is tuple and isinstance(value, list):
            element = _kind(get_args(kind.bare)[0])
            value = tuple(self._value(part, element, (*path, index)) for index, part in enumerate(value))
        elif kind.origin is dict and isinstance(value, dict):
            element = _kind(get_args(kind.bare)[1])
            value = {name: self._value(part, element, (*path, name)) for name, part in value.items()}
        if len(self.faults) > count:
            return _WRONG
        return self._leaf(value, kind, path)

    def _table_or_wrong(self, value: Any, kind: _Kind, path: KeyPath) -> Any:
        if not isinstance(value, dict):
            self._refuse(path, f"needs a table, not {shown(value)}")
            return _WRONG
        return self.table(value, kind.bare, path) or _WRONG

    def _leaf(self, value: Any, kind: _Kind, path: KeyPath) -> Any:
        """Check a value that holds no table."""
        try:
            read = msgspec.convert(value, kind.annotation) if not _holds_tables(kind) else value
        except msgspec.ValidationError:
            self._refuse(path, f"needs {kind.needs}{'' if kind.is_secret else f', not {shown(value)}'}")
            return _WRONG
        if _holds_tables(kind) and not isinstance(read, tuple):
            self._refuse(path, f"needs tables of their own, headed [[{path[-1]}]], not {shown(value)}")
            return _WRONG
        if kind.choices and read not in kind.choices:
            self._refuse(path, f"is {shown(value)}; {nearest(read, kind.choices, 'known here are')}")
            return _WRONG
        if kind.check is not None and (reason := kind.check(read)):
            self._refuse(path, reason)
            return _WRONG
        return read

    def _unknown(self, name: str, fields: Iterable[str]) -> str:
        """Say that a key is unknown, and where it belongs or what it may have meant."""
        if (home := next(iter(_homes(self._root, name)), None)) is not None:
            return f"is no setting here; it belongs {home or 'at the top of the file, above the first [table]'}"
        return f"is no setting; {nearest(name, fields, 'settings here are')}"

    def _refuse(self, path: KeyPath, reason: str) -> None:
        self.faults.append(Fault(path, reason))


@cache
def _fields(struct: type[Struct]) -> dict[str, tuple[FieldInfo, _Kind]]:
    """Take a struct's fields apart, once: to evaluate their types takes longer than to read a table."""
    return {field.name: (field, _kind(field.type)) for field in msgspec.structs.fields(struct)}


def _holds_tables(kind: _Kind) -> bool:
    return kind.origin is tuple and _kind(get_args(kind.bare)[0]).is_table


def _kind(annotation: Any) -> _Kind:
    """Take a field's type apart; what stands outermost counts."""
    bare = annotation
    metas: list[Meta] = []
    while True:
        if get_origin(bare) is Annotated:
            bare, *outer = get_args(bare)
            metas = [*outer, *metas]
        elif get_origin(bare) in (Union, UnionType):
            bare = next(part for part in get_args(bare) if part is not NoneType)
        else:
            break
    extra: dict[str, Any] = {}
    needs = "another value"
    for meta in metas:
        extra |= meta.extra or {}
        needs = meta.description or needs
    return _Kind(
        annotation=annotation,
        bare=bare,
        origin=get_origin(bare),
        needs=needs,
        check=extra.get("check"),
        choices=extra.get("choices", ()),
        is_secret=extra.get("is_secret", False),
        can_be_off=extra.get("can_be_off", False),
    )


def _homes(struct: type[Struct], name: str, path: str = "") -> Iterable[str]:
    """Find the tables that know a setting of this name; the top of the file is an empty text."""
    for field in msgspec.structs.fields(struct):
        kind = _kind(field.type)
        is_array = _holds_tables(kind)
        inner = _kind(get_args(kind.bare)[0]) if is_array else kind
        if field.name == name:
            yield path and f"under {path}"
        elif inner.is_table:
            header = f"{path.strip('[]')}.{field.name}".strip(".")
            yield from _homes(inner.bare, name, f"[[{header}]]" if is_array else f"[{header}]")


def nearest(name: str, known: Iterable[str], introduction: str) -> str:
    """Name what is nearest, or everything where nothing is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a fault needs it

    names = list(known)
    near = get_close_matches(name, names, 1, 0.5)
    return f"did you mean {near[0]}?" if near else f"{introduction} {', '.join(names)}"


def path_text(path: KeyPath) -> str:
    """Word a key path: `accounts[1].budget.credits`."""
    words = ""
    for part in path:
        if isinstance(part, int):
            words += f"[{part}]"
        else:
            is_bare = part.isascii() and part.replace("_", "").replace("-", "").isalnum()
            name = harmless(masked(part), 60)
            words += ("." if words else "") + (name if is_bare else f'"{name}"')
    return words
