//! The files in `compile_fail` must not compile: each is one way to break the arena that types rule out.
#![cfg(not(miri))]

#[test]
fn what_must_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
