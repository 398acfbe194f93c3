//! With the feature `send`, a class's closures and values move with the VM, and so do a host's data.
use fife::{Access, AnyUserData, Class, Lent, Lua, UserData};
use std::rc::Rc;

struct Shared(Rc<i64>);

impl UserData for Shared {
    const NAME: &'static str = "app.shared";
    fn class(_: &mut Class<Self>) {}
}

struct Number(i64);

fn method(class: &mut Class<Number>, shared: Rc<i64>) {
    class.method("add", move |this: &Number| this.0 + *shared);
}

fn method_mut(class: &mut Class<Number>, shared: Rc<i64>) {
    class.method_mut("change", move |this: &mut Number| this.0 += *shared);
}

fn field(class: &mut Class<Number>, shared: Rc<i64>) {
    class.field("number", move |this: &Number| this.0 + *shared);
}

impl UserData for Number {
    const NAME: &'static str = "app.number";
    fn class(class: &mut Class<Self>) {
        let shared = Rc::new(1);
        method(class, shared.clone());
        method_mut(class, shared.clone());
        field(class, shared);
    }
}

fn value(lua: &Lua) {
    AnyUserData::new(lua, Shared(Rc::new(7))).unwrap();
}

fn data(lua: &Lua) {
    lua.set_data(Rc::new(7));
}

fn lent(lua: &Lua) {
    let lent = Lent::<Rc<i64>>::new();
    lua.function("lent", move || lent.with(|it| **it)).unwrap();
}

fn main() {
    let lua = Lua::new();
    value(&lua);
    data(&lua);
    lent(&lua);
    AnyUserData::new(&lua, Number(7)).unwrap();
}
