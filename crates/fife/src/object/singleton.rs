//! Objects of the host of which a VM has one per type: made on first use, and kept as long as the VM.

use super::userdata::UserDataType;
use super::{Context, UserData};
use fife_arena::{Collect, Gc, OutOfMemory, Root, Rootable, Tracer};
use std::any::TypeId;
use std::cell::RefCell;
use std::collections::HashMap;
use std::marker::PhantomData;

/// A type of which a VM has one object: see [`Context::singleton`].
pub trait Singleton<'gc>: Collect + Sized {
    /// Makes the object. It may use other singletons, but not itself.
    ///
    /// # Errors
    /// There is no memory for it.
    fn create(ctx: Context<'gc>) -> Result<Self, OutOfMemory>;
}

/// The name of userdata that hold singletons, of any type. Scripts do not see them, and a restored VM makes its own.
const NAME: &str = "fife.singleton";

/// Userdata that hold singletons.
struct SingletonType<S>(PhantomData<S>);

impl<'a, S: Rootable<'a>> Rootable<'a> for SingletonType<S> {
    type Root = S::Root;
}

impl<S> UserDataType for SingletonType<S>
where
    S: for<'a> Rootable<'a> + 'static,
{
    const NAME: &'static str = NAME;
}

/// The singletons of a VM. Their number is bounded by the types that the program has, so what the map takes is not
/// counted.
#[derive(Default)]
pub(crate) struct Singletons<'gc>(RefCell<HashMap<TypeId, UserData<'gc>>>);

impl<'gc> Singletons<'gc> {
    /// Shows them; part of the root, which is traced again at the end of marking.
    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        self.0.borrow().values().for_each(|data| data.trace(tracer));
    }

    pub(super) fn get_or_create<S>(ctx: Context<'gc>) -> Result<Gc<'gc, Root<'gc, S>>, OutOfMemory>
    where
        S: for<'a> Rootable<'a> + 'static,
        Root<'gc, S>: Singleton<'gc>,
    {
        let all = &ctx.state().singletons;
        let find = || all.0.borrow().get(&TypeId::of::<S>()).and_then(|data| data.downcast::<SingletonType<S>>());
        if let Some(found) = find() {
            return Ok(found);
        }
        let made = Gc::try_new(ctx.mc(), Root::<'gc, S>::create(ctx)?)?;
        let data = UserData::try_new::<SingletonType<S>>(ctx, made)?;
        all.0.borrow_mut().insert(TypeId::of::<S>(), data);
        Ok(made)
    }
}
