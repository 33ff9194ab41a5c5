"""Every ```console block of the documents is run, and what it prints is what the document says.

A line that begins with `$ ` is a command, run by bash in the repository with the leadline program on the path; the lines
below it are its output, standard error included. Blocks of C++ in the README must be files of examples/.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import junit  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = pathlib.Path(sys.argv[1]).resolve()


def commands_of(block):
    """Pairs of a command and its expected output."""
    pairs = []
    for line in block.splitlines():
        if line.startswith("$ "):
            pairs.append([line[2:], []])
        elif pairs:
            pairs[-1][1].append(line)
    return [(command, "\n".join(lines)) for command, lines in pairs]


def run(command, folder):
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=120, check=False,
                          env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"})
    return done.stdout.rstrip("\n")


def check(document, folder):
    cases = []
    text = document.read_text(encoding="utf-8")
    name = str(document.relative_to(ROOT))
    for block in re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for command, expected in commands_of(block):
            printed = run(command, folder)
            problem = "" if printed == expected.rstrip("\n") else f"printed:\n{printed}\nthe document says:\n{expected}"
            cases.append((f"{name}: {command}", problem))
    for language, ending in [("cpp", "cpp"), ("python", "py"), ("go", "go")]:
        for block in re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
            is_file = any(block in path.read_text(encoding="utf-8") for path in ROOT.glob(f"examples/**/*.{ending}"))
            cases.append((f"{name}: {language} that begins {block.splitlines()[0]}",
                          "" if is_file else f"no file of examples/ holds this block:\n{block}"))
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        cases.append((f"{name}: link to {target}",
                      "" if (document.parent / target).exists() else f"{target} does not exist"))
    return cases


def main():
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
    cases = []
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "leadline").symlink_to(PROGRAM)
        for document in documents:
            if document.exists():
                cases += check(document, folder)
    if not any("$" not in name and "leadline" in name for name, _ in cases):
        cases.append(("documents hold commands", "no document holds a command that runs leadline"))
    sys.exit(1 if junit.write_cases(os.environ.get("GTEST_OUTPUT", "").removeprefix("xml:"), "docs", cases) else 0)


if __name__ == "__main__":
    main()
