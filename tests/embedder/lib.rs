//! Empty: the embedders are in `tests`.
#![forbid(unsafe_code)]
