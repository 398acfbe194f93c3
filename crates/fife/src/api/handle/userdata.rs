//! Userdata: the handle that a host holds, and the reference that its functions get.

use super::class::{Object, shown_name};
use super::convert::take;
use super::host_function::complain;
use super::natives::{call_method, get_index, set_index};
use super::root::{Root, handle};
use super::shared::InUse;
use super::{Access, Error, FromLua, FromLuaMulti, IntoLua, IntoLuaMulti, Mismatch, Result, UserData};
use crate::api::Lua;
use crate::error::ErrorKind;
use crate::native::Call;
use crate::object::{self as gc, Cause, Context, Value};
use std::fmt;
use std::sync::Arc;

// ---- The handle ----

/// A userdata of any type, kept alive by this handle.
///
/// ```
/// use fife::{AnyUserData, Class, Lua, UserData};
///
/// struct Counter(u32);
///
/// impl UserData for Counter {
///     const NAME: &'static str = "demo.Counter";
///     fn class(class: &mut Class<Self>) {
///         class.method_mut("count", |this: &mut Counter| this.0 += 1);
///     }
/// }
///
/// let mut lua = Lua::new();
/// let counter = AnyUserData::new(&lua, Counter(0))?;
/// lua.load("local counter = ... for i = 1, 10 do counter:count() end").call::<()>(&counter)?;
/// assert_eq!(counter.with(&lua, |it: &Counter| it.0)?, 10);
/// counter.with_mut(&lua, |it: &mut Counter| it.0 = 20)?;
/// assert_eq!(counter.take::<Counter>(&lua)?.0, 20);
/// let error = lua.load("(...):count()").name("=demo").call::<()>(&counter).unwrap_err();
/// assert_eq!(error.to_string(), "demo:1: calling 'count' on bad self (the Counter was taken away)");
/// # Ok::<(), fife::Error>(())
/// ```
///
/// To look into a userdata that is not of a [class](UserData), use the branded one: [`fetch`](Self::fetch), and then
/// [`downcast`](crate::gc::UserData::downcast).
#[doc(alias = "create_userdata")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AnyUserData {
    root: Arc<Root>,
}
handle!(AnyUserData, UserData, of_userdata, userdata);

impl AnyUserData {
    /// Makes a userdata that holds a value.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`]; the value is dropped then.
    pub fn new<T: UserData>(vm: &impl Access, value: T) -> Result<AnyUserData> {
        vm.access(|ctx| Ok(AnyUserData::stash(ctx, Object::make(ctx, value)?)))
    }

    /// Whether it is of this class.
    pub fn is<T: UserData>(&self, vm: &impl Access) -> bool {
        vm.access(|ctx| self.fetch(ctx).is_ok_and(|data| Object::<T>::of(data.into()).is_some()))
    }

