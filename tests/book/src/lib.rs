//! The Rust code of the pages, as doctests: `cargo test -p fife-book`. It is what embedders write, so it may not be unsafe.
//!
//! It is a crate of its own because the pages lie outside of the published ones, and use what embedders have beside `fife`.

#![forbid(unsafe_code)]
#![doc(test(attr(forbid(unsafe_code))))]

include!(concat!(env!("OUT_DIR"), "/pages.rs"));
