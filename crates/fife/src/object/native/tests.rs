//! Which names natives may have.

use super::last_part;

#[test]
fn names_have_a_namespace() {
    for (name, part) in [("app.double", "double"), ("a.b.c", "c"), ("io.file.__gc", "__gc"), ("app::x.y", "y")] {
        assert_eq!(last_part(name).map(|start| &name[start..]), Some(part), "{name}");
    }
    for name in ["", "double", ".", ".double", "app.", "app..double", "..", "app.a b", "app.\n", "äpp.double"] {
        assert_eq!(last_part(name), None, "{name}");
    }
}