    /// The name of its type, with a namespace: [`UserData::NAME`], or that of a
    /// [`userdata_type!`](crate::userdata_type!).
    ///
    /// # Errors
    /// [`ErrorKind::Handle`].
    pub fn type_name(&self, vm: &impl Access) -> Result<&'static str> {
        vm.access(|ctx| Ok(self.fetch(ctx)?.descriptor().name()))
    }

    /// A reference to the value, as a function of the host gets it as an argument: it can be kept, and looked into
    /// without the VM.
    ///
    /// # Errors
    /// [`ErrorKind::Conversion`] if it is of another type; [`ErrorKind::Handle`].
    pub fn value<T: UserData>(&self, vm: &impl Access) -> Result<Ref<T>> {
        vm.access(|ctx| Ok(Ref::from_lua(ctx, self.fetch(ctx)?.into())?))
    }

    /// Calls `look` with the value. Several calls may look at it at the same time.
    ///
    /// # Errors
    /// [`ErrorKind::Borrow`] if it is being changed, or was taken; [`ErrorKind::Conversion`] if it is of another type;
    /// [`ErrorKind::Handle`].
    #[doc(alias = "borrow")]
    pub fn with<T: UserData, R>(&self, vm: &impl Access, look: impl FnOnce(&T) -> R) -> Result<R> {
        self.value(vm)?.with(look)
    }

    /// Calls `change` with the value.
    ///
    /// # Errors
    /// As [`with`](Self::with); [`ErrorKind::Borrow`] also while it is being looked at.
    #[doc(alias = "borrow_mut")]
    pub fn with_mut<T: UserData, R>(&self, vm: &impl Access, change: impl FnOnce(&mut T) -> R) -> Result<R> {
        let result = self.value(vm)?.with_mut(change);
        vm.access(|ctx| ctx.settle_external());
        result
    }

    /// Takes the value out. From then on, whatever a script does with the userdata is an error.
    ///
    /// # Errors
    /// As [`with_mut`](Self::with_mut).
    pub fn take<T: UserData>(&self, vm: &impl Access) -> Result<T> {
        let value = self.value::<T>(vm)?;
        value.0.take().map_err(|why| BorrowError::new(&value.0, why).into())
    }

    /// The value of a key, as a script reads it: a method, a field, or what `__index` gives.
    ///
    /// # Errors
    /// Those of [`Function::call`](super::Function::call).
    pub fn index<V: for<'g> FromLua<'g>>(&self, lua: &mut Lua, key: impl for<'g> IntoLua<'g>) -> Result<V> {
        get_index(lua, self, key)
    }

    /// Sets the value of a key, as a script does.
    ///
    /// # Errors
    /// Those of [`Function::call`](super::Function::call).
    pub fn set_index(
        &self,
        lua: &mut Lua,
        key: impl for<'g> IntoLua<'g>,
        value: impl for<'g> IntoLua<'g>,
    ) -> Result<()> {
        set_index(lua, self, key, value)
    }

    /// Calls a method, as a script does by `value:name(…)`.
    ///
    /// # Errors
    /// Those of [`Function::call`](super::Function::call), also because there is no such method.
    pub fn call_method<R: for<'g> FromLuaMulti<'g>>(
        &self,
        lua: &mut Lua,
        name: &str,
        arguments: impl for<'g> IntoLuaMulti<'g>,
    ) -> Result<R> {
        call_method(lua, self, name, arguments)
    }
}

// ---- The argument ----

/// A value of a class as an argument of a host function. It keeps the value alive, and closures look into it. That
/// needs no VM, so a `Ref` may be kept, also in futures.
///
/// The value is dropped when its userdata has been collected and the last `Ref` of it is gone.
///
/// ```
/// use fife::{Class, Lua, Ref, UserData};
///
/// struct Purse(i64);
///
/// impl UserData for Purse {
///     const NAME: &'static str = "demo.Purse";
///     fn class(class: &mut Class<Self>) {
///         class.field("coins", |this: &Purse| this.0).method_mut("take", |this: &mut Purse, from: Ref<Purse>| {
///             this.0 += from.with_mut(|from| std::mem::take(&mut from.0))?;
///             Ok::<(), fife::Error>(())
///         });
///     }
/// }
///
/// let mut lua = Lua::new();
/// let globals = lua.globals();
/// globals.set(&lua, "mine", Purse(1))?;
/// globals.set(&lua, "yours", Purse(2))?;
/// assert_eq!(lua.load("mine:take(yours) return mine.coins, yours.coins").eval::<(i64, i64)>()?, (3, 0));
/// let error = lua.load("mine:take(mine)").name("=demo").exec().unwrap_err();
/// assert_eq!(error.to_string(), "demo:1: bad argument #1 to 'take' (the Purse is being changed)");
/// assert_eq!(error.kind(), fife::ErrorKind::Borrow);
/// # Ok::<(), fife::Error>(())
/// ```
pub struct Ref<T>(Object<T>);

