//! `#[methods]`: makes the functions of an `impl` block those of a class.

use crate::options::Options;
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Error, FnArg, ImplItem, ImplItemFn, ItemImpl, LitStr, Receiver, Result, ReturnType, Type, Visibility};

/// The most arguments of a function, besides `self` and the context.
const ARGUMENTS: usize = 12;

/// Fields of metatables that a class may not set, and why.
const OTHERS: [(&str, &str); 4] = [
    ("__gc", "a value is dropped when it goes: implement `Drop`"),
    ("__name", "the name is the class's: `#[lua(name = \"…\")]` on the type"),
    ("__metatable", "the metatable of a class is protected always"),
    ("__mode", "a class refers to no values of Lua that could be weak"),
];

/// Metamethods and what `fife::MetaMethod` calls them.
const METAMETHODS: [(&str, &str); 25] = [
    ("__add", "Add"),
    ("__sub", "Sub"),
    ("__mul", "Mul"),
    ("__div", "Div"),
    ("__mod", "Mod"),
    ("__pow", "Pow"),
    ("__unm", "Unm"),
    ("__idiv", "IDiv"),
    ("__band", "BAnd"),
    ("__bor", "BOr"),
    ("__bxor", "BXor"),
    ("__bnot", "BNot"),
    ("__shl", "Shl"),
    ("__shr", "Shr"),
    ("__concat", "Concat"),
    ("__len", "Len"),
    ("__eq", "Eq"),
    ("__lt", "Lt"),
    ("__le", "Le"),
    ("__call", "Call"),
    ("__index", "Index"),
    ("__newindex", "NewIndex"),
    ("__tostring", "ToString"),
    ("__pairs", "Pairs"),
    ("__close", "Close"),
];

