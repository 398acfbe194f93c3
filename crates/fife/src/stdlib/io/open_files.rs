//! The files that a script has open, for what concerns all of them: a command that is about to start may read what was
//! written to them.
//!
//! They are known without being kept alive. Those that are gone are forgotten when there are twice as many as at the last
//! look, so the list is never much longer than the files are many.

use super::FileHandle;
use super::file::File;
use crate::native::Call;
use crate::object::{Context, UserData, Value};
use crate::userdata_type;
use fife_arena::{Collect, Gc, GcWeak, RefLock, Static};
use std::cell::RefCell;

userdata_type! {
    /// The userdata that holds the list.
    ListType("io.open_files") for RefLock<OpenFiles<'_>>;
}

#[derive(Collect)]
pub(super) struct OpenFiles<'gc> {
    files: Vec<GcWeak<'gc, Static<RefCell<File>>>>,
    /// How many there may be before those that are gone are forgotten.
    forget_at: usize,
}

/// The shortest list that is looked through.
const FORGET_AT_LEAST: usize = 32;

impl<'gc> OpenFiles<'gc> {
    /// What a file takes in the list, which may be twice as long as needed, and grows by doubling.
    pub(super) const ENTRY_BYTES: usize = 4 * size_of::<GcWeak<'_, Static<RefCell<File>>>>();

    /// An empty list, as a value that scripts do not see.
    pub(super) fn list(ctx: Context<'gc>) -> Value<'gc> {
        let list = OpenFiles { files: Vec::new(), forget_at: FORGET_AT_LEAST };
        Value::UserData(UserData::new::<ListType>(ctx, Gc::new(ctx.mc(), RefLock::new(list))))
    }

    /// Adds a file to a list.
    pub(super) fn add(ctx: Context<'gc>, list: Value<'gc>, file: FileHandle<'gc>) {
        let Some(list) = OpenFiles::of(list) else { return };
        let mut list = Gc::write(ctx.mc(), list).unlock().borrow_mut();
        if list.files.len() >= list.forget_at {
            list.files.retain(|file| !file.is_dropped(ctx.mc()));
            list.forget_at = FORGET_AT_LEAST.max(2 * list.files.len());
        }
        list.files.push(Gc::downgrade(file.0));
    }

    /// Hands on what was written to the files of a list. 50 units for each.
    pub(super) fn flush_all(call: &Call<'gc, '_>, list: Value<'gc>) {
        let (ctx, Some(list)) = (call.ctx(), OpenFiles::of(list)) else { return };
        for file in list.borrow().files.iter().filter_map(|file| file.upgrade(ctx.mc())) {
            call.charge(50);
            // As in C, nobody is told: the same error comes again, or the next write fails.
            let _ = file.0.borrow_mut().flush(ctx.host());
        }
    }

    fn of(list: Value<'gc>) -> Option<Gc<'gc, RefLock<OpenFiles<'gc>>>> {
        match list {
            Value::UserData(data) => data.downcast::<ListType>(),
            _ => None,
        }
    }
}
