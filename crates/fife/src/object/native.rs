//! Native functions: their definitions, which have names and live as long as the program, and the objects made from
//! them.
//!
//! A [`Native`] defines a function: its name, the Rust function, and whether the interpreter carries it out itself. A
//! [`NativeObject`] is a function value made from a definition, with upvalues of its own. Natives are told apart by
//! their definitions, never by the addresses of their Rust functions, which the compiler may merge or copy. In a VM a
//! name belongs to one definition ([`Natives`]).
//!
//! # Safety argument
//!
//! A [`NativeObject`] is followed in its allocation by `upvalue_count` slots. It is allocated here with that room, and
//! initialised before anything else sees it.

use super::Value;
use super::slot::Slot;
use crate::native::{Call, Reply};
use crate::object::Error;
use fife_arena::{Collect, Gc, Mutation, OutOfMemory, Tracer};
use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::ptr::NonNull;

// ---- Definitions ----

/// A function of Rust code: it examines its arguments and returns a [`Reply`].
pub type NativeFunction = for<'gc, 'a> fn(&mut Call<'gc, 'a>) -> Result<Reply, Error<'gc>>;

/// The definition of a native function: its name, which is unique in a VM, and the Rust function. Made by
/// [`native!`](crate::native!).
pub struct Native {
    name: &'static str,
    /// Where the last part of the name starts.
    field: usize,
    shown: &'static str,
    function: NativeFunction,
    intrinsic: Intrinsic,
    signatures: &'static [&'static str],
    cost: &'static str,
    module: &'static str,
    /// Whether it belongs to the library, whose names every VM knows.
    is_of_library: bool,
    /// Whether each function made from it has a shown name of its own, its first upvalue.
    is_named_apart: bool,
}

/// Makes the definition of a native function, a `&'static` [`Native`], from its name and the Rust function: a path, or
/// a closure that captures nothing. It may be in a `static` or `const` item, or where the function is made.
///
/// The name has a namespace, the embedder's own: `app.double`. It is unique in a VM and should never change, since it
/// identifies the function beyond the life of a process. Tracebacks and messages show it if they know no better name.
/// With `"app.rows.next" as "next"` they show `next` instead, and with `as ""` nothing.
///
/// ```
/// use fife::gc::{Call, Error, Function, NameTaken, Native, Reply};
/// use fife::{Lua, native};
///
/// static DOUBLE: &Native = native!("app.double", double);
///
/// /// `double(n)`: twice as much.
/// fn double<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
///     let number = call.integer(0)?;
///     call.one(number.wrapping_mul(2))
/// }
///
/// let mut lua = Lua::new();
/// lua.enter(|ctx| {
///     let one = native!("app.one", |call| call.one(1));
///     ctx.globals().set_field(ctx, "double", Function::native(ctx, DOUBLE)?);
///     ctx.globals().set_field(ctx, "one", Function::native(ctx, one)?);
///     Ok::<_, NameTaken>(())
/// })?;
/// assert_eq!(lua.load("double(one() + 20)").eval::<i64>()?, 42);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A name without a namespace does not compile:
///
/// ```compile_fail,E0080
/// static DOUBLE: &fife::gc::Native = fife::native!("double", |call| call.nothing());
/// ```
#[macro_export]
macro_rules! native {
    ($name:literal as $shown:literal, $function:expr $(,)?) => {{
        // A static has one address; a promoted constant may have several.
        static DEFINITION: $crate::gc::Native =
            $crate::gc::Native::new($name, $shown, $function, ::core::module_path!());
        &DEFINITION
    }};
    ($name:literal, $function:expr $(,)?) => {
        $crate::native!($name as $name, $function)
    };
}

