"""Reads the declarations of leadline.h between their marks: what they are, so that other languages and checks can use them.

The header keeps to plain declarations, so a few patterns read it whole; what they do not know is an error here, and so a
failed test, rather than a declaration that is silently missing in some language.
"""

import re
from typing import NamedTuple


class Function(NamedTuple):
    result: str
    name: str
    parameters: list  # of texts, such as "const char* text"
    text: str


class Struct(NamedTuple):
    name: str
    fields: list  # of names


class Header(NamedTuple):
    functions: list
    structs: list
    handles: list
    callbacks: list
    constants: dict


def _without_comments(text):
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.S)


def _field_name(declaration):
    pointer_to_function = re.search(r"\(\*(\w+)\)\(", declaration)
    if pointer_to_function:
        return pointer_to_function.group(1)
    return re.search(r"(\w+)(\[\d+\])?$", declaration).group(1)


def read(text):
    inside = re.search(r"/\* \[declarations\].*?\*/(.*)/\* \[end of declarations\] \*/", text, flags=re.S)
    if not inside:
        raise ValueError("the header has no marks around its declarations")
    rest = _without_comments(inside.group(1))
    if "#" in rest:
        raise ValueError("a preprocessor line stands among the declarations")

    structs = []
    for body, name in re.findall(r"typedef struct \w+ \{(.*?)\} (\w+);", rest, flags=re.S):
        declarations = [" ".join(each.split()) for each in body.split(";") if each.strip()]
        structs.append(Struct(name, [_field_name(each) for each in declarations]))
    rest = re.sub(r"typedef struct \w+ \{.*?\} \w+;", " ", rest, flags=re.S)

    handles = re.findall(r"typedef struct (\w+) \1;", rest)
    rest = re.sub(r"typedef struct (\w+) \1;", " ", rest)

    callbacks = re.findall(r"typedef [\w ]+\(\*(\w+)\)\(", rest)
    rest = re.sub(r"typedef [\w ]+\(\*\w+\)\([^;]*\);", " ", rest)
    rest = re.sub(r"typedef int32_t leadline_status;", " ", rest)

    constants = {}
    for body in re.findall(r"enum \{(.*?)\};", rest, flags=re.S):
        for entry in filter(None, (each.strip() for each in body.split(","))):
            name, value = (part.strip() for part in entry.split("="))
            constants[name] = int(value)
    rest = re.sub(r"enum \{.*?\};", " ", rest, flags=re.S)

    functions = []
    for declaration in filter(None, (" ".join(each.split()) for each in rest.split(";"))):
        matched = re.fullmatch(r"((?:const )?\w+\*? )(leadline_\w+)\((.*)\)", declaration)
        if not matched:
            raise ValueError(f"not a plain declaration: {declaration}")
        result, name, parameters = matched.groups()
        parameters = [] if parameters == "void" else [each.strip() for each in parameters.split(",")]
        functions.append(Function(result.strip(), name, parameters, declaration))
    return Header(functions, structs, handles, callbacks, constants)
