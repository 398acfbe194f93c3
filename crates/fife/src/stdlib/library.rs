//! The tables in which libraries list their functions, and how functions are made from them.
//!
//! `library!` makes the definitions ([`Native`]) of a library, in groups with the same upvalues. A line has everything
//! about a function: its field, its arguments, the Rust function, and its cost in fuel, from which the page
//! `book/fuel.md` is made. The name is the library's name followed by the field. A function that is not in a table, but
//! is returned by another function, has further parts in its name and its name in messages after `as`; it is described
//! at the Rust function. The brackets say how the interpreter knows a function that it carries out itself.
//!
//! ```text
//! library! {
//!     /// The functions of `string`.
//!     NATIVES: "string." as "string.";
//!
//!     PLAIN {
//!         rep("s, n [, sep]") => bytes::rep, "A unit for each 16 bytes of the result.";
//!     }
//!
//!     GMATCH_STEP {
//!         gmatch.step as "" => find::step;
//!     }
//! }
//! ```

pub(super) use crate::object::Library;
use crate::object::{Context, Function, Native, Table, Value};

macro_rules! library {
    (@shown $library:literal, $field:ident) => {
        concat!($library, stringify!($field))
    };
    (@shown $library:literal, $field:ident, $shown:literal) => {
        $shown
    };
    (@intrinsic) => {
        crate::object::Intrinsic::None
    };
    (@intrinsic $intrinsic:ident) => {
        crate::object::Intrinsic::$intrinsic
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
        pub(in crate::stdlib) static $library: Library = &[$(&$group),+];
        $(
            $(#[$group_attribute])*
            pub(in crate::stdlib) static $group: [Native; [$(stringify!($field)),+].len()] = [$(
                Native::new(
                    concat!($name, stringify!($field) $(, ".", stringify!($part))*),
                    library!(@shown $shown, $field $(, $own)?),
                    $function,
                    module_path!(),
                )
                .described(
                    &[$($(concat!($shown, stringify!($field), "(", $arguments, ")")),+)?],
                    concat!($($cost)?),
                )
                .carried_out(library!(@intrinsic $($intrinsic)?)),
            )+];
        )+
    };
}

/// Makes room in a table for the functions of these groups and this many other fields. Growing step by step would take
/// longer than the rest of opening a library.
#[inline(never)]
pub(super) fn reserve<'gc>(ctx: Context<'gc>, table: Table<'gc>, groups: &[&'static [Native]], others: usize) {
    let count = groups.iter().map(|group| group.len()).sum::<usize>() + others;
    // Without memory it grows step by step, or fails there.
    let _ = table.reserve_fields(ctx, count);
}

/// Makes the functions of a group, with these upvalues each, and sets the fields of a table.
pub(super) fn define<'gc>(ctx: Context<'gc>, table: Table<'gc>, group: &'static [Native], upvalues: &[Value<'gc>]) {
    for native in group {
        table.set_field(ctx, native.field(), Function::of_library(ctx, native, upvalues));
    }
}

/// Makes the function of a group with only one.
pub(super) fn make<'gc>(ctx: Context<'gc>, group: &'static [Native; 1], upvalues: &[Value<'gc>]) -> Value<'gc> {
    let [native] = group;
    Value::Function(Function::of_library(ctx, native, upvalues))
}
