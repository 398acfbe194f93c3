//! Functions of Rust that Lua can call: closures with their arguments and results converted.
//!
//! A closure is a native function made from one definition, [`CLOSURE`]. Its upvalues are the name to show and a
//! userdata that holds the Rust closure. The collector does not see what the closure captured; it is dropped when the
//! function is collected.

use super::class::field_set;
use super::convert::begin;
use super::deliver::deliver;
use super::{Error, FromLua, FromLuaMulti, IntoLuaMulti, Mismatch};
use crate::native::{Call, Reply};
use crate::object::{self as gc, Context, Function, Native, UserData};
use crate::userdata_type;
use fife_arena::{Gc, MaybeSend, OutOfMemory, Static};

/// The closure behind a function: it takes its arguments from the call, and returns the reply.
#[doc(hidden)]
pub struct Closure(pub(super) Box<dyn Run>);

/// The type of such a closure.
pub(super) trait Run:
    for<'gc, 'a, 'b> Fn(&'b mut Call<'gc, 'a>) -> Result<Reply, gc::Error<'gc>> + MaybeSend
{
}
impl<F> Run for F where F: for<'gc, 'a, 'b> Fn(&'b mut Call<'gc, 'a>) -> Result<Reply, gc::Error<'gc>> + MaybeSend {}

impl Closure {
    pub(super) fn new<F>(run: F) -> Closure
    where
        F: for<'gc, 'a, 'b> Fn(&'b mut Call<'gc, 'a>) -> Result<Reply, gc::Error<'gc>> + MaybeSend + 'static,
    {
        Closure(Box::new(run))
    }
}

userdata_type! {
    /// Userdata that hold closures. Scripts do not see them.
    ClosureType("fife.closure") for Static<Closure>;
}

/// A function of Rust that Lua can call: `Fn(A, …) -> R` or `Fn(Context<'_>, A, …) -> R`, with up to 12 arguments.
///
/// Arguments implement [`FromLua`]; the last may also be several values, [`Variadic`](super::Variadic). The result
/// implements [`IntoLuaMulti`]: nothing, one value, a tuple, or a `Result` of these with **any** error type that turns
/// into a boxed `std::error::Error`: those of std, `anyhow`'s, a text, [`Error`](super::Error). An `Err` is raised as a
/// Lua error.
///
/// Write the types of a closure's arguments down. A closure cannot run Lua code: that would be a run within a run. It
/// can keep a function of Lua that it gets, for the host to call later. To call Lua and continue with the results, use
/// an [async function](super::AsyncHostFunction) or a [`Sequence`](crate::gc::Sequence).
///
/// A panic leaves through the call that runs the script, and fails that task; the VM and its other tasks stay usable.
///
/// `M` only tells the shapes apart.
///
/// ```
/// use fife::gc::Context;
/// use fife::{Lua, Table};
///
/// let mut lua = Lua::new();
/// let globals = lua.globals();
/// let greeting = String::from("hello");
/// globals.set_function(&lua, "greet", move |name: String| format!("{greeting}, {name}"))?;
/// globals.set_function(&lua, "divide", |a: i64, b: i64| a.checked_div(b).ok_or("division by zero"))?;
/// globals.set_function(&lua, "pair", |ctx: Context<'_>, a: i64, b: i64| -> fife::Result<Table> {
///     let table = Table::new(&ctx)?;
///     table.push(&ctx, a)?;
///     table.push(&ctx, b)?;
///     Ok(table)
/// })?;
/// let text: String = lua.load("return greet('Fife') .. divide(#pair(1, 2), 2)").eval()?;
/// assert_eq!(text, "hello, Fife1");
/// let error = lua.load("divide(1, 0)").name("=demo").exec().unwrap_err();
/// assert_eq!(error.to_string(), "demo:1: division by zero");
/// let error = lua.load("divide(1, {})").name("=demo").exec().unwrap_err();
/// assert_eq!(error.to_string(), "demo:1: bad argument #2 to 'divide' (integer expected, got table)");
/// # Ok::<(), fife::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a function that Lua can call",
    label = "arguments need `FromLua`, the result `IntoLua`, a tuple of such, or a `Result` of one",
    note = "write the types of a closure's arguments; the first may be `Context<'_>`, and borrowed ones such as `&str` have no `FromLua`"
)]
pub trait HostFunction<M>: MaybeSend + 'static {
    #[doc(hidden)]
    fn into_closure(self) -> Closure;
}

#[doc(hidden)]
pub struct Plain<T>(std::marker::PhantomData<T>);
#[doc(hidden)]
pub struct WithContext<T>(std::marker::PhantomData<T>);

#[inline]
pub(super) fn argument<'gc, T: FromLua<'gc>>(call: &Call<'gc, '_>, index: usize) -> Result<T, gc::Error<'gc>> {
    if index == 0 {
        begin(call.ctx());
    }
    <T as FromLuaMulti>::from_call(call, index).map_err(|mismatch| bad_argument(call, index, &mismatch))
}

#[inline]
pub(super) fn last_arguments<'gc, T: FromLuaMulti<'gc>>(
    call: &Call<'gc, '_>,
    first: usize,
) -> Result<T, gc::Error<'gc>> {
    if first == 0 {
        begin(call.ctx());
    }
    T::from_call(call, first).map_err(|mismatch| bad_argument(call, first + mismatch.index(), &mismatch))
}

#[cold]
fn bad_argument<'gc>(call: &Call<'gc, '_>, index: usize, mismatch: &Mismatch) -> gc::Error<'gc> {
    // Nothing has had an effect yet, so the function is called again after a collection.
    if mismatch.is_memory() { call.refused() } else { complain(call, index, mismatch.to_string()) }
}

