# For the scripts beside this one: the command that they test.

# find_fife COMMAND FUEL: sets `fife` to the command's full path, since it is run from other directories. Where none is named,
# it is what a release build leaves: the example `slices` for steps of so much fuel, else `fife`.
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
