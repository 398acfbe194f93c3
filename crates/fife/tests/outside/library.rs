//! The table of a library as an embedder can write it: like `stdlib/library.rs` within `fife`, without the parts for
//! the machine's own functions. See `outside.rs`.

use fife::gc::{Context, Function, Native, Table, Value};

pub(crate) type Library = &'static [&'static [Native]];

macro_rules! library {
    (@shown $library:literal, $field:ident) => {
        concat!($library, stringify!($field))
    };
    (@shown $library:literal, $field:ident, $shown:literal) => {
        $shown
    };
    (
        $(#[$attribute:meta])*
        $library:ident: $name:literal as $shown:literal;
        $(
            $(#[$group_attribute:meta])*
            $group:ident {
                $(
                    $field:ident $(.$part:ident)* $(($($arguments:literal) / +))? $(as $own:literal)?
                        => $function:path $([$intrinsic:ident])? $(, $cost:literal)?;
                )+
            }
        )+
    ) => {
        $(#[$attribute])*
        pub(crate) static $library: Library = &[$(&$group),+];
        $(
            $(#[$group_attribute])*
            pub(crate) static $group: [Native; [$(stringify!($field)),+].len()] = [$(
                Native::new(
                    concat!($name, stringify!($field) $(, ".", stringify!($part))*),
                    library!(@shown $shown, $field $(, $own)?),
                    $function,
                    module_path!(),
                ),
            )+];
        )+
    };
}

pub(crate) fn reserve<'gc>(ctx: Context<'gc>, table: Table<'gc>, groups: &[&'static [Native]], others: usize) {
    let count = groups.iter().map(|group| group.len()).sum::<usize>() + others;
    let _ = table.reserve_fields(ctx, count);
}

pub(crate) fn define<'gc>(ctx: Context<'gc>, table: Table<'gc>, group: &'static [Native], upvalues: &[Value<'gc>]) {
    for native in group {
        let field = native.name().rsplit('.').next().unwrap_or_default();
        table.set_field(ctx, field, Function::native_with(ctx, native, upvalues).expect("the name is free"));
    }
}

pub(crate) fn make<'gc>(ctx: Context<'gc>, group: &'static [Native; 1], upvalues: &[Value<'gc>]) -> Value<'gc> {
    Function::native_with(ctx, &group[0], upvalues).expect("the name is free").into()
}
