"""Attributes: conversion, `from`, `contact.set`, `derive` (spec sections 3 and 4)."""

import json
import re

from model.conditions import Date, Interpreter, Scope
from model.exact import INT64_MAX, INT64_MIN, is_number
from model.instants import parse_instant
from model.sequences import as_list, by_bytes

UNKNOWN = object()


def convert(kind, value):
    """The value as the declared type, or UNKNOWN. Null is a value of every type."""
    if value is None:
        return None
    if kind == "number":
        if is_number(value):
            return value
        if isinstance(value, str) and re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", value):
            number = json.loads(value)
            if isinstance(number, int) and not INT64_MIN <= number <= INT64_MAX:
                number = float(number)
            return number if abs(number) < float("inf") else UNKNOWN
    if kind == "boolean":
        if isinstance(value, bool):
            return value
        return {"true": True, "false": False}.get(value, UNKNOWN) if isinstance(value, str) else UNKNOWN
    if kind == "date":
        if isinstance(value, Date):
            return value
        at = parse_instant(value)
        return UNKNOWN if at is None else Date(at)
    if kind == "string" and isinstance(value, str):
        return value
    if kind == "strings" and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    return UNKNOWN


def wanted(pack, kind, data):
    """What an event sets: {attribute: value as sent}."""
    if kind == "contact.set":
        return dict(data)
    out = {}
    for name, spec in pack.attributes.items():
        for source in as_list(spec.get("from")):
            event, _, field = source.rpartition(".")
            if event == kind and field in data:
                out[name] = data[field]
                break
    return out


def settle(pack, present, changes, at):
    """(attributes after the changes, names of those refused). Derived ones follow their inputs."""
    out, refused = dict(present), []
    for name in by_bytes(changes):
        spec = pack.attributes.get(name)
        if spec and "derive" in spec:
            refused.append(name)
            continue
        value = convert(spec["type"], changes[name]) if spec else changes[name]
        if value is UNKNOWN:
            refused.append(name)
            value = None
        if value is None:
            out.pop(name, None)
        else:
            out[name] = value
    for name in by_bytes(pack.attributes):
        if "derive" in pack.attributes[name]:
            before, after = derived(pack, present, name, at), derived(pack, out, name, at)
            value = convert(pack.attributes[name]["type"], after)
            if value is UNKNOWN:
                if before != after:
                    refused.append(name)
                value = None
            if value is None:
                out.pop(name, None)
            else:
                out[name] = value
    return out, refused


def derived(pack, attributes, name, at):
    """The raw value of a derived attribute; one derived from another asks for that one first."""

    def look_up(path):
        side, _, rest = path.partition(".")
        if side == "list":
            return pack.lists.get(rest)
        spec = pack.attributes.get(rest)
        if side != "contact" or spec is None:
            return None
        if "derive" not in spec:
            return attributes.get(rest)
        value = convert(spec["type"], derived(pack, attributes, rest, at))
        return None if value is UNKNOWN else value

    return Interpreter(pack.semantics).evaluate(pack.attributes[name]["derive"], Scope(look_up, at))