pub(crate) fn expand(attribute: TokenStream, mut block: ItemImpl) -> TokenStream {
    let entries = entries(attribute, &block);
    // Wrong attributes are reported once, and the functions stay as they are.
    for item in &mut block.items {
        match item {
            ImplItem::Fn(function) => function.attrs.retain(|attribute| !attribute.path().is_ident("lua")),
            ImplItem::Const(it) => it.attrs.retain(|attribute| !attribute.path().is_ident("lua")),
            _ => {}
        }
    }
    // Scripts see public functions whatever module the type is in, and arguments are owned, as `Ref<T>`.
    block.attrs.push(syn::parse_quote!(#[allow(unreachable_pub, clippy::needless_pass_by_value)]));
    let kind = &block.self_ty;
    let class = match entries {
        Ok(entries) => quote! { #(#entries)* },
        Err(error) => {
            let error = error.into_compile_error();
            return quote! { #block #error };
        }
    };
    quote! {
        #block

        impl #kind {
            #[doc(hidden)]
            #[allow(deprecated)]
            pub fn __fife_class(class: &mut ::fife::Class<Self>) {
                let _ = &class;
                #class
            }
        }
    }
}

fn entries(attribute: TokenStream, block: &ItemImpl) -> Result<Vec<TokenStream>> {
    if !attribute.is_empty() {
        return Err(Error::new_spanned(attribute, "`#[fife::methods]` has no arguments"));
    }
    if let Some((_, path, _)) = &block.trait_ {
        let message = "`#[fife::methods]` is for a type's own methods: `impl Player { … }`";
        return Err(Error::new_spanned(path, message));
    }
    if let Some(parameter) = block.generics.params.first() {
        let message = "a class has no parameters: implement `fife::UserData` by hand for each type that scripts hold";
        return Err(Error::new_spanned(parameter, message));
    }
    let constants = block.items.iter().filter_map(|item| if let ImplItem::Const(it) = item { Some(it) } else { None });
    for attribute in constants.flat_map(|constant| &constant.attrs) {
        if attribute.path().is_ident("lua") {
            let message = "a constant is not for scripts: write a function, or a `#[lua(getter)]`";
            return Err(Error::new_spanned(attribute, message));
        }
    }
    let functions = block.items.iter().filter_map(|item| if let ImplItem::Fn(it) = item { Some(it) } else { None });
    let mut errors: Option<Error> = None;
    let mut entries = Vec::new();
    for function in functions {
        match entry(function) {
            Ok(Some(entry)) => {
                // Scripts get only functions that are compiled.
                let conditions = function.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
                entries.push(quote! { #(#conditions)* { #entry } });
            }
            Ok(None) => {}
            // Reports all errors at once.
            Err(error) => match &mut errors {
                Some(errors) => errors.combine(error),
                None => errors = Some(error),
            },
        }
    }
    errors.map_or(Ok(entries), Err)
}

/// The entry for a function in its class; `None` if it is not for scripts.
fn entry(function: &ImplItemFn) -> Result<Option<TokenStream>> {
    let known = ["skip", "name", "getter", "setter", "meta"];
    let options = Options::read(&function.attrs, "a function", &known)?;
    options.at_most_one(&["skip", "name"])?;
    options.at_most_one(&["skip", "getter", "setter", "meta"])?;
    let is_public = matches!(function.vis, Visibility::Public(_)) || options.span.is_some();
    if options.has("skip") || !is_public {
        return Ok(None);
    }
    let signature = &function.sig;
    let ident = &signature.ident;
    let message = "scripts call it with values, so it has no parameters: mark it `#[lua(skip)]`, or name the types";
    if let Some(parameter) = signature.generics.type_params().next() {
        return Err(Error::new_spanned(parameter, message));
    }
    if let Some(parameter) = signature.generics.const_params().next() {
        return Err(Error::new_spanned(parameter, message));
    }
    if let Some(word) = &signature.unsafety {
        return Err(Error::new_spanned(word, "a script must not be able to do harm: mark it `#[lua(skip)]`"));
    }
    if let ReturnType::Type(_, kind) = &signature.output {
        check_owned(kind, "return an owned value, such as a `String`: it becomes a value of Lua")?;
    }
    let plain = ident.unraw().to_string();
    let name = options.name.clone().unwrap_or_else(|| {
        let shown = if options.has("setter") { plain.strip_prefix("set_").unwrap_or(&plain) } else { &plain };
        LitStr::new(shown, ident.span())
    });
    let (receiver, arguments) = arguments(function)?;
    if signature.asyncness.is_some() {
        return asynchronous(function, &options, &name, receiver, &arguments).map(Some);
    }
    let is_mutable = receiver.is_some_and(|receiver| receiver.mutability.is_some());
    let kind = if options.has("meta") {
        Kind::Meta(event(&name)?)
    } else if name.value().starts_with("__") {
        return Err(Error::new(name.span(), format!("mark the metamethod: `#[lua(meta)] fn {plain}`")));
    } else if options.has("getter") {
        let is_right = receiver.is_some() && !is_mutable && arguments.count == 0;
        Kind::field("field", is_right, "a getter is `fn name(&self) -> …`", ident)?
    } else if options.has("setter") {
        let is_right = is_mutable && arguments.count == 1;
        Kind::field("setter", is_right, "a setter is `fn set_name(&mut self, value: …)`", ident)?
    } else {
        Kind::Method
    };
    let span = ident.span();
    let entry = match (&kind, receiver.is_some(), is_mutable) {
        (Kind::Field(entry), ..) => format_ident!("{entry}", span = span),
        (Kind::Method, true, false) => format_ident!("method", span = span),
        (Kind::Method, true, true) => format_ident!("method_mut", span = span),
        (Kind::Method, false, _) => format_ident!("function", span = span),
        (Kind::Meta(_), true, false) => format_ident!("meta", span = span),
        (Kind::Meta(_), true, true) => format_ident!("meta_mut", span = span),
        (Kind::Meta(_), false, _) => format_ident!("meta_function", span = span),
    };
    let key = match kind {
        Kind::Meta(event) => {
            let event = format_ident!("{event}");
            quote! { ::fife::MetaMethod::#event }
        }
        _ => quote! { #name },
    };
    let Arguments { context, names, kinds, .. } = &arguments;
    let this = match (receiver.is_some(), is_mutable) {
        (false, _) => None,
        (true, false) => Some(quote! { this: &Self, }),
        (true, true) => Some(quote! { this: &mut Self, }),
    };
    let given = this.is_some().then(|| quote! { this, });
    let (context, passed) = match context {
        Some(kind) => (Some(quote! { context: #kind, }), Some(quote! { context, })),
        None => (None, None),
    };
    let checks = checks(function, &arguments);
    Ok(Some(quote_spanned! { span =>
        #checks
        class.#entry(#key, |#context #this #(#names: #kinds),*| Self::#ident(#given #passed #(#names),*));
    }))
}

enum Kind {
    Method,
    Meta(&'static str),
    Field(&'static str),
}

impl Kind {
    fn field(entry: &'static str, is_right: bool, shape: &str, ident: &syn::Ident) -> Result<Kind> {
        if is_right { Ok(Kind::Field(entry)) } else { Err(Error::new_spanned(ident, shape)) }
    }
}

/// An async function or method.
fn asynchronous(
    function: &ImplItemFn,
    options: &Options,
    name: &LitStr,
    receiver: Option<&Receiver>,
    arguments: &Arguments,
) -> Result<TokenStream> {
    if let Some(receiver) = receiver {
        let message = "an async method must not keep its value borrowed while it waits: take `this: This<Self>`";
        return Err(Error::new_spanned(receiver, message));
    }
    if let Some(word) = ["getter", "setter", "meta"].iter().find(|word| options.has(word)) {
        return Err(Error::new_spanned(&function.sig.ident, format!("a `{word}` is not async")));
    }
    let is_this = arguments.kinds.first().is_some_and(|kind| is_named(kind, &["This", "Ref"]));
    let (ident, span) = (&function.sig.ident, function.sig.ident.span());
    let entry = format_ident!("{}", if is_this { "async_method" } else { "async_function" }, span = span);
    let Arguments { context, names, kinds, .. } = arguments;
    let (context, passed) = match context {
        Some(kind) => (Some(quote! { context: #kind, }), Some(quote! { context, })),
        None => (None, None),
    };
    let checks = checks(function, arguments);
    Ok(quote_spanned! { span =>
        #checks
        class.#entry(#name, |#context #(#names: #kinds),*| Self::#ident(#passed #(#names),*));
    })
}

/// Code that requires the conversions of each type separately, so that the compiler names the one that lacks them.
fn checks(function: &ImplItemFn, arguments: &Arguments) -> TokenStream {
    let takes =
        arguments.kinds.iter().map(|kind| quote_spanned! { kind.span() => ::fife::__macros::takes::<#kind>(); });
    let gives = match &function.sig.output {
        ReturnType::Type(_, kind) if !matches!(**kind, Type::ImplTrait(_)) => {
            Some(quote_spanned! { kind.span() => ::fife::__macros::gives::<#kind>(); })
        }
        _ => None,
    };
    quote! { #(#takes)* #gives }
}

/// The arguments of a function, other than `self`.
struct Arguments {
    context: Option<Type>,
    names: Vec<syn::Ident>,
    kinds: Vec<Type>,
    count: usize,
}

fn arguments(function: &ImplItemFn) -> Result<(Option<&Receiver>, Arguments)> {
    let mut receiver = None;
    let mut found = Arguments { context: None, names: Vec::new(), kinds: Vec::new(), count: 0 };
    for input in &function.sig.inputs {
        match input {
            FnArg::Receiver(this) => {
                if this.reference.is_none() || this.colon_token.is_some() {
                    let message = "take `&self` or `&mut self`: other variables of the script may hold the value";
                    return Err(Error::new_spanned(this, message));
                }
                receiver = Some(this);
            }
            FnArg::Typed(argument) => {
                let is_first = found.context.is_none() && found.kinds.is_empty();
                if is_first && is_named(&argument.ty, &["Context", "AsyncContext"]) {
                    found.context = Some((*argument.ty).clone());
                    continue;
                }
                check_owned(&argument.ty, "take an owned value, such as a `String`: it is made for the call")?;
                if let Type::ImplTrait(kind) = &*argument.ty {
                    let message = "scripts call it with values: name the type, or mark the function `#[lua(skip)]`";
                    return Err(Error::new_spanned(kind, message));
                }
                found.names.push(format_ident!("argument_{}", found.count));
                found.kinds.push((*argument.ty).clone());
                found.count += 1;
            }
        }
    }
    if found.count > ARGUMENTS {
        let message =
            format!("a function has at most {ARGUMENTS} arguments that scripts give: take a `Table` or a `Variadic`");
        return Err(Error::new_spanned(&function.sig.inputs, message));
    }
    Ok((receiver, found))
}

/// Whether a type is a path that ends in one of these names.
fn is_named(kind: &Type, names: &[&str]) -> bool {
    let Type::Path(path) = kind else { return false };
    path.path.segments.last().is_some_and(|last| names.iter().any(|name| last.ident == name))
}

/// Checks that a type is not a reference, unless to something `'static`.
fn check_owned(kind: &Type, message: &str) -> Result<()> {
    match kind {
        Type::Reference(reference) if reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident != "static") => {
            Err(Error::new(kind.span(), message))
        }
        _ => Ok(()),
    }
}

/// The name in `fife::MetaMethod` of a metamethod.
fn event(name: &LitStr) -> Result<&'static str> {
    let text = name.value();
    if let Some((_, event)) = METAMETHODS.iter().find(|(known, _)| *known == text) {
        return Ok(event);
    }
    let message = match OTHERS.iter().find(|(known, _)| *known == text) {
        Some((known, why)) => format!("`{known}` is not for a class: {why}"),
        None => format!("there is no metamethod `{text}`: they are called `__add`, `__tostring`, `__close` and so on"),
    };
    Err(Error::new(name.span(), message))
}
