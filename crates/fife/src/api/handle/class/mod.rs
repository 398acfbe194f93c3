//! Classes: types of the host whose values scripts hold, with methods, fields and metamethods.
//!
//! A value lies in a userdata as a [`Shared`], since arguments made of it live on after the call; its metatable is made once for
//! each VM, from what [`UserData::class`] says, and is frozen: no script changes what others see. In reading order: [`Class`]
//! collects what there is, `method` turns closures with a `&T` into those that natives are made of, `object` is the userdata and
//! its class in a VM, `fields` are the natives that its metatable has.

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
/// assert_eq!(error.to_string(), "demo:1: field 'x' of a Vector cannot be set");
/// # Ok::<(), fife::Error>(())
/// ```
///
/// Scripts get a value where a host function returns one, or an [`AnyUserData`](super::AnyUserData) of it. An argument of the type is a
/// [`Ref`](super::Ref). A value is dropped when its userdata was collected and no `Ref` of it is left, between steps or
/// with the VM.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no class, so scripts cannot hold it",
    label = "needs `UserData`",
    note = "put `#[derive(fife::UserData)]` on the type, or implement `fife::UserData` for it"
)]
pub trait UserData: MaybeSend + Sized + 'static {
    /// The name of the type, with a namespace, the embedder's own: `app.Player`. By it the type is known beyond the life of a process, so it
    /// should stay as it is. Its last part, `Player`, is what messages call it, and what `tostring` shows.
    const NAME: &'static str;

    /// Which version of the type this is, for whoever reads what an older program wrote. It starts at 1.
    const VERSION: u32 = 1;

    /// Says what scripts can do with values of the type. Called once for each VM.
    fn class(class: &mut Class<Self>);

    /// The bytes that the value holds outside of the VM, besides its own size: they count against [`Limits::memory`](crate::Limits::memory).
    /// Asked when it becomes a userdata, and after each time it was changed. It should be quick.
    ///
    /// Once a script is over the limit, methods with `&mut self` of types that hold something are refused, as an allocation is.
    fn held_bytes(&self) -> usize {
        0
    }
}

/// What a derived class asks for its methods where there is no block under [`methods`](macro@crate::methods): that makes a function of the
/// type's own with this name, which comes first.
#[doc(hidden)]
pub trait NoMethods: Sized {
    #[doc(hidden)]
    fn __fife_class(_: &mut Class<Self>) {}
}
impl<T> NoMethods for T {}

/// What scripts can do with values of a type: see [`UserData`]. Of two entries with one name the last one counts, and a method hides a field.
pub struct Class<T> {
    methods: Vec<(&'static str, Callable)>,
    getters: Vec<(&'static str, Closure)>,
    setters: Vec<(&'static str, Closure)>,
    metamethods: Vec<(MetaMethod, Closure)>,
    of: std::marker::PhantomData<fn(&T)>,
}

/// What is called by a name.
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

    /// A method that looks at the value: `Fn(&T, A, …) -> R` or `Fn(Context<'_>, &T, A, …) -> R`, with arguments and results as those of a
    /// [`HostFunction`].
    pub fn method<M>(&mut self, name: &'static str, method: impl Method<T, M>) -> &mut Self {
        self.methods.push((name, Callable::Closure(method.into_closure())));
        self
    }

    /// A method that changes the value: `Fn(&mut T, A, …) -> R` or `Fn(Context<'_>, &mut T, A, …) -> R`. An argument that is the same
    /// value is in use then: `v:add(v)` is an error where the method looks into it.
    pub fn method_mut<M>(&mut self, name: &'static str, method: impl MethodMut<T, M>) -> &mut Self {
        self.methods.push((name, Callable::Closure(method.into_closure())));
        self
    }

    /// An async method: `Fn(This<T>, A, …) -> Future` or `Fn(AsyncContext, This<T>, A, …) -> Future`. It has a [`This`](super::This) and not
    /// a reference, so that the value is not in use while it waits.
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
    pub fn async_method<M: 'static>(&mut self, name: &'static str, method: impl AsyncHostFunction<M>) -> &mut Self {
        self.async_function(name, method)
    }

    /// An async function that needs no value.
    pub fn async_function<M: 'static>(&mut self, name: &'static str, function: impl AsyncHostFunction<M>) -> &mut Self {
        self.methods.push((name, Callable::Async(AsyncClosure::new(OnRestore::Refuse, function))));
        self
    }

    /// A function that needs no value, such as one that makes them: a field of the [class](super::Table::set_class), and of each value.
    pub fn function<M>(&mut self, name: &'static str, function: impl HostFunction<M>) -> &mut Self {
        self.methods.push((name, Callable::Closure(function.into_closure())));
        self
    }

    /// A field that scripts can read: `Fn(&T) -> V`, or `Fn(Context<'_>, &T) -> V`. Fields that there are not are nil.
    pub fn field<M>(&mut self, name: &'static str, get: impl Method<T, M>) -> &mut Self {
        self.getters.push((name, get.into_closure()));
        self
    }

    /// A field that scripts can read and set: `set` is `Fn(&mut T, V)`, and may return a `Result`.
    pub fn field_mut<M, N>(
        &mut self,
        name: &'static str,
        get: impl Method<T, M>,
        set: impl MethodMut<T, N>,
    ) -> &mut Self {
        self.field(name, get).setter(name, set)
    }

    /// A field that scripts can set: `Fn(&mut T, V)`, which may return a `Result`. It can be read if there is a [`field`](Self::field) besides.
    pub fn setter<M>(&mut self, name: &'static str, set: impl MethodMut<T, M>) -> &mut Self {
        self.setters.push((name, set.into_closure()));
        self
    }

    /// A metamethod that looks at the value, the first operand. For one whose operands may stand the other way round see
    /// [`meta_function`](Self::meta_function).
    pub fn meta<M>(&mut self, event: MetaMethod, method: impl Method<T, M>) -> &mut Self {
        self.metamethods.push((event, method.into_closure()));
        self
    }

    /// A metamethod that changes the value.
    pub fn meta_mut<M>(&mut self, event: MetaMethod, method: impl MethodMut<T, M>) -> &mut Self {
        self.metamethods.push((event, method.into_closure()));
        self
    }

    /// A metamethod that gets its operands as they are: `2 * v` calls `__mul` with `2` and `v`.
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
    ///                 (Value::UserData(length), Value::Integer(by)) | (Value::Integer(by), Value::UserData(length)) => {
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
    pub fn meta_function<M>(&mut self, event: MetaMethod, function: impl HostFunction<M>) -> &mut Self {
        self.metamethods.push((event, function.into_closure()));
        self
    }
}

macro_rules! metamethods {
    ($($name:ident $text:literal $doc:literal)*) => {
        /// The metamethods that a class can have. What has to do with the collector and the metatable itself is the class's own: a value is
        /// dropped, and needs no `__gc`.
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
    Eq "__eq" "`a == b`, of two userdata that are not the same."
    Lt "__lt" "`a < b`."
    Le "__le" "`a <= b`."
    Call "__call" "`a(…)`."
    Index "__index" "`a[key]`, of a key that is neither a method nor a field."
    NewIndex "__newindex" "`a[key] = value`, of a key that is no field with a setter."
    ToString "__tostring" "`tostring(a)`. Without one it is the name of the class and a number."
    Pairs "__pairs" "`pairs(a)`."
    Close "__close" "The end of a variable's scope that is declared with `<close>`."
}
