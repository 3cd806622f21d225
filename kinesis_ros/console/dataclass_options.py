# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Commands that take their options from dataclasses.

A command says which fields of which dataclass a person may set. What the flags are called, what
their help says, what they are by default and which values are allowed comes from the fields; the
command gets the finished object.
"""

import dataclasses
import functools
import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from kinesis_ros.console.errors import CommandError
from kinesis_ros.options import Option, options_of

_MISSING = dataclasses.MISSING
_OF_FIELD: Any = object()  # the default is the field's


def _same(value: Any) -> Any:  # noqa: ANN401 of any field
    return value


@dataclasses.dataclass(frozen=True)
class Flag:
    """A flag of the command line that sets a field.

    Attributes:
        field: dotted path from the dataclass, e.g. 'ppo.horizon'.
        names: of the flag; default: the field's own name.
        also: further fields that get the same value.
        kind: how it is read, `Path` for text that names a file; default: as the field's type.
        default: instead of the field's, for the places where runs lie.
        required: it must be given, although the field has a default.
        shown: from the field's value to the flag's, e.g. a logarithm's exponential.
        taken: from the field's default and the flag's value to the field's new value.
        limits: of the flag where it is not of the field's unit: typer's min and max.
        help: where the field's own is not about the flag's value.
        metavar: stands for the value in the help.
    """

    field: str
    names: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    kind: type | None = None
    default: Any = _OF_FIELD
    required: bool = False
    shown: Callable[[Any], Any] = _same
    taken: Callable[[Any, Any], Any] | None = None
    limits: tuple[float | None, float | None] = (None, None)
    help: str = ""
    metavar: str | None = None


def takes(
    source: Any,  # noqa: ANN401 a dataclass or one of its instances
    *flags: Flag | str,
    into: str = "options",
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a command take an object whose fields are flags.

    Example:
        >>> @app.command()
        ... @takes(ImportOptions, "up", Flag("rate"))
        ... def convert(file: Path, options: ImportOptions) -> None: ...

    Args:
        source: dataclass, or an instance whose values are the defaults.
        flags: in the order of the help; a name stands for the flag of that field.
        into: parameter of the command that gets the object. Its flags take its place.

    Returns:
        A decorator. The command raises `CommandError` when the object refuses its values.
    """
    settings = {f"{into}_{i}": _Setting.of(source, flag) for i, flag in enumerate(flags)}

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def run(**arguments: Any) -> None:  # noqa: ANN401 whatever the command takes
            values: dict[str, Any] = {}
            for name, setting in settings.items():
                values |= setting.values(arguments.pop(name))
            try:
                built = _built(source, values)
            except ValueError as error:
                raise CommandError(str(error)) from error
            command(**arguments, **{into: built})

        signature = inspect.signature(command, eval_str=True)
        parameters: list[inspect.Parameter] = []
        for parameter in signature.parameters.values():
            if parameter.name == into:
                parameters += [setting.parameter(name) for name, setting in settings.items()]
            else:
                kind = inspect.Parameter.KEYWORD_ONLY
                parameters.append(parameter.replace(kind=kind))
        run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in parameters}
        return run

    return decorate


@dataclasses.dataclass(frozen=True)
class _Setting:
    """A flag with the field that it sets."""

    flag: Flag
    option: Option
    default: Any  # of the field

    @classmethod
    def of(cls, source: Any, flag: Flag | str) -> "_Setting":  # noqa: ANN401 see `takes`
        flag = Flag(flag) if isinstance(flag, str) else flag
        *path, name = flag.field.split(".")
        owner = source
        for part in path:
            owner = _value(owner, part)
        kind = owner if isinstance(owner, type) else type(owner)
        return cls(flag, options_of(kind)[name], _value(owner, name))

    def parameter(self, name: str) -> inspect.Parameter:
        """The flag as typer reads it from a signature."""
        flag, option = self.flag, self.option
        kind: Any = flag.kind or option.type
        default = self._shown()
        if option.many:
            kind = list[kind]
        if default is None:
            kind = kind | None
        low, high = flag.limits
        if option.range and flag.limits == (None, None):
            low, high = option.range.least, option.range.most
        number = int if option.type is int else _same
        info = typer.Option(
            *(flag.names or (f"--{option.name.replace('_', '-')}",)),
            min=None if low is None else number(low),
            max=None if high is None else number(high),
            help=self._help(),
            metavar=flag.metavar,
        )
        return inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if default is _MISSING else default,
            annotation=Annotated[kind, info],
        )

    def values(self, given: Any) -> dict[str, Any]:  # noqa: ANN401 what typer has read
        """New values by the paths of their fields; none where the default was left as it is."""
        flag, option = self.flag, self.option
        untouched = flag.default is _OF_FIELD and given == self._shown()
        if untouched and not flag.also:
            return {}
        if untouched:
            value = self.default
        elif flag.taken:
            value = flag.taken(self.default, given)
        elif option.many:
            value = tuple(self._text(each) for each in given or ())
        else:
            value = self._text(given)
        return dict.fromkeys((flag.field, *flag.also), value)

    def _text(self, given: Any) -> Any:  # noqa: ANN401 of any field
        if self.option.type is str and isinstance(given, Path):
            return str(given)
        return "" if given is None and not self.option.optional else given

    def _shown(self) -> Any:  # noqa: ANN401 of any field
        """Default of the flag."""
        if self.flag.required:
            return _MISSING
        value = self.default if self.flag.default is _OF_FIELD else self.flag.default
        if value is _MISSING:
            return value
        value = self.flag.shown(value)
        if self.option.many:
            return list(value) or None
        is_place = self.flag.kind is Path and isinstance(value, str)
        return (Path(value) if value else None) if is_place else value

    def _help(self) -> str:
        text = self.flag.help or self.option.help
        text = text[:1].upper() + text[1:]
        if self.option.choices:
            text += f" One of {', '.join(self.option.choices)}."
        return f"{text} May be repeated." if self.option.many else text


def _value(source: Any, name: str) -> Any:  # noqa: ANN401 of any field
    return options_of(source)[name].default if isinstance(source, type) else getattr(source, name)


def _built(source: Any, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 instance of the dataclass
    """The object with new values at dotted paths; each part is made once."""
    changes: dict[str, Any] = {}
    below: dict[str, dict[str, Any]] = {}
    for path, value in values.items():
        name, _, rest = path.partition(".")
        if rest:
            below.setdefault(name, {})[rest] = value
        else:
            changes[name] = value
    for name, parts in below.items():
        changes[name] = _built(_value(source, name), parts)
    return source(**changes) if isinstance(source, type) else dataclasses.replace(source, **changes)
