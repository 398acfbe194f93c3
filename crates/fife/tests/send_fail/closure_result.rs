//! With the feature `send`, the VM may keep a closure's result until there is memory for it.
use fife::gc::{Context, Value};
use fife::{IntoLua, Lua, Result};
use std::rc::Rc;

struct Shared(Rc<i64>);

impl<'gc> IntoLua<'gc> for Shared {
    fn into_lua(self, _: Context<'gc>) -> Result<Value<'gc>> {
        Ok(Value::Integer(*self.0))
    }
}

fn main() {
    Lua::new().function("shared", || Shared(Rc::new(7))).unwrap();
}
