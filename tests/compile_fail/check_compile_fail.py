"""Proves that wrong code does not compile, and that it is the wrong line that does not.

A snippet holds right code, and one wrong piece for each `#if CASE == n`, n from 1, opened by a comment that says what
the compiler must answer:

    #if CASE == 1
    // expect: could not convert
    due_at = due_at + business;
    #endif

`expect-gcc:` and `expect-clang:` serve where the two differ. `// flags:` anywhere adds compiler flags to all wrong
cases. CASE 0 is the control: it must compile, or the cases fail for a reason of their own.
"""

import argparse
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import junit  # noqa: E402


def compile_case(arguments, number, flags):
    command = [arguments.compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion"]
    command += ["-Wshadow", "-Wno-missing-field-initializers", "-Werror", "-ffp-contract=off", f"-DCASE={number}", f"-I{arguments.include}"]
    # The messages are looked at, so they must not be translated.
    return subprocess.run(
        command + flags + [str(arguments.snippet)],
        capture_output=True,
        text=True,
        check=False,
        env={"LC_ALL": "C", "PATH": "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin"},
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snippet", type=pathlib.Path, required=True)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--compiler-id", required=True)
    parser.add_argument("--include", required=True)
    parser.add_argument("--results")
    arguments = parser.parse_args()
    text = arguments.snippet.read_text(encoding="utf-8")
    own_expect = "expect-gcc" if arguments.compiler_id == "GNU" else "expect-clang"
    flags = [flag for line in re.findall(r"^// flags: (.*)$", text, re.MULTILINE) for flag in line.split()]

    control = compile_case(arguments, 0, [])
    cases = [("control", "" if control.returncode == 0 else f"the right code does not compile:\n{control.stderr}")]
    pieces = re.findall(r"^#if CASE == (\d+)\n(.*?)^#endif", text, re.MULTILINE | re.DOTALL)
    if [int(number) for number, _ in pieces] != list(range(1, len(pieces) + 1)) or not pieces:
        cases.append(("cases", "the cases of a snippet are numbered from 1, and there is at least one"))
    for number, piece in pieces:
        expected = re.findall(rf"^\s*// (?:expect|{own_expect}): (.*)$", piece, re.MULTILINE)
        done = compile_case(arguments, number, flags)
        problem = ""
        if not expected:
            problem = f"case {number} does not say what the compiler must answer"
        elif done.returncode == 0:
            problem = f"case {number} compiles, and must not:\n{piece}"
        else:
            missing = [fragment for fragment in expected if fragment not in done.stderr]
            if missing:
                problem = f"case {number} fails without saying {missing}:\n{done.stderr}"
        cases.append((f"case {number}", problem))
    return 1 if junit.write_cases(arguments.results, "compile_fail_" + arguments.snippet.stem, cases) else 0


if __name__ == "__main__":
    sys.exit(main())