impl Native {
    /// For [`native!`](crate::native!).
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        shown: &'static str,
        function: NativeFunction,
        module: &'static str,
    ) -> Native {
        let Some(field) = last_part(name) else {
            panic!("a native's name has a namespace and no spaces: `app.double`");
        };
        Native {
            name,
            field,
            shown,
            function,
            intrinsic: Intrinsic::None,
            signatures: &[],
            cost: "",
            module,
            is_of_library: false,
            is_named_apart: false,
        }
    }

    /// Adds the description of a function of the library.
    pub(crate) const fn described(mut self, signatures: &'static [&'static str], cost: &'static str) -> Native {
        // Texts for the book, which a small program leaves out.
        if cfg!(feature = "full") {
            self.signatures = signatures;
            self.cost = cost;
        }
        self.is_of_library = true;
        self
    }

    /// Marks it as one that the interpreter carries out, or recognises.
    pub(crate) const fn carried_out(mut self, intrinsic: Intrinsic) -> Native {
        self.intrinsic = intrinsic;
        self
    }

    /// Marks it as the definition of many functions, each with a shown name of its own: a string, its first upvalue.
    pub(crate) const fn named_apart(mut self) -> Native {
        self.is_named_apart = true;
        self
    }

    /// Its name, with its namespace: `string.rep`, `app.double`. Functions that scripts find as global variables are in
    /// `_G`: `_G.print`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its name in tracebacks and messages that know no better one: `string.rep`, `print`. Empty if it has none, as
    /// with PUC-Rio Lua's iterators.
    pub fn shown_name(&self) -> &'static str {
        self.shown
    }

    /// The path of the module in which it is defined.
    pub fn module(&self) -> &'static str {
        self.module
    }

    /// How a script calls it, for functions of the library that a script finds: `string.rep(s, n [, sep])`, one for
    /// each form. Empty for an embedder's function.
    pub fn signatures(&self) -> &'static [&'static str] {
        self.signatures
    }

    /// Its cost in fuel besides the call, for functions of the library that a script finds. Empty for an embedder's
    /// function.
    pub fn cost(&self) -> &'static str {
        self.cost
    }

    /// The last part of its name: its field in its library.
    pub(crate) fn field(&self) -> &'static str {
        self.name.get(self.field..).unwrap_or(self.name)
    }

    /// Whether two definitions are the same: they have one address, or the same name, module and Rust function. The
    /// second case is for a process that has a definition twice, because two libraries that it loads are both linked
    /// with the crate that has it.
    fn is_same(&'static self, other: &'static Native) -> bool {
        std::ptr::eq(self, other)
            || self.name == other.name
                && self.module == other.module
                && std::ptr::fn_addr_eq(self.function, other.function)
    }
}

impl fmt::Debug for Native {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Native({})", self.name)
    }
}

/// Where the last part of a name starts. `None` unless the name has at least two parts with dots between them, none of
/// them empty, in printable ASCII.
pub(super) const fn last_part(name: &str) -> Option<usize> {
    let bytes = name.as_bytes();
    let (mut start, mut index) = (0, 0);
    while index < bytes.len() {
        if !bytes[index].is_ascii_graphic() || bytes[index] == b'.' && index == start {
            return None;
        }
        if bytes[index] == b'.' {
            start = index + 1;
        }
        index += 1;
    }
    if start > 0 && start < bytes.len() { Some(start) } else { None }
}

#[cfg(test)]
mod tests;

/// Natives that the interpreter itself carries out, because they change frames or threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
#[repr(u8)]
pub(crate) enum Intrinsic {
    /// An ordinary native.
    None,
    /// `next`, which a generic `for` recognises.
    Next,
    /// The iterator of `ipairs`, which a generic `for` recognises.
    IpairsStep,
    /// The `__index` of a class, which code that indexes a value recognises: see [`class`](super::class).
    ClassIndex,
    Pcall,
    Xpcall,
    Resume,
    /// A function made by `coroutine.wrap`; its upvalue 0 is the coroutine.
    Wrapped,
    Yield,
    YieldTo,
    /// `coroutine.close`
    CloseThread,
    /// Ends the task and runs its argument, a function, instead: see `Machine::end_task`.
    EndTask,
}

// ---- Names ----

/// The definitions of a library, in groups.
pub(crate) type Library = &'static [&'static [Native]];

/// The natives that a VM knows, by name: those of the libraries, which a test shows to be unique, and those of its
/// host. A program has a fixed number of definitions, so their memory is not counted.
pub(crate) struct Natives {
    libraries: &'static [Library],
    of_host: RefCell<HashMap<&'static str, &'static Native>>,
}

impl Natives {
    /// The natives of all libraries, open or not.
    pub(crate) fn new(libraries: &'static [Library]) -> Natives {
        Natives { libraries, of_host: RefCell::default() }
    }

    /// Notes a definition of the host. Fails if another one has its name.
    #[inline]
    pub(crate) fn register(&self, native: &'static Native) -> Result<(), NameTaken> {
        if native.is_of_library { Ok(()) } else { self.register_of_host(native) }
    }

    fn register_of_host(&self, native: &'static Native) -> Result<(), NameTaken> {
        let mut of_host = self.of_host.borrow_mut();
        let known = match of_host.entry(native.name) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                let mut of_libraries = self.libraries.iter().copied().flatten().copied().flatten();
                match of_libraries.find(|known| known.name == native.name) {
                    Some(known) => known,
                    None => *entry.insert(native),
                }
            }
        };
        if known.is_same(native) { Ok(()) } else { Err(NameTaken { known, refused: native }) }
    }
}

