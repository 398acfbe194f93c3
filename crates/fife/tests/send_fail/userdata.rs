//! With the feature `send`, the contents of a userdata move with the VM.
use fife::arena::{Gc, Static};
use fife::gc::UserData;
use fife::{Lua, userdata_type};
use std::rc::Rc;

userdata_type! {
    SharedType("app.shared") for Static<Rc<i64>>;
}

fn main() {
    Lua::new().enter(|ctx| {
        UserData::new::<SharedType>(ctx, Gc::new(ctx.mc(), Static(Rc::new(7))));
    });
}
