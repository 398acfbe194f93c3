//! What must not compile: the files in `compile_fail`, each one way to break the arena that types rule out.
#![cfg(not(miri))]

#[test]
fn what_must_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
