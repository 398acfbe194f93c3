//! The one bound on what a host puts into a VM. With the feature `send` it is `Send`; without it, every type has it.

/// The bound of what a VM keeps for its host, and of what may be in an arena: closures, futures, userdata, and
/// everything else that is not traced.
///
/// Every type has it, unless the feature `send` is on. Then only types that are `Send` have it, and a VM can be moved
/// to another thread. The feature takes types away that programs may have used without it, so only the final program
/// should turn it on. A library should use this trait as its bound, and write closures and types that are `Send`.
#[cfg(not(feature = "send"))]
pub trait MaybeSend {}
#[cfg(not(feature = "send"))]
impl<T: ?Sized> MaybeSend for T {}

/// The bound of what a VM keeps for its host, and of what may be in an arena: closures, futures, userdata, and
/// everything else that is not traced.
///
/// With the feature `send`, which is on, every type that is `Send` has it, so that a VM can be moved to another thread.
/// Without it, every type has it.
#[cfg(feature = "send")]
pub trait MaybeSend: Send {}
#[cfg(feature = "send")]
impl<T: Send + ?Sized> MaybeSend for T {}
