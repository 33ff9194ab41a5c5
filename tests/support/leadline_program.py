"""Runs the leadline program, whose path a script test gets as its first argument."""

import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build" / "leadline")


def run(*arguments, given="", binary=False):
    """The finished program, with `given` on its standard input."""
    return subprocess.run([PROGRAM, *map(str, arguments)], input=given, text=not binary, capture_output=True,
                          timeout=120, check=False)


class written:
    """A text as a file with that name, in a folder of its own, for the length of a `with`."""

    def __init__(self, name, content):
        self.name = name
        self.content = content if isinstance(content, bytes) else content.encode("utf-8")

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        path = pathlib.Path(self.folder.name) / self.name
        path.write_bytes(self.content)
        return path

    def __exit__(self, *_):
        self.folder.cleanup()