/// Two definitions of native functions have one name.
#[derive(Clone, Copy, Debug)]
pub struct NameTaken {
    known: &'static Native,
    refused: &'static Native,
}

impl NameTaken {
    /// The definition that the VM knows by this name.
    pub fn known(&self) -> &'static Native {
        self.known
    }

    /// The second definition, of which no function was made.
    pub fn refused(&self) -> &'static Native {
        self.refused
    }
}

impl fmt::Display for NameTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NameTaken { known, refused } = self;
        write!(
            f,
            "two native functions have the name '{}': one defined in '{}', and one in '{}'",
            known.name, known.module, refused.module
        )
    }
}

impl std::error::Error for NameTaken {}

// ---- Objects ----

/// A function of Rust code, followed by its upvalues.
#[repr(C)]
pub(crate) struct NativeObject<'gc> {
    /// Copied from the definition, so that a call finds it here.
    pub(crate) function: NativeFunction,
    pub(crate) definition: &'static Native,
    serial: u32,
    pub(crate) upvalue_count: u16,
    /// Copied from the definition, so that a call finds it here.
    pub(crate) intrinsic: Intrinsic,
    upvalues: [Slot<'gc>; 0],
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<NativeObject<'static>>() + fife_arena::raw::HEADER_SIZE == 32);

// SAFETY: shows the upvalues, since it is always a whole object.
unsafe impl Collect for NativeObject<'_> {
    fn trace(&self, _: &mut Tracer<'_>) {}

    unsafe fn trace_object(this: NonNull<Self>, tracer: &mut Tracer<'_>) {
        // SAFETY: the caller's promise; the upvalues follow the object in its allocation and are initialised.
        unsafe {
            let this: Gc<'_, NativeObject<'_>> = Gc::from_ptr(this.as_ptr());
            for index in 0..usize::from(this.upvalue_count) {
                (*NativeObject::upvalues(this).add(index)).trace(tracer);
            }
        }
    }
}

impl<'gc> NativeObject<'gc> {
    /// With `forced`, the limit on memory may be exceeded.
    pub(crate) fn allocate(
        mc: &Mutation<'gc>,
        definition: &'static Native,
        upvalues: &[Value<'gc>],
        serial: u32,
        forced: bool,
    ) -> Result<Gc<'gc, NativeObject<'gc>>, OutOfMemory> {
        let size = size_of::<NativeObject<'gc>>() + size_of_val(upvalues);
        let upvalue_count = upvalues.len() as u16;
        let Native { function, intrinsic, .. } = *definition;
        // SAFETY: header and upvalues are written before anyone sees them.
        unsafe {
            let memory = mc.allocate_traced::<NativeObject<'gc>>(size, forced)?;
            memory.write(NativeObject { function, definition, serial, upvalue_count, intrinsic, upvalues: [] });
            let native = Gc::from_ptr(memory.as_ptr());
            for (index, value) in upvalues.iter().enumerate().take(usize::from(upvalue_count)) {
                NativeObject::upvalues(native).add(index).write(Slot::from(*value));
            }
            Ok(native)
        }
    }

    pub(crate) fn upvalues(this: Gc<'gc, Self>) -> *mut Slot<'gc> {
        // SAFETY: they follow the object in its allocation.
        unsafe { this.as_ptr().add(1).cast() }
    }

    pub(crate) fn upvalue(this: Gc<'gc, Self>, index: usize) -> Slot<'gc> {
        if index >= usize::from(this.upvalue_count) {
            return Slot::NIL;
        }
        // SAFETY: the index is in range.
        unsafe { *NativeObject::upvalues(this).add(index) }
    }

    pub(crate) fn set_upvalue(this: Gc<'gc, Self>, mc: &Mutation<'gc>, index: usize, value: Slot<'gc>) {
        if index < usize::from(this.upvalue_count) {
            mc.barrier_backward(this);
            // SAFETY: the index is in range.
            unsafe { Slot::write(NativeObject::upvalues(this).add(index), value) }
        }
    }

    pub(crate) fn serial(&self) -> u32 {
        self.serial
    }

    /// Its name in tracebacks and messages that know no better one: see [`Native::shown_name`].
    pub(crate) fn shown_name(this: Gc<'gc, Self>) -> &'gc str {
        let definition = this.definition;
        if definition.is_named_apart
            && let Value::String(name) = NativeObject::upvalue(this, 0).value()
        {
            return name.to_str().unwrap_or(definition.shown);
        }
        definition.shown
    }
}
