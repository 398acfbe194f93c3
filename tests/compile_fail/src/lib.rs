//! Programs that must not compile: see `tests`. They are a crate of their own because all that their crate depends on is
//! built once more for them, and the tests of `fife` need much.
