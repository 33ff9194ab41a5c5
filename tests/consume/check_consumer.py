"""Takes the library in as a host does, and builds and runs a small program against both of its variants.

Ways: install (find_package on an installed copy, the installed program included), build_tree (find_package on the
build folder), subdirectory (add_subdirectory), pkg_config (the plain compiler with pkg-config's flags), shared (as
install and pkg_config, of a build with BUILD_SHARED_LIBS). The header-only variant, which compiles the whole library, is
built where the way makes a difference to it: installed, by subdirectory and by pkg-config.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import junit  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
VARIANTS = ["leadline", "headers"]


class failure(Exception):
    pass


def run(*command, **options):
    done = subprocess.run(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options
    )
    if done.returncode != 0:
        raise failure(f"{' '.join(str(part) for part in command)}\nended with {done.returncode}:\n{done.stdout[-6000:]}")
    return done.stdout


class consumer:
    def __init__(self, arguments, scratch):
        self.arguments = arguments
        self.scratch = pathlib.Path(scratch)

    def configure(self, source, build, *options):
        arguments = self.arguments
        run(
            *[arguments.cmake, "-G", "Ninja", "-S", source, "-B", build, f"-DCMAKE_CXX_COMPILER={arguments.compiler}"],
            *[f"-DCMAKE_CXX_COMPILER_LAUNCHER={arguments.launcher}", "-DCMAKE_BUILD_TYPE=Debug"],
            *["-DLEADLINE_FETCH_MISSING=OFF", *options],
        )

    def build(self, folder, *targets):
        run(self.arguments.cmake, "--build", folder, *[part for target in targets for part in ("--target", target)])

    def install(self, build):
        prefix = self.scratch / "prefix"
        run(self.arguments.cmake, "--install", build, "--prefix", prefix)
        return prefix

    def build_project(self, folder, *options, variants=VARIANTS):
        build = self.scratch / "consumer"
        self.configure(HERE / folder, build, *options)
        self.build(build, *[f"consumer_{variant}" for variant in variants])
        for variant in variants:
            self.expect_greeting(run(build / f"consumer_{variant}"))

    def build_c_project(self, *options):
        build = self.scratch / "c_consumer"
        run(self.arguments.cmake, "-G", "Ninja", "-S", HERE / "c_project", "-B", build, *options)
        self.build(build)
        self.expect_greeting(run(build / "consumer_c"))

    def expect_greeting(self, text):
        if "2 stages" not in text:
            raise failure(f"the consumer printed {text!r}")

    def try_pkg_config(self, prefix, packages=("leadline", "leadline-headers")):
        folders = [path.parent for path in prefix.rglob("leadline.pc")]
        if len(folders) != 1:
            raise failure(f"leadline.pc is installed {len(folders)} times")
        environment = {**os.environ, "PKG_CONFIG_PATH": str(folders[0])}
        for package in packages:
            flags = run("pkg-config", "--cflags", "--libs", package, env=environment).split()
            program = self.scratch / f"consumer_{package}"
            run(self.arguments.compiler, "-std=c++20", HERE / "consumer.cpp", *flags, "-o", program)
            library_path = {**os.environ, "LD_LIBRARY_PATH": str(folders[0].parent)}
            self.expect_greeting(run(program, env=library_path))
        flags = run("pkg-config", "--cflags", "--libs", "leadline-c", env=environment).split()
        program = self.scratch / "consumer_c"
        run("cc", "-std=c99", HERE / "consumer.c", *flags, "-o", program)
        self.expect_greeting(run(program, env=library_path))

    # --- The ways ---

    def way_install(self):
        prefix = self.install(self.arguments.build)
        self.build_project("project", f"-DCMAKE_PREFIX_PATH={prefix}")
        self.build_c_project(f"-DCMAKE_PREFIX_PATH={prefix}")
        programs = [path for path in prefix.rglob("bin/leadline")]
        if len(programs) != 1:
            raise failure("the program is not installed")
        if not run(programs[0], "--version").strip():
            raise failure("the installed program does not tell its version")

    def way_build_tree(self):
        self.build_c_project(f"-Dleadline_DIR={self.arguments.build}")
        self.build_project("project", f"-Dleadline_DIR={self.arguments.build}", variants=["leadline"])

    def way_subdirectory(self):
        self.build_project("subdirectory", f"-DLEADLINE_SOURCE_FOLDER={self.arguments.source}")

    def way_pkg_config(self):
        self.try_pkg_config(self.install(self.arguments.build))

    def way_shared(self):
        build = self.scratch / "library"
        self.configure(
            self.arguments.source,
            build,
            *["-DBUILD_SHARED_LIBS=ON", "-DLEADLINE_BUILD_TESTS=OFF", "-DLEADLINE_BUILD_PROGRAM=OFF"],
            # As a host compiles it: the compiler's cache then has the library from way_subdirectory.
            *["-DLEADLINE_BUILD_PYTHON=OFF", "-DLEADLINE_WERROR=OFF"],
        )
        self.build(build)
        prefix = self.install(build)
        self.build_project("project", f"-DCMAKE_PREFIX_PATH={prefix}", variants=["leadline"])
        self.try_pkg_config(prefix, packages=["leadline"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ["way", "cmake", "compiler", "launcher", "source", "build", "results"]:
        parser.add_argument(f"--{name}", default="")
    arguments = parser.parse_args()
    problem = ""
    with tempfile.TemporaryDirectory() as scratch:
        try:
            getattr(consumer(arguments, scratch), "way_" + arguments.way)()
        except failure as told:
            problem = str(told)
    return 1 if junit.write_cases(arguments.results, "consume", [(arguments.way, problem)]) else 0


if __name__ == "__main__":
    sys.exit(main())
