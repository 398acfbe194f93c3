//! The userdata of a class, and the tables that a VM has for the class.

use super::super::convert::make_string;
use super::super::host_function::{make_closure, make_function};
use super::super::shared::{InUse, Shared};
use super::super::{Error, IntoLua, Result};
use super::fields::{GET_FIELD, SET_FIELD};
use super::{Class, MetaMethod, UserData};
use crate::native::Call;
use crate::object::class::upvalue;
use crate::object::{
    self as gc, Context, Function, HeldBytes, Singleton, Table, TableError, UserDataType, Value, draws_on_reserve,
};
use fife_arena::{Collect, Gc, OutOfMemory, Rootable, Static};
use std::marker::PhantomData;

// ---- Objects ----

/// What a userdata of a class holds, shared with the arguments made from it.
pub(in crate::api::handle) struct Object<T>(Shared<Kept<T>>);

impl<T> Clone for Object<T> {
    #[inline]
    fn clone(&self) -> Self {
        Object(self.0.clone())
    }
}

/// A value, with the account of the memory it takes.
struct Kept<T> {
    value: T,
    held: HeldBytes,
}

/// The userdata of a class.
pub(in crate::api::handle) struct ObjectType<T>(PhantomData<T>);

impl<T: 'static> Rootable<'_> for ObjectType<T> {
    type Root = Static<Object<T>>;
}

impl<T: UserData> UserDataType for ObjectType<T> {
    const NAME: &'static str = T::NAME;
    const VERSION: u32 = T::VERSION;
}

/// What messages call a type: the last part of its name.
pub(in crate::api::handle) fn shown_name<T: UserData>() -> &'static str {
    T::NAME.rsplit('.').next().unwrap_or(T::NAME)
}

/// The bytes of the VM's memory that a userdata takes besides its value.
const OBJECT_BYTES: usize = 256;

/// From this size on, memory outside of the heap does not come from the reserve.
const LARGE_BYTES: usize = 4 << 10;

/// A block of this size is taken from the system by itself, if the limit allows.
const OF_ITS_OWN: usize = 256 << 10;

impl<T: UserData> Object<T> {
    /// The bytes of a value that holds nothing else.
    const LEAST_BYTES: usize = Shared::<Kept<T>>::BYTES;

    fn bytes_of(value: &T) -> usize {
        Self::LEAST_BYTES.saturating_add(value.held_bytes())
    }

    /// Makes a userdata. If memory is used up, a small one comes from the reserve.
    pub(in crate::api::handle) fn make<'gc>(ctx: Context<'gc>, value: T) -> Result<gc::UserData<'gc>> {
        let metatable = tables::<T>(ctx)?.metatable;
        let held = Self::hold(ctx, Self::bytes_of(&value)).map_err(|OutOfMemory| Error::memory())?;
        if !ctx.mc().has_room(OBJECT_BYTES) && !draws_on_reserve(ctx, OBJECT_BYTES) {
            return Err(Error::memory());
        }
        let object = Object(Shared::new(Kept { value, held }));
        let data = gc::UserData::new::<ObjectType<T>>(ctx, Gc::new(ctx.mc(), Static(object)));
        data.set_metatable(ctx.mc(), Some(metatable));
        Ok(data)
    }

    /// Counts what a value takes, and charges for it: a step must not take much more memory than the collector can keep
    /// up with.
    fn hold(ctx: Context<'_>, bytes: usize) -> Result<HeldBytes, OutOfMemory> {
        ctx.state().charge(bytes / 64);
        HeldBytes::take(ctx, bytes).or_else(|refused| {
            if !draws_on_reserve(ctx, bytes) {
                return Err(refused);
            }
            let mut held = HeldBytes::take(ctx, 0)?;
            held.note(bytes);
            ctx.settle_external();
            Ok(held)
        })
    }

    /// The object of a userdata, if that is one of this class.
    #[inline]
    pub(in crate::api::handle) fn of(value: Value<'_>) -> Option<&Object<T>> {
        let Value::UserData(data) = value else { return None };
        data.downcast::<ObjectType<T>>().map(|object| &object.as_ref().0)
    }

    /// Looks at the value.
    #[inline]
    pub(in crate::api::handle) fn look<R>(&self, look: impl FnOnce(&T) -> R) -> Result<R, InUse> {
        self.0.with(|kept| look(&kept.value))
    }

    /// Changes the value, and counts anew what it holds.
    #[inline]
    pub(in crate::api::handle) fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, InUse> {
        self.0.with_mut(|kept| kept.change(change))
    }

    /// Changes the value for a script, which must be within its limit if the change may make the value larger.
    ///
    /// # Errors
    /// The script is over its limit: what is running must wait for a collection.
    #[inline]
    pub(super) fn change_for<'gc, R>(
        &self,
        call: &Call<'gc, '_>,
        change: impl FnOnce(&mut T) -> R,
    ) -> Result<Result<R, gc::Error<'gc>>, InUse> {
        self.0.with_mut(|kept| {
            if kept.held.bytes() > Self::LEAST_BYTES && !call.ctx().mc().allows(1) {
                return Err(call.refused());
            }
            Ok(kept.change(change))
        })
    }

    /// Takes the value out. The userdata stays, and every use of it is an error.
    pub(in crate::api::handle) fn take(&self) -> Result<T, InUse> {
        self.0.take().map(|kept| kept.value)
    }

    /// A number that is unique among those that exist.
    pub(in crate::api::handle) fn address(&self) -> usize {
        self.0.address()
    }
}

