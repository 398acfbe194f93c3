//! Access to a VM: a `Lua` outside of callbacks, a context or a call inside of one.

use super::{Error, MaybeSend, Result};
use crate::api::Lua;
use crate::native::Call;
use crate::object::{Context, HostData};
use std::any::{Any, TypeId};

mod sealed {
    pub trait Sealed {}
    impl Sealed for crate::api::Lua {}
    impl Sealed for crate::object::Context<'_> {}
    impl Sealed for crate::native::Call<'_, '_> {}
}

/// Access to a VM, for what looks at values or makes some, but runs no Lua code: [`Lua`](crate::Lua) itself, or the
/// [`Context`](crate::gc::Context) or [`Call`](crate::gc::Call) that a callback gets. So the same handles work outside
/// and inside of callbacks.
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
    /// Opens the VM and calls `with`, which can look at branded values and make some. Nothing is collected meanwhile.
    fn access<R>(&self, with: impl for<'gc> FnOnce(Context<'gc>) -> R) -> R;

    /// Keeps a value of Rust with the VM, one per type, for functions that capture nothing, above all methods. Returns
    /// the value that was there before, or none if it is in use.
    ///
    /// It is dropped with the VM, or when another one is set. Its memory does not count, and the collector does not see
    /// into it: a handle in it keeps its object alive.
    ///
    /// ```
    /// use fife::gc::Context;
    /// use fife::{Access, Lua};
    ///
    /// struct Score(i64);
    ///
    /// let mut lua = Lua::new();
    /// lua.set_data(Score(10));
    /// lua.globals()
    ///     .set_function(&lua, "win", |ctx: Context<'_>, by: i64| ctx.data(|score: &mut Score| score.0 += by))?;
    /// lua.load("win(30) win(2)").exec()?;
    /// assert_eq!(lua.data(|score: &mut Score| score.0)?, 42);
    /// # Ok::<(), fife::Error>(())
    /// ```
    #[doc(alias = "set_app_data")]
    fn set_data<T: MaybeSend + 'static>(&self, value: T) -> Option<T> {
        self.access(|ctx| {
            let before = ctx.state().data.borrow_mut().insert(TypeId::of::<T>(), Some(Box::new(value)));
            let before: Box<dyn Any> = before.flatten()?;
            before.downcast().ok().map(|before| *before)
        })
    }

    /// Lends the value of a type that the VM [keeps](Self::set_data) to a closure.
    ///
    /// # Errors
    /// [`ErrorKind::Borrow`](crate::ErrorKind::Borrow): there is none, or a closure further out has it.
    #[doc(alias = "app_data_ref")]
    fn data<T: 'static, R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R> {
        self.access(|ctx| {
            let taken = ctx.state().data.borrow_mut().get_mut(&TypeId::of::<T>()).map(Option::take);
            let Some(found) = taken else { return Err(not_there::<T>()) };
            let Some(value) = found else { return Err(in_use::<T>()) };
            // Dropping this returns the value, after a panic, too.
            let mut using = Using { ctx, key: TypeId::of::<T>(), value: Some(value) };
            let value: Option<&mut dyn Any> = using.value.as_deref_mut().map(|value| value as _);
            match value.and_then(|value| value.downcast_mut()) {
                Some(value) => Ok(change(value)),
                None => Err(not_there::<T>()),
            }
        })
    }
}

#[cold]
fn not_there<T>() -> Error {
    Error::borrow(format!("the VM keeps no {}; set_data gives it one", std::any::type_name::<T>()))
}

#[cold]
fn in_use<T>() -> Error {
    Error::borrow(format!("the {} that the VM keeps is in use", std::any::type_name::<T>()))
}

/// Returns a value that the VM keeps.
struct Using<'gc> {
    ctx: Context<'gc>,
    key: TypeId,
    value: Option<Box<dyn HostData>>,
}

impl Drop for Using<'_> {
    fn drop(&mut self) {
        let mut all = self.ctx.state().data.borrow_mut();
        // Unless another one was set meanwhile.
        let entry = all.entry(self.key).or_default();
        let unused = if entry.is_none() { std::mem::replace(entry, self.value.take()) } else { self.value.take() };
        drop(all);
        drop(unused);
    }
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
