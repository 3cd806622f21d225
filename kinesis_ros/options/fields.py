# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a dataclass says about its fields, read once: type, default, help and limits."""

import dataclasses
import functools
import inspect
import re
import types
from collections.abc import Mapping
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

_ENTRY = re.compile(r"(\w+): (.*)")


@dataclasses.dataclass(frozen=True)
class Range:
    """Limits of a number, or of each number in a tuple; both belong to the range.

    Attributes:
        least: lower limit; None: there is none.
        most: upper limit; None: there is none.
    """

    least: float | None = None
    most: float | None = None


@dataclasses.dataclass(frozen=True)
class Choices:
    """The words that are allowed.

    Attributes:
        words: in the order in which they are named.
    """

    words: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Option:
    """A field as whoever offers it needs it.

    Attributes:
        name: of the field.
        type: without None, `Range` and `Choices`; of a tuple, that of its elements.
        many: it is a tuple of any length.
        optional: None is allowed.
        default: what it is unless given; `dataclasses.MISSING`: it must be given.
        help: what it means, from the docstring of its class.
        range: limits; None: any.
        choices: allowed words; empty: any.
    """

    name: str
    type: type
    many: bool
    optional: bool
    default: Any
    help: str
    range: Range | None = None
    choices: tuple[str, ...] = ()


@functools.cache
def options_of(kind: type) -> Mapping[str, Option]:
    """The fields of a dataclass by name, in their order."""
    hints = get_type_hints(kind, include_extras=True)
    helps = _helps(kind)
    fields = dataclasses.fields(kind)
    options = {f.name: _option(f, hints[f.name], helps.get(f.name, "")) for f in fields}
    return types.MappingProxyType(options)


def _option(field: dataclasses.Field, hint: Any, text: str) -> Option:  # noqa: ANN401 any annotation
    limits: tuple[Any, ...] = ()
    optional = many = False
    while True:
        if get_origin(hint) is Annotated:
            limits += hint.__metadata__
            hint = hint.__origin__
        elif get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint):
            optional = True
            hint = Union[tuple(a for a in get_args(hint) if a is not type(None))]  # noqa: UP007
        elif get_origin(hint) is tuple and get_args(hint)[1:] == (...,):
            many, hint = True, get_args(hint)[0]
        else:
            break
    return Option(
        name=field.name,
        type=hint,
        many=many,
        optional=optional,
        default=_default(field),
        help=text,
        range=next((limit for limit in limits if isinstance(limit, Range)), None),
        choices=next((limit.words for limit in limits if isinstance(limit, Choices)), ()),
    )


def _default(field: dataclasses.Field) -> Any:  # noqa: ANN401 as many types as there are fields
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _helps(kind: type) -> dict[str, str]:
    """Entries under `Attributes:` of a class and of those it stands on."""
    helps: dict[str, str] = {}
    for each in reversed(kind.__mro__):
        if dataclasses.is_dataclass(each):
            helps |= _attributes(inspect.cleandoc(each.__doc__ or ""))
    return helps


def _attributes(docstring: str) -> dict[str, str]:
    _, _, block = docstring.partition("\nAttributes:\n")
    helps: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        indent, text = len(line) - len(line.lstrip()), line.strip()
        if text and indent == 0:  # the next section
            break
        entry = _ENTRY.fullmatch(text) if indent == 4 else None
        if entry:
            name, helps[entry[1]] = entry[1], entry[2]
        elif text and name:
            helps[name] += f" {text}"
    return helps
