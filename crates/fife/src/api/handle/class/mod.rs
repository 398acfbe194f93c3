//! Classes: types of the host whose values scripts hold, with methods, fields and metamethods.
//!
//! A userdata holds its value in a [`Shared`], because arguments made from it may outlive the call. Its metatable is
//! made once per VM, from what [`UserData::class`] says, and is frozen, so that no script changes what others see. In
//! reading order: [`Class`] collects methods and fields, `method` turns closures with a `&T` into closures for natives,
//! `object` is the userdata and its class in a VM, `fields` has the natives of its metatable.

mod fields;
mod method;
mod object;

pub(super) use fields::{GET_FIELD, SET_FIELD, field_set};
pub use method::{Method, MethodMut};
pub(super) use object::{Object, class_table, shown_name};

use super::async_function::AsyncClosure;
use super::host_function::{Closure, make_function};
use super::{AsyncHostFunction, HostFunction, MaybeSend, OnRestore, Result};
use crate::object::{Context, Function};

/// A type of the host whose values scripts can hold: derived, or implemented by hand.
///
/// ```
/// use fife::{Class, Lua, MetaMethod, Ref, UserData};
///
/// struct Vector {
///     x: f64,
///     y: f64,
/// }
///
/// impl UserData for Vector {
///     const NAME: &'static str = "demo.Vector";
///
///     fn class(class: &mut Class<Self>) {
///         class
///             .function("new", |x: f64, y: f64| Vector { x, y })
///             .field("x", |this: &Vector| this.x)
///             .field_mut("y", |this: &Vector| this.y, |this: &mut Vector, y: f64| this.y = y)
///             .method("length", |this: &Vector| this.x.hypot(this.y))
///             .method_mut("scale", |this: &mut Vector, by: f64| {
///                 this.x *= by;
///                 this.y *= by;
///             })
///             .meta(MetaMethod::Add, |this: &Vector, other: Ref<Vector>| {
///                 other.with(|other| Vector { x: this.x + other.x, y: this.y + other.y })
///             });
///     }
/// }
///
/// let mut lua = Lua::new();
/// lua.globals().set_class::<Vector>(&lua)?;
/// let length: f64 = lua.load("local v = Vector.new(1, 2) + Vector.new(2, 2) v:scale(2) return v:length()").eval()?;
/// assert_eq!(length, 10.0);
/// let error = lua.load("Vector.new(1, 2).x = 3").name("=demo").exec().unwrap_err();
/// assert_eq!(error.to_string(), "demo:1: field 'x' of Vector cannot be set");
/// # Ok::<(), fife::Error>(())
/// ```
///
/// Scripts get a value when a host function returns one, or an [`AnyUserData`](super::AnyUserData) of it. A function
/// that takes one has an argument of type [`Ref`](super::Ref). A value is dropped when its userdata has been collected
/// and no `Ref` of it is left, between steps or with the VM.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a class, so scripts cannot hold it",
    label = "needs `UserData`",
    note = "put `#[derive(fife::UserData)]` on the type, or implement `fife::UserData` for it"
)]
pub trait UserData: MaybeSend + Sized + 'static {
    /// The name of the type, with a namespace of the embedder's own: `app.Player`. It identifies the type beyond the
    /// life of a process, so it should stay as it is. Messages and `tostring` show its last part, `Player`.
    const NAME: &'static str;

    /// The version of the type, for readers of what an older program wrote. The first is 1.
    const VERSION: u32 = 1;

    /// Says what scripts can do with values of the type. Called once per VM.
    fn class(class: &mut Class<Self>);

    /// The bytes that the value holds outside of the VM, besides its own size; they count against
    /// [`Limits::memory`](crate::Limits::memory). Called when the value becomes a userdata and after each change, so it
    /// should be quick.
    ///
    /// Once a script is over the limit, methods with `&mut self` of types that hold something are refused, as
    /// allocations are.
    fn held_bytes(&self) -> usize {
        0
    }
}

/// Where a derived class finds its methods if it has no block under [`methods`](macro@crate::methods). Such a block
/// makes a function with this name on the type itself, which takes precedence.
#[doc(hidden)]
pub trait NoMethods: Sized {
    #[doc(hidden)]
    fn __fife_class(_: &mut Class<Self>) {}
}
impl<T> NoMethods for T {}

