//! The files in `fife` and `arena` must not compile: each is one way to harm the VM, or to break the arena, that types
//! rule out.

#[test]
fn what_must_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/fife/*.rs");
    cases.compile_fail("tests/arena/*.rs");
}
