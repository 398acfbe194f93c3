//! Roots: how a handle keeps its object alive from outside of the VM.
//!
//! A root is an index into the VM's set of roots, and the queue to which this index is returned when the last clone of
//! the handle is dropped. It has no pointer into the VM, so it can outlive it and move to other threads. Two handles
//! are equal if they belong to the same VM and their objects have the same serial number, which the VM never gives to
//! another object.

use crate::object::{
    self as gc, ClosureObject, Context, NativeObject, TableObject, ThreadObject, UserDataObject, Value,
};
use fife_arena::{DynamicRoot, Rootable};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Keeps an object alive.
pub(super) struct Root {
    object: Rooted,
    number: u64,
}

enum Rooted {
    Table(DynamicRoot<Rootable![TableObject<'_>]>),
    Closure(DynamicRoot<Rootable![ClosureObject<'_>]>),
    Native(DynamicRoot<Rootable![NativeObject<'_>]>),
    UserData(DynamicRoot<Rootable![UserDataObject<'_>]>),
    Thread(DynamicRoot<Rootable![ThreadObject<'_>]>),
}

impl Root {
    pub(super) fn of_table<'gc>(ctx: Context<'gc>, table: gc::Table<'gc>) -> Arc<Root> {
        Root::make(ctx, table.into(), Rooted::Table(ctx.state().roots.stash(ctx.mc(), table.0)))
    }

    pub(super) fn of_function<'gc>(ctx: Context<'gc>, function: gc::Function<'gc>) -> Arc<Root> {
        let roots = ctx.state().roots;
        let object = match function {
            gc::Function::Closure(closure) => Rooted::Closure(roots.stash(ctx.mc(), closure)),
            gc::Function::Native(native) => Rooted::Native(roots.stash(ctx.mc(), native)),
        };
        Root::make(ctx, function.into(), object)
    }

    pub(super) fn of_userdata<'gc>(ctx: Context<'gc>, data: gc::UserData<'gc>) -> Arc<Root> {
        Root::make(ctx, data.into(), Rooted::UserData(ctx.state().roots.stash(ctx.mc(), data.0)))
    }

    pub(super) fn of_thread<'gc>(ctx: Context<'gc>, thread: gc::Thread<'gc>) -> Arc<Root> {
        Root::make(ctx, thread.into(), Rooted::Thread(ctx.state().roots.stash(ctx.mc(), thread.0)))
    }

    fn make<'gc>(ctx: Context<'gc>, value: Value<'gc>, object: Rooted) -> Arc<Root> {
        Arc::new(Root { object, number: ctx.object_number(value).unwrap_or(0) })
    }

    /// The object, if the handle belongs to this VM. A root always has the kind it was made with.
    #[inline]
    pub(super) fn table<'gc>(&self, ctx: Context<'gc>) -> Option<gc::Table<'gc>> {
        let Rooted::Table(root) = &self.object else { return None };
        ctx.state().roots.try_fetch(root).map(gc::Table)
    }

    /// As [`table`](Self::table).
    #[inline]
    pub(super) fn function<'gc>(&self, ctx: Context<'gc>) -> Option<gc::Function<'gc>> {
        match &self.object {
            Rooted::Closure(root) => ctx.state().roots.try_fetch(root).map(gc::Function::Closure),
            Rooted::Native(root) => ctx.state().roots.try_fetch(root).map(gc::Function::Native),
            _ => None,
        }
    }

    /// As [`table`](Self::table).
    #[inline]
    pub(super) fn userdata<'gc>(&self, ctx: Context<'gc>) -> Option<gc::UserData<'gc>> {
        let Rooted::UserData(root) = &self.object else { return None };
        ctx.state().roots.try_fetch(root).map(gc::UserData)
    }

    /// As [`table`](Self::table).
    #[inline]
    pub(super) fn thread<'gc>(&self, ctx: Context<'gc>) -> Option<gc::Thread<'gc>> {
        let Rooted::Thread(root) = &self.object else { return None };
        ctx.state().roots.try_fetch(root).map(gc::Thread)
    }

    fn set_id(&self) -> usize {
        match &self.object {
            Rooted::Table(root) => root.set_id(),
            Rooted::Closure(root) => root.set_id(),
            Rooted::Native(root) => root.set_id(),
            Rooted::UserData(root) => root.set_id(),
            Rooted::Thread(root) => root.set_id(),
        }
    }
}

impl PartialEq for Root {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number && self.set_id() == other.set_id()
    }
}
impl Eq for Root {}

impl Hash for Root {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.number, self.set_id()).hash(state);
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number.fmt(f)
    }
}

/// What the four handles have in common. A handle is a struct whose only field is `root`.
macro_rules! handle {
    ($name:ident, $branded:ident, $of:ident, $fetch:ident) => {
        impl $name {
            /// Keeps an object of the VM outside of it.
            pub fn stash<'gc>(ctx: $crate::object::Context<'gc>, object: $crate::object::$branded<'gc>) -> $name {
                $name { root: $crate::api::handle::root::Root::$of(ctx, object) }
            }

            /// The object itself, while the VM is open.
            ///
            /// # Errors
            /// [`ErrorKind::Handle`](crate::ErrorKind::Handle): the handle is another VM's.
            #[inline]
            pub fn fetch<'gc>(
                &self,
                ctx: $crate::object::Context<'gc>,
            ) -> $crate::api::handle::Result<$crate::object::$branded<'gc>> {
                self.root.$fetch(ctx).ok_or_else($crate::api::handle::Error::foreign)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.root).finish()
            }
        }
    };
}
pub(super) use handle;
