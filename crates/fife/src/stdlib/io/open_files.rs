//! All files that a script has open. A command that is about to start may read what was written to them.
//!
//! The list does not keep them alive. Dead entries are removed when the list has twice as many as after the last
//! removal, so it is never much longer than the number of files.

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
    /// How many entries there may be before dead ones are removed.
    forget_at: usize,
}

/// The shortest list from which dead entries are removed.
const FORGET_AT_LEAST: usize = 32;

impl<'gc> OpenFiles<'gc> {
    /// The bytes of a file's entry. The list may be twice as long as needed, and grows by doubling.
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

    /// Passes on the buffered bytes of all files of a list. Costs 50 units per file.
    pub(super) fn flush_all(call: &Call<'gc, '_>, list: Value<'gc>) {
        let (ctx, Some(list)) = (call.ctx(), OpenFiles::of(list)) else { return };
        for file in list.borrow().files.iter().filter_map(|file| file.upgrade(ctx.mc())) {
            call.charge(50);
            // As in C, an error is ignored here: it comes again, or the next write fails.
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
