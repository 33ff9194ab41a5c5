# The two commands are `make demo` and `make test`. Each target installs what it lacks (scripts/packages.txt), builds in
# release, and runs. `make help` lists them.

SHELL := /bin/bash
JOBS := $(shell getconf _NPROCESSORS_ONLN)

export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

.DEFAULT_GOAL := program
.PHONY: program demo test test-full check package bench bench-peers format coverage dependencies install clean help

program: ## Build the program as build/leadline (the default)
	@scripts/install_dependencies.sh build
	@scripts/build_program.sh

demo: program ## Run the main job on real input, or on a made-up one that says so
	@scripts/demo.sh

test: ## Build in release and run every test, with all random cases
	@scripts/install_dependencies.sh test
	@scripts/run_tests.sh release 1

check: ## Format, clang-tidy, headers alone, tests under sanitizers (with clang), fuzzers
	@scripts/install_dependencies.sh check
	@scripts/check.sh

package: ## Build the Python package's wheel and source distribution, and prove both (three builds of the library)
	@scripts/install_dependencies.sh test
	@scripts/check_python_package.sh

test-full: test ## As test and check, with all random cases under the sanitizers too (hours)
	@scripts/install_dependencies.sh check
	@LEADLINE_CHECK_DIVISOR=1 scripts/check.sh

bench: ## Build and run the benchmarks
	@scripts/install_dependencies.sh bench
	@scripts/run_benchmarks.sh

bench-peers: ## The same work in the peers, in one run (installs them by name)
	@scripts/install_dependencies.sh peers
	@scripts/run_benchmarks.sh peers

format: ## Format every C++ file
	@scripts/install_dependencies.sh check
	@scripts/check_format.sh apply

coverage: ## Line coverage of the library, as text
	@scripts/install_dependencies.sh test
	@scripts/run_tests.sh coverage 20
	@scripts/report_coverage.sh

dependencies: ## Install what every target but bench-peers needs
	@scripts/install_dependencies.sh check
	@scripts/install_dependencies.sh bench

install: program ## Install the library, headers, program and packages to PREFIX (/usr/local)
	@cmake --install build/release --prefix $(or $(PREFIX),/usr/local)

clean: ## Remove everything that was built
	@rm -rf build

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
