# For the scripts beside this one: the command that they test.

# find_fife COMMAND FUEL: sets `fife` to the command's full path, since it is run from other directories. If COMMAND is
# empty, it uses the release build: the example `slices` if FUEL, the fuel of a step, is given, otherwise `fife`.
find_fife() {
	target=${CARGO_TARGET_DIR:-$here/../target}/release
	if [ -n "$1" ]; then
		wanted=$1
	elif [ -n "$2" ]; then
		wanted=$target/examples/slices
	else
		wanted=$target/fife
	fi
	found=$(command -v "$wanted") || {
		echo "${0##*/}: no command $wanted: build it with cargo build --release --workspace --examples --bins" >&2
		exit 2
	}
	fife=$(cd "$(dirname "$found")" && pwd)/${found##*/}
}
