"""What every part of the model says of lists and of order."""


def by_bytes(names):
    return sorted(names, key=lambda name: name.encode("utf-8"))


def as_list(value):
    return [] if value is None else value if isinstance(value, list) else [value]
