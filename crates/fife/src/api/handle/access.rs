//! What has a VM at hand: a `Lua` outside of callbacks, a context or a call within.

use crate::api::Lua;
use crate::native::Call;
use crate::object::Context;

mod sealed {
    pub trait Sealed {}
    impl Sealed for crate::api::Lua {}
    impl Sealed for crate::object::Context<'_> {}
    impl Sealed for crate::native::Call<'_, '_> {}
}

/// Access to a VM, for what looks at values or makes some, but runs no Lua code: [`Lua`](crate::Lua) itself, or the
/// [`Context`](crate::gc::Context) or [`Call`](crate::gc::Call) that a callback is given. So one set of handles serves outside and inside of callbacks.
///
/// ```
/// use fife::gc::Context;
/// use fife::{Lua, Result, Table};
///
/// let mut lua = Lua::new();
/// let counts = Table::new(&lua)?;
/// let inside = counts.clone();
/// lua.globals().set_function(&lua, "count", move |ctx: Context<'_>, word: String| -> Result<i64> {
///     let count = inside.get::<Option<i64>>(&ctx, &*word)?.unwrap_or(0) + 1;
///     inside.set(&ctx, word, count)?;
///     Ok(count)
/// })?;
/// lua.load("count('a') count('b') count('a')").exec()?;
/// assert_eq!(counts.get::<i64>(&lua, "a")?, 2);
/// # Ok::<(), fife::Error>(())
/// ```
pub trait Access: sealed::Sealed {
    /// Opens the VM: inside, branded values can be looked at and made. Nothing is collected meanwhile.
    fn access<R>(&self, with: impl for<'gc> FnOnce(Context<'gc>) -> R) -> R;
}

impl Access for Lua {
    fn access<R>(&self, with: impl for<'gc> FnOnce(Context<'gc>) -> R) -> R {
        self.enter(with)
    }
}

impl Access for Context<'_> {
    fn access<R>(&self, with: impl for<'gc> FnOnce(Context<'gc>) -> R) -> R {
        with(*self)
    }
}

impl Access for Call<'_, '_> {
    fn access<R>(&self, with: impl for<'gc> FnOnce(Context<'gc>) -> R) -> R {
        with(self.ctx())
    }
}