impl<T: UserData> Kept<T> {
    #[inline]
    fn change<R>(&mut self, change: impl FnOnce(&mut T) -> R) -> R {
        let result = change(&mut self.value);
        let bytes = Object::bytes_of(&self.value);
        if bytes != self.held.bytes() {
            self.held.note(bytes);
        }
        result
    }
}

/// A new userdata that holds the value.
impl<'gc, T: UserData> IntoLua<'gc> for T {
    fn into_lua(self, ctx: Context<'gc>) -> Result<Value<'gc>> {
        Object::make(ctx, self).map(Value::UserData)
    }

    fn lua_bytes(&self) -> usize {
        match Object::bytes_of(self) {
            bytes @ ..LARGE_BYTES => OBJECT_BYTES + bytes,
            // Free pages of the heap are no room for memory outside of it. So ask for an amount that would not be put
            // into pages.
            bytes => OBJECT_BYTES.saturating_add(bytes.max(OF_ITS_OWN)),
        }
    }
}

// ---- Classes ----

/// The key of a class's tables among the singletons of a VM.
struct ClassKey<T>(PhantomData<T>);

impl<'a, T: UserData> Rootable<'a> for ClassKey<T> {
    type Root = Tables<'a, T>;
}

/// A class in a VM.
#[derive(Collect)]
struct Tables<'gc, T: 'static> {
    metatable: Table<'gc>,
    /// What scripts index: methods and functions.
    methods: Table<'gc>,
    #[collect(static)]
    of: PhantomData<fn(&T)>,
}

/// The table of a class's functions and methods.
pub(in crate::api::handle) fn class_table<'gc, T: UserData>(ctx: Context<'gc>) -> Result<Table<'gc>> {
    Ok(tables::<T>(ctx)?.methods)
}

fn tables<'gc, T: UserData>(ctx: Context<'gc>) -> Result<Gc<'gc, Tables<'gc, T>>> {
    ctx.singleton::<ClassKey<T>>().map_err(|OutOfMemory| Error::memory())
}

impl<'gc, T: UserData> Singleton<'gc> for Tables<'gc, T> {
    fn create(ctx: Context<'gc>) -> Result<Self, OutOfMemory> {
        let mut class = Class::new();
        T::class(&mut class);
        // Only memory can be refused.
        Tables::of_class(ctx, class).map_err(|_| OutOfMemory)
    }
}

impl<'gc, T: UserData> Tables<'gc, T> {
    fn of_class(ctx: Context<'gc>, class: Class<T>) -> Result<Self> {
        let Class { methods: all_methods, getters: all_getters, setters: all_setters, metamethods, of } = class;
        let shown = shown_name::<T>();
        let table = || ctx.try_table().map_err(|OutOfMemory| Error::memory());
        let (metatable, methods, getters, setters) = (table()?, table()?, table()?, table()?);
        let has_getters = !all_getters.is_empty();
        for (name, method) in all_methods {
            set(ctx, methods, name, method.into_function(ctx, &format!("{shown}.{name}"))?.into())?;
        }
        for (name, closure) in all_getters {
            set(ctx, getters, name, make_function(ctx, &format!("{shown}.{name}"), closure)?.into())?;
        }
        for (name, closure) in all_setters {
            set(ctx, setters, name, make_closure(ctx, closure)?.into())?;
        }
        for (event, closure) in metamethods {
            let name = event.name();
            set(ctx, metatable, name, make_function(ctx, &format!("{shown}.{name}"), closure)?.into())?;
        }
        let name = make_string(ctx, shown.as_bytes())?;
        let native = |native, upvalues: &[Value<'gc>]| {
            Function::try_native_with(ctx, native, upvalues).map_err(|OutOfMemory| Error::memory())
        };
        let rest = metatable.get_field(ctx, MetaMethod::Index.name());
        let index = match (has_getters, rest) {
            // The fastest way, where there is nothing else to find.
            (false, Value::Nil) => methods.into(),
            (_, rest) => {
                let mut upvalues = [Value::Nil; 4];
                upvalues[upvalue::NAME] = name;
                upvalues[upvalue::METHODS] = methods.into();
                upvalues[upvalue::GETTERS] = getters.into();
                upvalues[upvalue::REST] = rest;
                native(&GET_FIELD, &upvalues)?.into()
            }
        };
        set(ctx, metatable, MetaMethod::Index.name(), index)?;
        let rest = metatable.get_field(ctx, MetaMethod::NewIndex.name());
        let new_index = native(&SET_FIELD, &[name, getters.into(), setters.into(), rest])?;
        set(ctx, metatable, MetaMethod::NewIndex.name(), new_index.into())?;
        set(ctx, metatable, "__name", name)?;
        // All values of the type share these tables, so no script may change them.
        set(ctx, metatable, "__metatable", name)?;
        metatable.freeze();
        methods.freeze();
        Ok(Tables { metatable, methods, of })
    }
}

fn set<'gc>(ctx: Context<'gc>, table: Table<'gc>, name: &str, value: Value<'gc>) -> Result<()> {
    let name = make_string(ctx, name.as_bytes())?;
    table.set(ctx, name, value).map_err(|error| match error {
        TableError::OutOfMemory => Error::memory(),
        other => Error::of_table(other),
    })
}
