//! Userdata: an object of the host with a metatable.
//!
//! The descriptor of its type says what kind of object it is. It has a name, like the definition of a native function.
//!
//! # Safety argument
//!
//! `data` is a `Gc` with its type erased. It is read back only under the `TypeId` of the [`UserDataType`] it was given
//! with, and the object is traced as long as the userdata is. Names are for people and files: no cast depends on one.

use super::native::last_part;
use super::table::TableObject;
use super::{Table, Value};
use fife_arena::{Collect, Gc, Lock, Mutation, OutOfMemory, Root, Rootable, Tracer};
use std::any::TypeId;
use std::fmt;
use std::ptr::NonNull;

// ---- Types ----

/// A type of userdata: the type of its objects, and its name. Made by [`userdata_type!`](crate::userdata_type!).
///
/// The name has a namespace, the embedder's own, and should never change: `app.counter`. It identifies the type beyond
/// the life of a process.
pub trait UserDataType: for<'a> Rootable<'a> + Sized + 'static {
    /// The name.
    const NAME: &'static str;
    /// The version of the type, for readers of what an older program wrote. It starts at 1.
    const VERSION: u32 = 1;
}

/// The descriptor of a type. It is not a constant of the trait, because an implementation could give that of another
/// type, and casts rely on it.
struct Described<T>(std::marker::PhantomData<T>);

impl<T: UserDataType> Described<T> {
    const DESCRIPTOR: &'static UserDataDescriptor = &UserDataDescriptor::of::<T>();
}

/// The description of a type of userdata: [`UserData::descriptor`].
pub struct UserDataDescriptor {
    name: &'static str,
    version: u32,
    type_of: TypeId,
}

impl UserDataDescriptor {
    const fn of<T: UserDataType>() -> UserDataDescriptor {
        assert!(
            last_part(T::NAME).is_some(),
            "the name of a userdata type has a namespace and no spaces: `app.counter`"
        );
        UserDataDescriptor { name: T::NAME, version: T::VERSION, type_of: TypeId::of::<T>() }
    }

    /// Its name: [`UserDataType::NAME`].
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its version: [`UserDataType::VERSION`].
    pub fn version(&self) -> u32 {
        self.version
    }
}

impl fmt::Debug for UserDataDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UserDataDescriptor({}, version {})", self.name, self.version)
    }
}

/// Defines types of userdata: a marker type, the name, and the type of the objects, in which `'_` stands for the
/// lifetime of a VM's values. A version other than 1 comes after the name.
///
/// ```
/// use fife::arena::{Gc, Lock};
/// use fife::gc::{Table, UserData};
/// use fife::{Collect, Lua, userdata_type};
///
/// /// A place of a tree, which scripts hand around.
/// #[derive(Collect)]
/// struct Place<'gc> {
///     tree: Table<'gc>,
///     depth: u32,
/// }
///
/// userdata_type! {
///     /// Userdata that are places.
///     PlaceType("app.place") for Place<'_>;
/// }
///
/// Lua::new().enter(|ctx| {
///     let data = UserData::new::<PlaceType>(ctx, Gc::new(ctx.mc(), Place { tree: ctx.table(), depth: 3 }));
///     assert_eq!(data.downcast::<PlaceType>().map(|place| place.depth), Some(3));
///     assert_eq!(data.descriptor().name(), "app.place");
/// });
/// ```
///
/// A name without a namespace does not compile:
///
/// ```compile_fail,E0080
/// # use fife::{Lua, arena::Gc, gc::UserData, userdata_type};
/// userdata_type! { Number("number") for u32; }
/// Lua::new().enter(|ctx| UserData::new::<Number>(ctx, Gc::new(ctx.mc(), 1)).descriptor());
/// ```
#[macro_export]
macro_rules! userdata_type {
    ($($(#[$attribute:meta])* $visibility:vis $type:ident($name:literal $(, $version:literal)?) for $data:ty;)+) => {$(
        $(#[$attribute])*
        $visibility struct $type;

        impl<'__fife_gc> $crate::arena::Rootable<'__fife_gc> for $type {
            type Root = $crate::arena::name_lifetimes!('__fife_gc; $data);
        }

        impl $crate::gc::UserDataType for $type {
            const NAME: &'static str = $name;
            $(const VERSION: u32 = $version;)?
        }
    )+};
}

// ---- Objects ----

pub(crate) struct UserDataObject<'gc> {
    data: NonNull<u8>,
    descriptor: &'static UserDataDescriptor,
    pub(crate) metatable: Lock<Option<Gc<'gc, TableObject<'gc>>>>,
    serial: u32,
    /// Whether its `__gc` must be called before it is freed.
    pub(super) is_finalizable: std::cell::Cell<bool>,
}

// SAFETY: shows the data, which is a `Gc` given at creation, and the metatable.
unsafe impl Collect for UserDataObject<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        // SAFETY: this tracing keeps it alive.
        unsafe { tracer.mark_raw(self.data) }
        self.metatable.trace(tracer);
    }
}

