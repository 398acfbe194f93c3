#!/bin/sh
# Runs the official Lua 5.4 test suite, which is not part of this repository: https://www.lua.org/tests/
#
# Each file runs on its own, in a copy of the suite, so that no test sees what another one leaves behind. Then all of
# them run in one VM, as by the suite's driver `all.lua`, from stripped binary chunks where that says so. `official.txt`
# lists the lines that test intended differences; they are blanked in the copy. A line that differs from the list is a
# failure: the list is for Lua 5.4.8.
#
# The settings are the heaviest: `_soft` and `_port` are not set, `big.lua` is included, and `heavy.lua` may take 1 GiB.
# So this needs some 2 GB of memory, and Linux; `-p` is for other systems.

set -u
export LC_ALL=C

usage() {
	cat >&2 <<-'END'
	usage: official.sh [-p] [-s FUEL] [-t SECONDS] DIR [FIFE [FILE...]]
	  DIR    the test suite of Lua 5.4.8
	  FIFE   the command to be tested (target/release/fife)
	  FILE   a file of the suite, such as math.lua (all of them)
	  -p     leaves out what is not portable, as the suite sees it
	  -s N   runs the files in steps of N units of fuel, with a slice of collection at each pause; FIFE is then the
	         example `slices` (target/release/examples/slices)
	  -t N   seconds that a file may take (900)
	END
	exit 2
}

fuel= portable= seconds=900
while getopts ps:t: option; do
	case $option in
	p) portable=true ;;
	s) fuel=$OPTARG ;;
	t) seconds=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -ge 1 ] || usage

here=$(cd "$(dirname "$0")" && pwd)
list=$here/official.txt
suite=$(cd "$1" && pwd) && [ -f "$suite/all.lua" ] || { echo "official.sh: no test suite in $1" >&2; exit 2; }
shift
. "$here/command.sh"
find_fife "${1-}" "$fuel"
[ $# -eq 0 ] || shift

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' INT TERM

# The entries that apply to a file while `$2` is run, without its name.
entries() {
	awk -v file="$1" -v run="$2" -v fuel="$fuel" '
		/^\[/ { left_out = !($0 == "[in steps]" ? fuel != "" : $0 == "[in all.lua]" && run == "all.lua") }
		!left_out && ($1 == file || index($1, file ":") == 1) { sub(file ":?[ \t]*", ""); print }
	' "$list"
}

# Blanks the listed lines of a file in the current directory while `$2` is run; adds to `count` and `rotten`.
blank() {
	# The original decides, so that no entry's check depends on another one's.
	entries "$1" "$2" | grep '^[0-9]' >"$work/lines"
	while read -r lines check reason; do
		range=$(echo "$lines" | tr - ,)
		sum=$(sed -n "${range}p" "$suite/$1" | cksum | cut -d ' ' -f 1)
		[ "$sum" = "$check" ] || rotten="$rotten $1:$lines ($sum)"
		sed "${range}s/.*//" "$1" >"$work/blanked" && cat "$work/blanked" >"$1"
		count=$((count + $(sed -n "${range}p" "$1" | wc -l)))
	done <"$work/lines"
}

# Runs a file of the suite in the current directory.
run() {
	script=$1
	set --
	[ -z "$portable" ] || set -- -e '_port = true'
	case $script in
	# It uses up whatever there is.
	heavy.lua) set -- --memory 1073741824 "$@" "$script" ;;
	# As `all.lua` runs it: it yields.
	big.lua) set -- "$@" -e 'local f = coroutine.wrap(assert(loadfile("big.lua"))) assert(f() == "b" and f() == "a")' ;;
	# What is not portable has been tested file by file; here it depends on how much garbage other files leave.
	all.lua) set -- -e '_port = true' "$script" ;;
	*) set -- "$@" "$script" ;;
	esac
	# The input is one in which there are no positions.
	: | timeout "$seconds" "$fife" ${fuel:+"$fuel"} "$@"
}

failures=0
[ $# -ge 1 ] || set -- $(cd "$suite" && ls -- *.lua)
for file; do
	case $file in
	# A module.
	tracegc.lua) continue ;;
	esac
	reason=$(entries "$file" "$file" | sed -n 's/^-  *//p')
	if [ -n "$reason" ]; then
		echo "$file: left out: $reason"
		continue
	fi
	rm -rf "$work/suite"
	cp -R "$suite" "$work/suite" && chmod -R u+w "$work/suite" && cd "$work/suite" || exit 2

	count=0 rotten=
	if [ "$file" = all.lua ]; then
		for each in *.lua; do
			blank "$each" "$file"
		done
	else
		blank "$file" "$file"
	fi

	start=$(date +%s)
	run "$file" >"$work/output" 2>&1
	status=$?
	took=$(($(date +%s) - start))
	if [ -n "$rotten" ]; then
		echo "$file: failed: official.txt has another check for lines$rotten"
		failures=$((failures + 1))
	elif [ $status -ne 0 ]; then
		echo "$file: failed (status $status, $took s)"
		tail -n 8 "$work/output" | sed 's/^/    /'
		failures=$((failures + 1))
	elif [ $count -gt 0 ]; then
		echo "$file: passed with $count blanked lines ($took s)"
	else
		echo "$file: passed ($took s)"
	fi
	cd "$here" || exit 2
done
[ $failures -eq 0 ] || { echo "$failures failed"; exit 1; }
