//! Methods: closures whose first argument is a reference to a class's value.

use super::super::convert::begin;
use super::super::deliver::deliver;
use super::super::host_function::{Plain, WithContext, argument, for_each_arity, last_arguments};
use super::super::shared::InUse;
use super::super::userdata::{BorrowError, raise_borrow_of};
use super::super::{FromLua, FromLuaMulti, IntoLuaMulti, MaybeSend, Mismatch};
use super::object::{Object, shown_name};
use super::{Closure, UserData};
use crate::native::Call;
use crate::object::{Context, Error};

/// A closure that looks at a class's value: `Fn(&T, A, …) -> R` and `Fn(Context<'_>, &T, A, …) -> R`, of up to 12
/// further arguments, which are as those of a [`HostFunction`](crate::HostFunction). `M` only tells the shapes apart.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no method of `{T}` that Lua could call",
    label = "the first argument is `&{T}`, which may have a `Context<'_>` before it",
    note = "arguments need `FromLua`, the result `IntoLua`, a tuple of such, or a `Result` of one; write the types of a closure's arguments"
)]
pub trait Method<T, M>: MaybeSend + 'static {
    #[doc(hidden)]
    fn into_closure(self) -> Closure;
}

/// A closure that changes a class's value: as [`Method`], with `&mut T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no method of `{T}` that Lua could call",
    label = "the first argument is `&mut {T}`, which may have a `Context<'_>` before it",
    note = "arguments need `FromLua`, the result `IntoLua`, a tuple of such, or a `Result` of one; write the types of a closure's arguments"
)]
pub trait MethodMut<T, M>: MaybeSend + 'static {
    #[doc(hidden)]
    fn into_closure(self) -> Closure;
}

/// The receiver of the method.
#[inline]
fn this<'gc, T: UserData>(call: &Call<'gc, '_>) -> Result<&'gc Object<T>, Error<'gc>> {
    begin(call.ctx());
    Object::of(call.get(0)).ok_or_else(|| not_this::<T>(call))
}

#[cold]
fn not_this<'gc, T: UserData>(call: &Call<'gc, '_>) -> Error<'gc> {
    let mismatch = Mismatch::expected(call.ctx(), shown_name::<T>(), call.get(0));
    let mismatch = if call.is_none(0) { mismatch.absent() } else { mismatch };
    call.argument_error(0, mismatch.to_string())
}

#[cold]
fn in_use<'gc, T: UserData>(call: &Call<'gc, '_>, object: &Object<T>, why: InUse) -> Error<'gc> {
    raise_borrow_of(call, &BorrowError::new(object, why), Some(0))
}

macro_rules! methods {
    ($(($($name:ident $index:literal)* ; $($last:ident $last_index:literal)?))*) => {$(
        #[allow(non_snake_case)]
        impl<T, F, R, $($name,)* $($last,)?> Method<T, Plain<($($name,)* $($last,)? R,)>> for F
        where
            T: UserData,
            F: Fn(&T, $($name,)* $($last,)?) -> R + MaybeSend + 'static,
            $($name: for<'g> FromLua<'g>,)*
            $($last: for<'g> FromLuaMulti<'g>,)?
            R: for<'g> IntoLuaMulti<'g> + MaybeSend + 'static,
        {
            fn into_closure(self) -> Closure {
                Closure::new(move |call| {
                    let object = this::<T>(call)?;
                    $(let $name = argument::<$name>(call, $index + 1)?;)*
                    $(let $last = last_arguments::<$last>(call, $last_index + 1)?;)?
                    match object.look(|this| self(this, $($name,)* $($last,)?)) {
                        Ok(result) => deliver(call, result),
                        Err(why) => Err(in_use(call, object, why)),
                    }
                })
            }
        }
        #[allow(non_snake_case)]
        impl<T, F, R, $($name,)* $($last,)?> Method<T, WithContext<($($name,)* $($last,)? R,)>> for F
        where
            T: UserData,
            F: for<'g> Fn(Context<'g>, &T, $($name,)* $($last,)?) -> R + MaybeSend + 'static,
            $($name: for<'g> FromLua<'g>,)*
            $($last: for<'g> FromLuaMulti<'g>,)?
            R: for<'g> IntoLuaMulti<'g> + MaybeSend + 'static,
        {
            fn into_closure(self) -> Closure {
                Closure::new(move |call| {
                    let object = this::<T>(call)?;
                    $(let $name = argument::<$name>(call, $index + 1)?;)*
                    $(let $last = last_arguments::<$last>(call, $last_index + 1)?;)?
                    match object.look(|this| self(call.ctx(), this, $($name,)* $($last,)?)) {
                        Ok(result) => deliver(call, result),
                        Err(why) => Err(in_use(call, object, why)),
                    }
                })
            }
        }
        #[allow(non_snake_case)]
        impl<T, F, R, $($name,)* $($last,)?> MethodMut<T, Plain<($($name,)* $($last,)? R,)>> for F
        where
            T: UserData,
            F: Fn(&mut T, $($name,)* $($last,)?) -> R + MaybeSend + 'static,
            $($name: for<'g> FromLua<'g>,)*
            $($last: for<'g> FromLuaMulti<'g>,)?
            R: for<'g> IntoLuaMulti<'g> + MaybeSend + 'static,
        {
            fn into_closure(self) -> Closure {
                Closure::new(move |call| {
                    let object = this::<T>(call)?;
                    $(let $name = argument::<$name>(call, $index + 1)?;)*
                    $(let $last = last_arguments::<$last>(call, $last_index + 1)?;)?
                    match object.change_for(call, |this| self(this, $($name,)* $($last,)?)) {
                        Ok(result) => {
                            call.ctx().settle_external();
                            deliver(call, result?)
                        }
                        Err(why) => Err(in_use(call, object, why)),
                    }
                })
            }
        }
        #[allow(non_snake_case)]
        impl<T, F, R, $($name,)* $($last,)?> MethodMut<T, WithContext<($($name,)* $($last,)? R,)>> for F
        where
            T: UserData,
            F: for<'g> Fn(Context<'g>, &mut T, $($name,)* $($last,)?) -> R + MaybeSend + 'static,
            $($name: for<'g> FromLua<'g>,)*
            $($last: for<'g> FromLuaMulti<'g>,)?
            R: for<'g> IntoLuaMulti<'g> + MaybeSend + 'static,
        {
            fn into_closure(self) -> Closure {
                Closure::new(move |call| {
                    let object = this::<T>(call)?;
                    $(let $name = argument::<$name>(call, $index + 1)?;)*
                    $(let $last = last_arguments::<$last>(call, $last_index + 1)?;)?
                    match object.change_for(call, |this| self(call.ctx(), this, $($name,)* $($last,)?)) {
                        Ok(result) => {
                            call.ctx().settle_external();
                            deliver(call, result?)
                        }
                        Err(why) => Err(in_use(call, object, why)),
                    }
                })
            }
        }
    )*};
}
for_each_arity!(methods);
