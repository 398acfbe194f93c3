//! Userdata: an object of the host with a metatable.
//!
//! # Safety argument
//!
//! `data` is a `Gc` whose type is erased; it is read back only under the `TypeId` of the proxy it was given with, and the
//! object is traced as long as the userdata is.

use super::table::TableObject;
use super::{Table, Value};
use fife_arena::{Collect, Gc, Lock, Mutation, OutOfMemory, Root, Rootable, Tracer};
use std::any::TypeId;
use std::fmt;
use std::ptr::NonNull;

pub(crate) struct UserDataObject<'gc> {
    data: NonNull<u8>,
    type_of: TypeId,
    pub(crate) metatable: Lock<Option<Gc<'gc, TableObject<'gc>>>>,
    serial: u32,
    /// Whether its `__gc` is to be called before it goes away.
    pub(super) is_finalizable: std::cell::Cell<bool>,
}

// SAFETY: shows the data, which is a `Gc` given at creation, and the metatable.
unsafe impl Collect for UserDataObject<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        // SAFETY: kept alive by this very tracing.
        unsafe { tracer.mark_raw(self.data) }
        self.metatable.trace(tracer);
    }
}

impl<'gc> UserDataObject<'gc> {
    fn of<R>(ctx: super::Context<'gc>, data: Gc<'gc, Root<'gc, R>>) -> UserDataObject<'gc>
    where
        R: for<'a> Rootable<'a> + 'static,
        Root<'gc, R>: Sized,
    {
        UserDataObject {
            // SAFETY: a `Gc` is never null.
            data: unsafe { NonNull::new_unchecked(data.as_ptr().cast::<u8>()) },
            type_of: TypeId::of::<R>(),
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
    /// Makes a userdata of any collectable object. Its type is known by the proxy `R`, so types with the lifetime
    /// `'gc` work too: `UserData::new::<Rootable![MyType<'_>]>(ctx, object)`. It may pass the limit on memory: a native
    /// that a script calls uses [`Call::make_userdata`](crate::Call::make_userdata).
    pub fn new<R>(ctx: super::Context<'gc>, data: Gc<'gc, Root<'gc, R>>) -> UserData<'gc>
    where
        R: for<'a> Rootable<'a> + 'static,
        Root<'gc, R>: Sized,
    {
        UserData(Gc::new(ctx.mc(), UserDataObject::of::<R>(ctx, data)))
    }

    /// Makes a userdata, if the limit on memory allows.
    pub(crate) fn try_new<R>(
        ctx: super::Context<'gc>,
        data: Gc<'gc, Root<'gc, R>>,
    ) -> Result<UserData<'gc>, OutOfMemory>
    where
        R: for<'a> Rootable<'a> + 'static,
        Root<'gc, R>: Sized,
    {
        Gc::try_new(ctx.mc(), UserDataObject::of::<R>(ctx, data)).map(UserData)
    }

    /// The object, if the userdata was made with the same proxy.
    pub fn downcast<R>(self) -> Option<Gc<'gc, Root<'gc, R>>>
    where
        R: for<'a> Rootable<'a> + 'static,
        Root<'gc, R>: Sized,
    {
        // SAFETY: the type was this one at creation; the lifetime is the arena's own.
        (self.0.type_of == TypeId::of::<R>()).then(|| unsafe { Gc::from_ptr(self.0.data.as_ptr().cast()) })
    }

    /// The metatable.
    pub fn metatable(self) -> Option<Table<'gc>> {
        self.0.metatable.get().map(Table)
    }

    /// Sets or removes the metatable. It is not asked for a `__gc`: [`Context::set_metatable`](crate::Context::set_metatable) does that.
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
