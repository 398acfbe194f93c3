//! Macros for Fife: the derives of `Collect` and `UserData`, `#[methods]`, and the part of `Rootable!` that must look
//! at single tokens.

mod class;
mod collect;
mod methods;
mod options;

use collect::derive_collect;
use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Result, parse_macro_input};
use synstructure::{Structure, decl_derive};

decl_derive!([Collect, attributes(collect)] =>
    /// Derives `fife_arena::Collect`: `trace` traces every field, and every field's type must be `Collect`, too.
    ///
    /// A field marked `#[collect(static)]` must be `'static` instead, so that it can hold no pointer, and `MaybeSend`,
    /// which means `Send` if the crate `fife-arena` has the feature `send`. The type may not implement `Drop` itself:
    /// by then, the objects it points to may be gone.
    ///
    /// The derived code names everything from the root of a crate, so it does not matter what the type's module calls
    /// `Drop`, `Collect` or `bool`. The crate `fife_arena` must be a dependency.
    derive_collect_of_arena
);

decl_derive!([CollectThroughFife, attributes(collect)] =>
    /// As [`Collect`](macro@Collect), for crates that depend on `fife` but not on `fife-arena`. This is what
    /// `fife::Collect` derives.
    derive_collect_through_fife
);

fn derive_collect_of_arena(structure: Structure<'_>) -> Result<TokenStream> {
    derive_collect(structure, &quote!(::fife_arena))
}

fn derive_collect_through_fife(structure: Structure<'_>) -> Result<TokenStream> {
    derive_collect(structure, &quote!(::fife::arena))
}

/// Makes a type a class, whose values scripts can hold, by implementing `fife::UserData`.
///
/// ```
/// use fife::{Lua, UserData};
///
/// #[derive(UserData)]
/// struct Player {
///     #[lua(get, set)]
///     name: String,
///     #[lua(get)]
///     score: i64,
///     secret: u8,
/// }
///
/// let mut lua = Lua::new();
/// lua.globals().set(&lua, "player", Player { name: "ann".into(), score: 3, secret: 7 })?;
/// lua.load("player.name = 'bob' assert(player.name == 'bob' and player.score == 3 and player.secret == nil)").exec()?;
/// # Ok::<(), fife::Error>(())
/// ```
///
/// Fields are private unless marked: with `#[lua(get)]` scripts can read a field, which clones it, with `#[lua(set)]`
/// they can set it, and `#[lua(name = "other")]` renames it. Methods come from a block under `#[fife::methods]`.
///
/// On the type, `#[lua(name = "game.Player")]` sets the name by which it is known. The default is the name of the
/// package and that of the type, so that renaming either breaks saved values. `#[lua(version = 2)]` sets the version of
/// the type, and `#[lua(held_bytes = Self::size)]` names a function of `&Self` that returns how much a value holds
/// outside of the VM.
///
/// A type with parameters has no single name, and scripts cannot hold one with lifetimes: both are errors.
#[proc_macro_derive(UserData, attributes(lua))]
pub fn derive_user_data(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(input as syn::DeriveInput);
    class::derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes the public functions of an `impl` block functions of a class derived by `#[derive(UserData)]`.
///
/// ```
/// use fife::{Lua, Ref, Result, UserData, Value};
///
/// #[derive(UserData)]
/// struct Vector(f64, f64);
///
/// #[fife::methods]
/// impl Vector {
///     pub fn new(x: f64, y: f64) -> Self {
///         Vector(x, y)
///     }
///     pub fn scale(&mut self, by: f64) {
///         (self.0, self.1) = (self.0 * by, self.1 * by);
///     }
///     #[lua(getter)]
///     pub fn length(&self) -> f64 {
///         self.0.hypot(self.1)
///     }
///     #[lua(meta)]
///     pub fn __add(&self, other: Ref<Vector>) -> Result<Vector> {
///         other.with(|other| Vector(self.0 + other.0, self.1 + other.1))
///     }
/// }
///
/// let mut lua = Lua::new();
/// lua.globals().set_class::<Vector>(&lua)?;
/// let sum: f64 = lua.load("local v = Vector.new(1, 2) + Vector.new(2, 2) v:scale(2) return v.length").eval()?;
/// assert_eq!(sum, 10.0);
/// # Ok::<(), fife::Error>(())
/// ```
///
/// A function with `&self` or `&mut self` is a method, others are functions of the class. The first argument may be the
/// `Context<'_>`. `pub async fn` with `this: This<Self>` is an async method. Only `pub` functions are for scripts,
/// unless another one is marked. The marks are:
///
/// - `#[lua(skip)]`: not for scripts;
/// - `#[lua(name = "other")]`: another name;
/// - `#[lua(getter)]`, `#[lua(setter)]`: reads or sets the field of that name; a setter's name may begin with `set_`;
/// - `#[lua(meta)]`: the metamethod of that name, such as `__add`.
///
/// A type can have only one such block.
#[proc_macro_attribute]
pub fn methods(attribute: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let block = parse_macro_input!(item as syn::ItemImpl);
    methods::expand(attribute.into(), block).into()
}

/// `name_lifetimes!('a; Type<'_>)` is `Type<'a>`. Part of `fife_arena::Rootable!`.
#[doc(hidden)]
#[proc_macro]
pub fn name_lifetimes(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let named = |input: syn::parse::ParseStream<'_>| {
        let lifetime: syn::Lifetime = input.parse()?;
        input.parse::<syn::Token![;]>()?;
        Ok(name_in(input.parse()?, &lifetime))
    };
    parse_macro_input!(input with named).into()
}

/// Replaces each `'_` by the lifetime.
fn name_in(tokens: TokenStream, lifetime: &syn::Lifetime) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut named = TokenStream::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => {
                let inner = Group::new(group.delimiter(), name_in(group.stream(), lifetime));
                named.extend([TokenTree::Group(inner)]);
            }
            TokenTree::Punct(ref mark) if mark.as_char() == '\'' => {
                match tokens.next_if(|next| matches!(next, TokenTree::Ident(name) if name == "_")) {
                    Some(_) => lifetime.to_tokens(&mut named),
                    None => named.extend([token]),
                }
            }
            token => named.extend([token]),
        }
    }
    named
}