/// What scripts can do with values of a type: see [`UserData`]. Of two entries with the same name the last one counts,
/// and a method hides a field.
pub struct Class<T> {
    methods: Vec<(&'static str, Callable)>,
    getters: Vec<(&'static str, Closure)>,
    setters: Vec<(&'static str, Closure)>,
    metamethods: Vec<(MetaMethod, Closure)>,
    of: std::marker::PhantomData<fn(&T)>,
}

/// A named function of a class.
enum Callable {
    Closure(Closure),
    Async(AsyncClosure),
}

impl Callable {
    fn into_function<'gc>(self, ctx: Context<'gc>, name: &str) -> Result<Function<'gc>> {
        match self {
            Callable::Closure(closure) => make_function(ctx, name, closure),
            Callable::Async(closure) => closure.into_function(ctx, name),
        }
    }
}

impl<T: UserData> Class<T> {
    fn new() -> Class<T> {
        let of = std::marker::PhantomData;
        Class { methods: Vec::new(), getters: Vec::new(), setters: Vec::new(), metamethods: Vec::new(), of }
    }

    /// Adds a method that looks at the value: `Fn(&T, A, …) -> R` or `Fn(Context<'_>, &T, A, …) -> R`, with arguments
    /// and results as in a [`HostFunction`].
    #[doc(alias = "add_method")]
    pub fn method<M>(&mut self, name: &'static str, method: impl Method<T, M>) -> &mut Self {
        self.methods.push((name, Callable::Closure(method.into_closure())));
        self
    }

    /// Adds a method that changes the value: `Fn(&mut T, A, …) -> R` or `Fn(Context<'_>, &mut T, A, …) -> R`. The value
    /// is in use during the call: in `v:add(v)` the method gets an error when it looks into its argument.
    #[doc(alias = "add_method_mut")]
    pub fn method_mut<M>(&mut self, name: &'static str, method: impl MethodMut<T, M>) -> &mut Self {
        self.methods.push((name, Callable::Closure(method.into_closure())));
        self
    }

    /// Adds an async method: `Fn(This<T>, A, …) -> Future` or `Fn(AsyncContext, This<T>, A, …) -> Future`. It gets a
    /// [`This`](super::This) and not a reference, so that the value is not in use while the method waits.
    ///
    /// ```
    /// use fife::{Class, Fuel, Lua, Status, This, UserData};
    ///
    /// struct Counter(i64);
    ///
    /// impl UserData for Counter {
    ///     const NAME: &'static str = "demo.Counter";
    ///     fn class(class: &mut Class<Self>) {
    ///         class.async_method("slowly", |this: This<Counter>, by: i64| async move {
    ///             // Whatever a future waits for.
    ///             std::future::ready(()).await;
    ///             this.with_mut(|this| {
    ///                 this.0 += by;
    ///                 this.0
    ///             })
    ///         });
    ///     }
    /// }
    ///
    /// let mut lua = Lua::new();
    /// lua.globals().set(&lua, "counter", Counter(40))?;
    /// assert_eq!(lua.load("return counter:slowly(2)").eval::<i64>()?, 42);
    /// # Ok::<(), fife::Error>(())
    /// ```
    #[doc(alias = "add_async_method")]
    pub fn async_method<M: 'static>(&mut self, name: &'static str, method: impl AsyncHostFunction<M>) -> &mut Self {
        self.async_function(name, method)
    }