/// A [`Ref`] as the first argument of a method that keeps it for longer than a call: of an async method.
///
/// ```
/// use fife::{Lua, Result, This, UserData};
///
/// #[derive(UserData)]
/// struct Account {
///     #[lua(get)]
///     balance: i64,
/// }
///
/// #[fife::methods]
/// impl Account {
///     pub async fn deposit(this: This<Self>, amount: i64) -> Result<i64> {
///         // … waits for the bank; nothing is borrowed meanwhile …
///         this.with_mut(|this| {
///             this.balance += amount;
///             this.balance
///         })
///     }
/// }
///
/// let mut lua = Lua::new();
/// lua.globals().set(&lua, "account", Account { balance: 40 })?;
/// assert_eq!(lua.load("return account:deposit(2)").eval::<i64>()?, 42);
/// # Ok::<(), fife::Error>(())
/// ```
pub type This<T> = Ref<T>;

impl<T> Clone for Ref<T> {
    fn clone(&self) -> Self {
        Ref(self.0.clone())
    }
}

impl<T: UserData> Ref<T> {
    /// Calls `look` with the value. Several calls may look at it at the same time.
    ///
    /// # Errors
    /// [`ErrorKind::Borrow`]: it is being changed, or was taken.
    pub fn with<R>(&self, look: impl FnOnce(&T) -> R) -> Result<R> {
        self.0.look(look).map_err(|why| BorrowError::new(&self.0, why).into())
    }

    /// Calls `change` with the value.
    ///
    /// # Errors
    /// [`ErrorKind::Borrow`]: it is being looked at or changed, or was taken.
    pub fn with_mut<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R> {
        self.0.change(change).map_err(|why| BorrowError::new(&self.0, why).into())
    }
}

impl<T: UserData> fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ref({})", T::NAME)
    }
}

impl<'gc, T: UserData> FromLua<'gc> for Ref<T> {
    #[inline]
    fn from_lua(ctx: Context<'gc>, value: Value<'gc>) -> Result<Ref<T>, Mismatch> {
        match Object::of(value) {
            Some(object) => {
                take(ctx, size_of::<Ref<T>>())?;
                Ok(Ref(object.clone()))
            }
            None => Err(Mismatch::expected(ctx, shown_name::<T>(), value)),
        }
    }
}

// ---- Errors ----

/// Why a value cannot be borrowed, and which one it is.
#[derive(Debug)]
pub(super) struct BorrowError {
    class: &'static str,
    why: InUse,
    address: usize,
    /// Returns the address of the object behind a value, if it is of the class.
    address_of: fn(Value<'_>) -> Option<usize>,
}

impl BorrowError {
    #[cold]
    pub(super) fn new<T: UserData>(object: &Object<T>, why: InUse) -> BorrowError {
        let address_of = |value: Value<'_>| Object::<T>::of(value).map(Object::address);
        BorrowError { class: shown_name::<T>(), why, address: object.address(), address_of }
    }
}

impl fmt::Display for BorrowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.why {
            InUse::Borrowed => "is being looked at",
            InUse::BorrowedMutably => "is being changed",
            InUse::Taken => "was taken away",
        };
        write!(f, "the {} {state}", self.class)
    }
}

impl std::error::Error for BorrowError {}

impl From<BorrowError> for Error {
    fn from(error: BorrowError) -> Error {
        Error::with_source(ErrorKind::Borrow, error.to_string(), Arc::new(error))
    }
}

/// The error of a native that could not borrow a value. It names the argument, if the value was one. If it was several,
/// it names the last, since the first is the receiver of the method.
#[cold]
pub(super) fn raise_borrow<'gc>(call: &Call<'gc, '_>, error: &BorrowError) -> gc::Error<'gc> {
    let is_it = |index: &usize| (error.address_of)(call.get(*index)) == Some(error.address);
    raise_borrow_of(call, error, (0..call.len()).rev().find(is_it))
}

/// As [`raise_borrow`], for the argument with this number.
#[cold]
pub(super) fn raise_borrow_of<'gc>(call: &Call<'gc, '_>, error: &BorrowError, index: Option<usize>) -> gc::Error<'gc> {
    let text = error.to_string();
    let raised = match index {
        Some(index) => complain(call, index, text),
        None => call.error(text),
    };
    if raised.cause() == Cause::Memory { raised } else { raised.with_cause(call.ctx(), Cause::Borrow) }
}
