//! The Rust code of the pages, as doctests: `cargo test -p fife-book`. It is code for embedders, so it may not be
//! unsafe.
//!
//! A separate crate, because the pages are outside of the published crates and use other crates that embedders have
//! beside `fife`.

#![forbid(unsafe_code)]
#![doc(test(attr(forbid(unsafe_code))))]

include!(concat!(env!("OUT_DIR"), "/pages.rs"));