    /// Adds an async function that needs no value.
    pub fn async_function<M: 'static>(&mut self, name: &'static str, function: impl AsyncHostFunction<M>) -> &mut Self {
        self.methods.push((name, Callable::Async(AsyncClosure::new(OnRestore::Refuse, function))));
        self
    }

    /// Adds a function that needs no value, such as a constructor: a field of the [class](super::Table::set_class), and
    /// of each value.
    #[doc(alias = "add_function")]
    pub fn function<M>(&mut self, name: &'static str, function: impl HostFunction<M>) -> &mut Self {
        self.methods.push((name, Callable::Closure(function.into_closure())));
        self
    }

    /// Adds a field that scripts can read: `Fn(&T) -> V` or `Fn(Context<'_>, &T) -> V`. Fields that a class does not
    /// have are nil.
    #[doc(alias = "add_field_method_get")]
    pub fn field<M>(&mut self, name: &'static str, get: impl Method<T, M>) -> &mut Self {
        self.getters.push((name, get.into_closure()));
        self
    }

    /// Adds a field that scripts can read and set: `set` is `Fn(&mut T, V)`, and may return a `Result`.
    pub fn field_mut<M, N>(
        &mut self,
        name: &'static str,
        get: impl Method<T, M>,
        set: impl MethodMut<T, N>,
    ) -> &mut Self {
        self.field(name, get).setter(name, set)
    }

    /// Adds a field that scripts can set: `Fn(&mut T, V)`, which may return a `Result`. To make it readable, add a
    /// [`field`](Self::field).
    #[doc(alias = "add_field_method_set")]
    pub fn setter<M>(&mut self, name: &'static str, set: impl MethodMut<T, M>) -> &mut Self {
        self.setters.push((name, set.into_closure()));
        self
    }

    /// Adds a metamethod that looks at the value, which is its first operand. Where the value may be the second
    /// operand, see [`meta_function`](Self::meta_function).
    #[doc(alias = "add_meta_method")]
    pub fn meta<M>(&mut self, event: MetaMethod, method: impl Method<T, M>) -> &mut Self {
        self.metamethods.push((event, method.into_closure()));
        self
    }

    /// Adds a metamethod that changes the value.
    pub fn meta_mut<M>(&mut self, event: MetaMethod, method: impl MethodMut<T, M>) -> &mut Self {
        self.metamethods.push((event, method.into_closure()));
        self
    }

    /// Adds a metamethod that gets its operands as they are: `2 * v` calls `__mul` with `2` and `v`.
    ///
    /// ```
    /// use fife::gc::Context;
    /// use fife::{Class, Error, Lua, MetaMethod, Result, UserData, Value};
    ///
    /// struct Meters(f64);
    ///
    /// impl UserData for Meters {
    ///     const NAME: &'static str = "demo.Meters";
    ///     fn class(class: &mut Class<Self>) {
    ///         class.meta_function(MetaMethod::Mul, |ctx: Context<'_>, a: Value, b: Value| -> Result<Meters> {
    ///             match (a, b) {
    ///                 (Value::UserData(length), Value::Integer(by))
    ///                 | (Value::Integer(by), Value::UserData(length)) => {
    ///                     length.with(&ctx, |length: &Meters| Meters(length.0 * by as f64))
    ///                 }
    ///                 _ => Err(Error::new("a length is multiplied by an integer")),
    ///             }
    ///         });
    ///         class.field("m", |this: &Meters| this.0);
    ///     }
    /// }
    ///
    /// let mut lua = Lua::new();
    /// lua.globals().set(&lua, "length", Meters(21.0))?;
    /// assert_eq!(lua.load("return (2 * length).m + (length * 2).m").eval::<f64>()?, 84.0);
    /// # Ok::<(), fife::Error>(())
    /// ```
    #[doc(alias = "add_meta_function")]
    pub fn meta_function<M>(&mut self, event: MetaMethod, function: impl HostFunction<M>) -> &mut Self {
        self.metamethods.push((event, function.into_closure()));
        self
    }
}

macro_rules! metamethods {
    ($($name:ident $text:literal $doc:literal)*) => {
        /// The metamethods that a class can have. Those about the collector and the metatable itself belong to Fife: a
        /// value is dropped, and needs no `__gc`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum MetaMethod {
            $(
                #[doc = concat!("`", $text, "`: ", $doc)]
                $name,
            )*
        }

        impl MetaMethod {
            /// Its field in a metatable: `__add`.
            pub fn name(self) -> &'static str {
                match self {
                    $(MetaMethod::$name => $text,)*
                }
            }
        }
    };
}
metamethods! {
    Add "__add" "`a + b`."
    Sub "__sub" "`a - b`."
    Mul "__mul" "`a * b`."
    Div "__div" "`a / b`."
    Mod "__mod" "`a % b`."
    Pow "__pow" "`a ^ b`."
    Unm "__unm" "`-a`."
    IDiv "__idiv" "`a // b`."
    BAnd "__band" "`a & b`."
    BOr "__bor" "`a | b`."
    BXor "__bxor" "`a ~ b`."
    BNot "__bnot" "`~a`."
    Shl "__shl" "`a << b`."
    Shr "__shr" "`a >> b`."
    Concat "__concat" "`a .. b`."
    Len "__len" "`#a`."
    Eq "__eq" "`a == b`, for two different userdata."
    Lt "__lt" "`a < b`."
    Le "__le" "`a <= b`."
    Call "__call" "`a(…)`."
    Index "__index" "`a[key]`, where the key is neither a method nor a field."
    NewIndex "__newindex" "`a[key] = value`, where the key is not a field with a setter."
    ToString "__tostring" "`tostring(a)`. Without it, the name of the class and a number."
    Pairs "__pairs" "`pairs(a)`."
    Close "__close" "The end of the scope of a variable declared with `<close>`."
}
