"""A maker of Arrow data by ctypes, so that every layout can be handed over without any library."""

import ctypes
import struct


class Schema(ctypes.Structure):
    pass


class Array(ctypes.Structure):
    pass


class Stream(ctypes.Structure):
    pass


SCHEMA_RELEASE = ctypes.CFUNCTYPE(None, ctypes.POINTER(Schema))
ARRAY_RELEASE = ctypes.CFUNCTYPE(None, ctypes.POINTER(Array))
STREAM_RELEASE = ctypes.CFUNCTYPE(None, ctypes.POINTER(Stream))
GET_SCHEMA = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Stream), ctypes.POINTER(Schema))
GET_NEXT = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Stream), ctypes.POINTER(Array))
GET_ERROR = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.POINTER(Stream))

Schema._fields_ = [
    ("format", ctypes.c_char_p), ("name", ctypes.c_char_p), ("metadata", ctypes.c_char_p), ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64), ("children", ctypes.POINTER(ctypes.POINTER(Schema))),
    ("dictionary", ctypes.POINTER(Schema)), ("release", SCHEMA_RELEASE), ("private_data", ctypes.c_void_p),
]  # fmt: skip
Array._fields_ = [
    ("length", ctypes.c_int64), ("null_count", ctypes.c_int64), ("offset", ctypes.c_int64), ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64), ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(Array))), ("dictionary", ctypes.POINTER(Array)),
    ("release", ARRAY_RELEASE), ("private_data", ctypes.c_void_p),
]  # fmt: skip
Stream._fields_ = [
    ("get_schema", GET_SCHEMA), ("get_next", GET_NEXT), ("get_last_error", GET_ERROR), ("release", STREAM_RELEASE),
    ("private_data", ctypes.c_void_p),
]  # fmt: skip

_new_capsule = ctypes.pythonapi.PyCapsule_New
_new_capsule.restype = ctypes.py_object
_new_capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]


def bits(truths):
    out = bytearray((len(truths) + 7) // 8 or 1)
    for index, truth in enumerate(truths):
        if truth:
            out[index // 8] |= 1 << (index % 8)
    return bytes(out)


class column:
    """A format, a length and buffers; perhaps children or a dictionary."""

    def __init__(self, format, length, buffers, *, children=(), dictionary=None, offset=0):
        self.format = format
        self.length = length
        self.buffers = buffers
        self.children = list(children)  # of (name, column)
        self.dictionary = dictionary
        self.offset = offset


def _validity(values):
    return None if all(value is not None for value in values) else bits([value is not None for value in values])


def texts(values, format="u"):
    if format == "vu":
        views, more = b"", b""
        for value in values:
            raw = (value or "").encode()
            if len(raw) <= 12:
                views += struct.pack("<i12s", len(raw), raw)
            else:
                views += struct.pack("<i4sii", len(raw), raw[:4], 0, len(more))
                more += raw
        return column("vu", len(values), [_validity(values), views, more, struct.pack("<q", len(more))])
    offsets, content = [0], b""
    for value in values:
        content += (value or "").encode()
        offsets.append(len(content))
    letter = "i" if format == "u" else "q"
    return column(format, len(values), [_validity(values), struct.pack(f"<{len(offsets)}{letter}", *offsets), content])


def numbers(values, format="l"):
    letter = {"c": "b", "C": "B", "s": "h", "S": "H", "i": "i", "I": "I", "l": "q", "L": "Q", "f": "f", "g": "d",
              "tdD": "i"}.get(format, "q")  # fmt: skip
    return column(format, len(values), [_validity(values), struct.pack(f"<{len(values)}{letter}", *(v or 0 for v in values))])


def truths(values):
    return column("b", len(values), [_validity(values), bits([bool(value) for value in values])])


def nothing(length):
    return column("n", length, [])


def dictionary(places, values, format="i"):
    made = numbers(places, format)
    made.dictionary = values
    return made


def structs(children, length, validity=None):
    return column("+s", length, [validity], children=children)


class _kept:
    """The C structs of a column, with all that they point to."""

    def __init__(self, name, of):
        self.children = [_kept(child_name, child) for child_name, child in of.children]
        self.dictionary = _kept("", of.dictionary) if of.dictionary is not None else None
        self.name, self.of = name.encode(), of
        self.release_schema = SCHEMA_RELEASE(self._end_schema)
        self.release_array = ARRAY_RELEASE(self._end_array)
        self.memory = [ctypes.create_string_buffer(raw, max(len(raw), 1)) if raw is not None else None for raw in of.buffers]
        self.buffers = (ctypes.c_void_p * max(len(self.memory), 1))(
            *(ctypes.addressof(each) if each is not None else None for each in self.memory)
        )
        self.schema, self.array = Schema(), Array()
        self.fill_schema(self.schema)
        self.fill_array(self.array)

    @staticmethod
    def _end_schema(pointer):
        pointer.contents.release = SCHEMA_RELEASE()

    @staticmethod
    def _end_array(pointer):
        pointer.contents.release = ARRAY_RELEASE()

    def fill_schema(self, out):
        self.schema_children = (ctypes.POINTER(Schema) * max(len(self.children), 1))(
            *(ctypes.pointer(each.schema) for each in self.children)
        )
        out.format, out.name, out.flags = self.of.format.encode(), self.name, 2
        out.n_children, out.children = len(self.children), self.schema_children
        if self.dictionary:
            out.dictionary = ctypes.pointer(self.dictionary.schema)
        out.release = self.release_schema

    def fill_array(self, out):
        self.array_children = (ctypes.POINTER(Array) * max(len(self.children), 1))(
            *(ctypes.pointer(each.array) for each in self.children)
        )
        out.length, out.null_count, out.offset = self.of.length, -1, self.of.offset
        out.n_buffers, out.buffers = len(self.memory), self.buffers
        out.n_children, out.children = len(self.children), self.array_children
        if self.dictionary:
            out.dictionary = ctypes.pointer(self.dictionary.array)
        out.release = self.release_array


class table:
    """One batch of named columns, through __arrow_c_array__."""

    def __init__(self, columns, *, length=None, offset=0):
        columns = list(columns.items()) if isinstance(columns, dict) else columns
        length = columns[0][1].length if length is None else length
        self.kept = _kept("", column("+s", length, [None], children=columns, offset=offset))

    def __arrow_c_array__(self, requested_schema=None):
        return (
            _new_capsule(ctypes.addressof(self.kept.schema), b"arrow_schema", None),
            _new_capsule(ctypes.addressof(self.kept.array), b"arrow_array", None),
        )


class stream:
    """Several batches, through __arrow_c_stream__; with `fails_at` the n-th fails, with `raises_at` it raises."""

    def __init__(self, batches, *, fails_at=None):
        self.batches = batches
        self.given = 0
        self.said = ctypes.create_string_buffer(b"the disk is gone")

        def get_schema(_, out):
            self.batches[0].kept.fill_schema(out.contents)
            return 0

        def get_next(_, out):
            index = self.given
            self.given += 1
            if index == fails_at:
                return 5
            if index >= len(self.batches):
                out.contents.release = ARRAY_RELEASE()
                return 0
            self.batches[index].kept.fill_array(out.contents)
            return 0

        def get_error(_):
            return ctypes.addressof(self.said)

        def release(pointer):
            pointer.contents.release = STREAM_RELEASE()

        self.raw = Stream(GET_SCHEMA(get_schema), GET_NEXT(get_next), GET_ERROR(get_error), STREAM_RELEASE(release), None)

    def __arrow_c_stream__(self, requested_schema=None):
        return _new_capsule(ctypes.addressof(self.raw), b"arrow_array_stream", None)
