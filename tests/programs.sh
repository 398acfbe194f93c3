#!/bin/sh
# Runs real programs with Fife and with PUC-Rio Lua: what they print must be the same.
#
# The programs are those of `programs/`, which use libraries from Debian's packages, and the libraries' own tests.
# Missing packages are installed if possible; if not, this prints SKIPPED and succeeds.

set -u
export LC_ALL=C TZ=UTC

usage() {
	cat >&2 <<-'END'
	usage: programs.sh [-s FUEL] [FIFE [PROGRAM...]]
	  FIFE     the command to be tested (target/release/fife)
	  PROGRAM  a name in tests/programs, such as luacheck (all of them)
	  -s N     runs them in steps of N units of fuel, with a slice of collection at each pause; FIFE is then the
	           example `slices` (target/release/examples/slices)
	END
	exit 2
}

fuel=
while getopts s: option; do
	case $option in
	s) fuel=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))

here=$(cd "$(dirname "$0")" && pwd)
. "$here/command.sh"
find_fife "${1-}" "$fuel"
[ $# -eq 0 ] || shift
[ $# -ge 1 ] || set -- luaunit luaunit_examples dkjson dkjson_tests penlight messagepack basexx binaryheap uri luarocks lexer luacheck

packages='lua5.4 lua-unit lua-dkjson lua-penlight lua-check lua-argparse lua-messagepack lua-basexx lua-binaryheap lua-uri luarocks'
installed() {
	for package in $packages; do
		[ "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" = 'install ok installed' ] || return 1
	done
}
if ! installed; then
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -q >/dev/null 2>&1
	# shellcheck disable=SC2086
	apt-get install -y -q --no-install-recommends $packages >/dev/null 2>&1
	installed || { echo "SKIPPED: no packages $packages"; exit 0; }
fi

export EXAMPLES=/usr/share/doc/lua-unit/examples DKJSON_TESTS=/usr/share/doc/lua-dkjson/examples/jsontest.lua LUAROCKS=/usr/bin/luarocks
# Libraries for 5.1 that have no other place work with 5.4 too; those in C are left alone.
tree=/usr/share/lua
export LUA_PATH="$tree/5.4/?.lua;$tree/5.4/?/init.lua;$tree/5.3/?.lua;$tree/5.3/?/init.lua;$tree/5.1/?.lua;$tree/5.1/?/init.lua" LUA_CPATH=/nothing.so

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' INT TERM
export HOME="$work"
export FILES="$work/files"
# Many are there under several names: each once.
find "$tree" -name '*.lua' -type f | sort >"$FILES"

# Runs a program and takes out what is an implementation's choice: addresses, times, the command's own name.
run() {
	output=$1
	shift
	(cd "$work" && "$@") >"$output.all" 2>&1
	echo "status $?" >>"$output.all"
	sed -E -e 's/^# Started on .*/# Started/' -e 's/0x[0-9a-f]+/0x/g' -e 's/[0-9]+\.[0-9]+ seconds/some seconds/' -e 's/^(lua5\.4|.*\/fife|slices): //' \
		-e 's/timestamp="[^"]*"//' "$output.all" >"$output"
}

failed=
start=$(date +%s)
for name in "$@"; do
	program=$here/programs/$name.lua
	[ -f "$program" ] || { echo "programs.sh: no program $name" >&2; exit 2; }
	case $name in
	luaunit*) needed=$EXAMPLES/test_luaunit.lua ;;
	dkjson_tests) needed=$DKJSON_TESTS ;;
	*) needed=$program ;;
	esac
	if [ ! -f "$needed" ]; then
		# Containers often leave documentation out.
		echo "$name: SKIPPED: no $needed"
		continue
	fi
	run "$work/expected" lua5.4 "$program"
	before=$(date +%s)
	if [ -n "$fuel" ]; then
		run "$work/found" "$fife" "$fuel" "$program"
	else
		run "$work/found" "$fife" "$program"
	fi
	lines=$(wc -l <"$work/expected")
	if cmp -s "$work/expected" "$work/found"; then
		echo "$name: the same $lines lines in $(($(date +%s) - before)) s"
	else
		echo "$name: DIFFERENT"
		diff "$work/expected" "$work/found" | head -n 20
		failed="$failed $name"
	fi
done
echo "$(($(date +%s) - start)) s"
[ -z "$failed" ] || { echo "FAILED:$failed"; exit 1; }