impl<'gc> UserDataObject<'gc> {
    fn of<R>(ctx: super::Context<'gc>, data: Gc<'gc, Root<'gc, R>>) -> UserDataObject<'gc>
    where
        R: UserDataType,
        Root<'gc, R>: Sized,
    {
        UserDataObject {
            // SAFETY: a `Gc` is never null.
            data: unsafe { NonNull::new_unchecked(data.as_ptr().cast::<u8>()) },
            descriptor: Described::<R>::DESCRIPTOR,
            metatable: Lock::new(None),
            serial: ctx.next_serial(),
            is_finalizable: std::cell::Cell::new(false),
        }
    }

    pub(crate) fn serial(&self) -> u32 {
        self.serial
    }
}

/// A host's object as a Lua value.
#[derive(Clone, Copy)]
pub struct UserData<'gc>(pub(crate) Gc<'gc, UserDataObject<'gc>>);

// SAFETY: shows its one pointer.
unsafe impl Collect for UserData<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.mark(self.0);
    }
}

impl<'gc> UserData<'gc> {
    /// Makes a userdata of any collectable object, including types with the lifetime `'gc`: see
    /// [`userdata_type!`](crate::userdata_type!). It may exceed the limit on memory: a native that a script calls uses
    /// [`Call::make_userdata`](crate::gc::Call::make_userdata).
    pub fn new<R>(ctx: super::Context<'gc>, data: Gc<'gc, Root<'gc, R>>) -> UserData<'gc>
    where
        R: UserDataType,
        Root<'gc, R>: Sized,
    {
        UserData(Gc::new(ctx.mc(), UserDataObject::of::<R>(ctx, data)))
    }

    /// Makes a userdata, if the limit on memory allows it.
    pub(crate) fn try_new<R>(
        ctx: super::Context<'gc>,
        data: Gc<'gc, Root<'gc, R>>,
    ) -> Result<UserData<'gc>, OutOfMemory>
    where
        R: UserDataType,
        Root<'gc, R>: Sized,
    {
        Gc::try_new(ctx.mc(), UserDataObject::of::<R>(ctx, data)).map(UserData)
    }

    /// The object, if the userdata was made with the same type.
    pub fn downcast<R>(self) -> Option<Gc<'gc, Root<'gc, R>>>
    where
        R: UserDataType,
        Root<'gc, R>: Sized,
    {
        // SAFETY: the type was this one at creation; the lifetime is the arena's own.
        (self.0.descriptor.type_of == TypeId::of::<R>()).then(|| unsafe { Gc::from_ptr(self.0.data.as_ptr().cast()) })
    }

    /// The descriptor of its type.
    pub fn descriptor(self) -> &'static UserDataDescriptor {
        self.0.descriptor
    }

    /// The metatable.
    pub fn metatable(self) -> Option<Table<'gc>> {
        self.0.metatable.get().map(Table)
    }

    /// Sets or removes the metatable. A `__gc` in it is ignored:
    /// [`Context::set_metatable`](crate::gc::Context::set_metatable) does that.
    pub fn set_metatable(self, mc: &Mutation<'gc>, metatable: Option<Table<'gc>>) {
        let write = Gc::write(mc, self.0);
        fife_arena::field!(write, UserDataObject, metatable).unlock().set(metatable.map(|table| table.0));
    }
}

impl PartialEq for UserData<'_> {
    fn eq(&self, other: &Self) -> bool {
        Gc::ptr_eq(self.0, other.0)
    }
}

impl fmt::Debug for UserData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Value::UserData(*self).fmt(f)
    }
}
