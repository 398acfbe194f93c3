//! The files in `compile_fail` must not compile: each is one way for an embedder to harm the VM that types rule out.

#[test]
fn what_must_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
