//! The handle of a userdata: an object of the host that a script holds.

use super::root::{Root, handle};
use std::sync::Arc;

/// A userdata of any type, kept alive by this handle.
///
/// What is inside a userdata is looked at through the branded one: [`fetch`](Self::fetch), and then
/// [`downcast`](crate::gc::UserData::downcast).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AnyUserData {
    root: Arc<Root>,
}
handle!(AnyUserData, UserData, of_userdata);
