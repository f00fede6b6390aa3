"""JSON as typed values: dataclasses are filled by the names and the types of their fields."""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

from govportal.client.errors import Unreachable

T = TypeVar("T")
PARSED: dict[Any, Callable[[str], Any]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    UUID: UUID,
}


def read(shape: type[T], data: Any) -> T:
    """Return `data` as `shape`; what a newer portal says besides is left out.

    Raises Unreachable for what is no answer of this shape.
    """
    try:
        return cast(T, _value(shape, data))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreachable(f"The portal's answer is no {shape.__name__}: {error!r}.") from error


def _value(shape: Any, data: Any) -> Any:
    origin, inner = get_origin(shape), get_args(shape)
    if origin in {Union, UnionType}:
        return None if data is None else _value(next(one for one in inner if one is not NoneType), data)
    if origin is tuple:
        return tuple(_value(inner[0], each) for each in data)
    if origin is dict:
        return {key: _value(inner[1], each) for key, each in data.items()}
    if is_dataclass(shape):
        return _dataclass(shape, data)
    if shape in PARSED:
        return PARSED[shape](data)
    return data


def _dataclass(shape: Any, data: dict[str, Any]) -> Any:
    hints = _hints(shape)
    known = {each.name: _value(hints[each.name], data[each.name]) for each in _given(shape, data)}
    return shape(**known)


def _given(shape: Any, data: dict[str, Any]) -> Any:
    """The fields that `data` fills; one without a default must be among them."""
    return [
        each
        for each in fields(shape)
        if each.name in data or (each.default is MISSING and each.default_factory is MISSING)
    ]


@cache
def _hints(shape: Any) -> dict[str, Any]:
    return get_type_hints(shape)
