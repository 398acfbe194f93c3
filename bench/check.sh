#!/bin/sh
# Counts the instructions of programs under callgrind and compares them with `instructions.tsv`; a regression of more
# than 3% fails. First it runs the tests of the driver, which also check that README.md lists all programs.
#
# usage: check.sh [--subset | --update | OPTION...]: options of `fife-bench instructions`; without one, all programs are
# counted. Prints SKIPPED if valgrind cannot be installed, or if rustc is not the version of the budgets.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export CARGO_TARGET_DIR="$here/target/driver"

cargo test --quiet --manifest-path "$here/driver/Cargo.toml"
if ! command -v valgrind >/dev/null; then
	export DEBIAN_FRONTEND=noninteractive
	(apt-get update -q && apt-get install -y -q --no-install-recommends valgrind) >/dev/null 2>&1 || true
fi
cargo run --quiet --manifest-path "$here/driver/Cargo.toml" -- instructions "$@"