/// `bad argument #1 to 'name' (message)`, or, where the argument is what a field is to be set to,
/// `bad value for field 'name' (message)`.
#[cold]
pub(super) fn complain<'gc>(call: &Call<'gc, '_>, index: usize, message: String) -> gc::Error<'gc> {
    match field_set(call) {
        Some(field) if index == 1 => call.error(format!("bad value for field '{field}' ({message})")),
        _ => call.argument_error(index, message),
    }
}

macro_rules! host_functions {
    ($(($($name:ident $index:literal)* ; $($last:ident $last_index:literal)?))*) => {$(
        #[allow(non_snake_case)]
        impl<F, R, $($name,)* $($last,)?> HostFunction<Plain<($($name,)* $($last,)? R,)>> for F
        where
            F: Fn($($name,)* $($last,)?) -> R + MaybeSend + 'static,
            $($name: for<'g> FromLua<'g>,)*
            $($last: for<'g> FromLuaMulti<'g>,)?
            R: for<'g> IntoLuaMulti<'g> + MaybeSend + 'static,
        {
            fn into_closure(self) -> Closure {
                Closure::new(move |call| {
                    $(let $name = argument::<$name>(call, $index)?;)*
                    $(let $last = last_arguments::<$last>(call, $last_index)?;)?
                    let result = self($($name,)* $($last,)?);
                    deliver(call, result)
                })
            }
        }
        #[allow(non_snake_case)]
        impl<F, R, $($name,)* $($last,)?> HostFunction<WithContext<($($name,)* $($last,)? R,)>> for F
        where
            F: for<'g> Fn(Context<'g>, $($name,)* $($last,)?) -> R + MaybeSend + 'static,
            $($name: for<'g> FromLua<'g>,)*
            $($last: for<'g> FromLuaMulti<'g>,)?
            R: for<'g> IntoLuaMulti<'g> + MaybeSend + 'static,
        {
            fn into_closure(self) -> Closure {
                Closure::new(move |call| {
                    $(let $name = argument::<$name>(call, $index)?;)*
                    $(let $last = last_arguments::<$last>(call, $last_index)?;)?
                    let result = self(call.ctx(), $($name,)* $($last,)?);
                    deliver(call, result)
                })
            }
        }
    )*};
}

/// Passes a macro the arguments of functions with up to 12 of them, with their numbers. The last one may be several
/// values.
macro_rules! for_each_arity {
    ($then:ident) => {
        $then! {
            (;)
            (; A 0)
            (A 0; B 1)
            (A 0 B 1; C 2)
            (A 0 B 1 C 2; D 3)
            (A 0 B 1 C 2 D 3; E 4)
            (A 0 B 1 C 2 D 3 E 4; G 5)
            (A 0 B 1 C 2 D 3 E 4 G 5; H 6)
            (A 0 B 1 C 2 D 3 E 4 G 5 H 6; I 7)
            (A 0 B 1 C 2 D 3 E 4 G 5 H 6 I 7; J 8)
            (A 0 B 1 C 2 D 3 E 4 G 5 H 6 I 7 J 8; K 9)
            (A 0 B 1 C 2 D 3 E 4 G 5 H 6 I 7 J 8 K 9; L 10)
            (A 0 B 1 C 2 D 3 E 4 G 5 H 6 I 7 J 8 K 9 L 10; N 11)
        }
    };
}
pub(super) use for_each_arity;

for_each_arity!(host_functions);

// ---- Closures as functions of Lua ----

/// The definition of all closures. Upvalues: the name to show, a string; the closure, a userdata; and what the function
/// was made with.
pub(super) static CLOSURE: Native = Native::new("fife.closure", "", run, module_path!()).named_apart();

fn run<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, gc::Error<'gc>> {
    if let Some(closure) = closure_in(call.upvalue(1)) {
        return (closure.0)(call);
    }
    Err(call.error("internal error: closure missing from its function"))
}

/// The closure that a userdata holds.
#[inline]
pub(super) fn closure_in<'gc>(value: gc::Value<'gc>) -> Option<&'gc Closure> {
    let gc::Value::UserData(data) = value else { return None };
    data.downcast::<ClosureType>().map(|closure| &closure.as_ref().0)
}

/// Makes a userdata that holds a closure.
pub(super) fn make_closure<'gc>(ctx: Context<'gc>, closure: Closure) -> Result<UserData<'gc>, Error> {
    let data = Gc::try_new(ctx.mc(), Static(closure)).map_err(|OutOfMemory| Error::memory())?;
    UserData::try_new::<ClosureType>(ctx, data).map_err(|OutOfMemory| Error::memory())
}

/// The number of the upvalue with a function's captured values.
pub(super) const CAPTURES: usize = 2;

/// Makes a function of a closure.
pub(super) fn make_function<'gc>(ctx: Context<'gc>, name: &str, closure: Closure) -> Result<Function<'gc>, Error> {
    make_function_with(ctx, name, closure, None)
}

/// Makes a function of a closure, and of values that it captured.
pub(super) fn make_function_with<'gc>(
    ctx: Context<'gc>,
    name: &str,
    closure: Closure,
    captured: Option<gc::Value<'gc>>,
) -> Result<Function<'gc>, Error> {
    let name = super::convert::make_string(ctx, name.as_bytes())?;
    let data = make_closure(ctx, closure)?;
    let upvalues = [name, data.into(), captured.unwrap_or_default()];
    let count = if captured.is_some() { CAPTURES + 1 } else { CAPTURES };
    Function::try_native_with(ctx, &CLOSURE, &upvalues[..count]).map_err(|OutOfMemory| Error::memory())
}
