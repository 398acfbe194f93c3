//! The one bound on what a host puts into a VM: with the feature `send` it is `Send`, without it anything is.

/// What a host gives a VM to keep, and what may lie in an arena: closures, futures, userdata, and all else that is not traced.
///
/// Everything has it, unless the feature `send` is on: then what is `Send` has it, and a VM can be moved to another thread. The feature
/// takes types away that programs may have used without it, so it is the final program that turns it on; a library should bound by
/// this trait, and write closures and types that are `Send`.
#[cfg(not(feature = "send"))]
pub trait MaybeSend {}
#[cfg(not(feature = "send"))]
impl<T: ?Sized> MaybeSend for T {}

/// What a host gives a VM to keep, and what may lie in an arena: closures, futures, userdata, and all else that is not traced.
///
/// With the feature `send`, which is on, everything that is `Send` has it, so that a VM can be moved to another thread. Without it
/// everything has it.
#[cfg(feature = "send")]
pub trait MaybeSend: Send {}
#[cfg(feature = "send")]
impl<T: Send + ?Sized> MaybeSend for T {}
