//! `#[derive(UserData)]`: a class whose fields are the marked ones.

use crate::options::Options;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Field, GenericParam, LitStr, Member, Result};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    if let Some(parameter) = input.generics.params.first() {
        return Err(match parameter {
            GenericParam::Lifetime(_) => Error::new_spanned(
                parameter,
                "scripts keep values as long as they like, so a class has no lifetimes: own the data, or lend it with `fife::Lent`",
            ),
            _ => Error::new_spanned(
                parameter,
                "a class has one name, so it has no parameters: implement `fife::UserData` by hand for each type that scripts hold",
            ),
        });
    }
    let options = Options::read(&input.attrs, "a class", &["name", "version", "held_bytes"])?;
    let name = name(&options, &input.ident.unraw().to_string())?;
    let fields = match &input.data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Enum(data) => {
            let fields = data.variants.iter().flat_map(|variant| &variant.fields);
            for attribute in data.variants.iter().flat_map(|it| &it.attrs).chain(fields.flat_map(|it| &it.attrs)) {
                if attribute.path().is_ident("lua") {
                    let message = "what is in an enum is not always there: write a `#[lua(getter)]` in a block under `#[fife::methods]`";
                    return Err(Error::new_spanned(attribute, message));
                }
            }
            Vec::new()
        }
        Data::Union(data) => return Err(Error::new_spanned(data.union_token, "a union is no class")),
    };
    let accessors: Vec<TokenStream> =
        fields.into_iter().enumerate().map(|(index, field)| accessors(index, field)).collect::<Result<_>>()?;
    let version = options.version.map(|version| quote! { const VERSION: u32 = #version; });
    let held_bytes = options.held_bytes.map(|function| {
        quote! {
            fn held_bytes(&self) -> usize {
                (#function)(self)
            }
        }
    });
    let ident = &input.ident;
    Ok(quote! {
        impl ::fife::UserData for #ident {
            const NAME: &'static ::core::primitive::str = #name;
            #version
            fn class(class: &mut ::fife::Class<Self>) {
                #(#accessors)*
                #[allow(unused_imports)]
                use ::fife::__macros::NoMethods as _;
                Self::__fife_class(class);
            }
            #held_bytes
        }
    })
}

/// The name of the class.
fn name(options: &Options, ident: &str) -> Result<LitStr> {
    let Some(name) = &options.name else {
        // The crate being compiled, since a macro runs in its compiler.
        let package = std::env::var("CARGO_PKG_NAME").unwrap_or_else(|_| "crate".to_owned());
        return Ok(LitStr::new(&format!("{package}.{ident}"), proc_macro2::Span::call_site()));
    };
    let text = name.value();
    let is_good = text.split('.').count() > 1
        && text.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_graphic()));
    if !is_good {
        let message = format!("the name of a class has a namespace and no spaces: `#[lua(name = \"app.{ident}\")]`");
        return Err(Error::new_spanned(name, message));
    }
    Ok(name.clone())
}

/// The functions through which scripts reach a field.
fn accessors(index: usize, field: &Field) -> Result<TokenStream> {
    let options = Options::read(&field.attrs, "a field", &["get", "set", "name", "skip"])?;
    let (gets, sets) = (options.has("get"), options.has("set"));
    options.at_most_one(&["skip", "get"])?;
    options.at_most_one(&["skip", "set"])?;
    if options.has("skip") || options.span.is_none() {
        return Ok(TokenStream::new());
    }
    if !gets && !sets {
        let message = "say what scripts may do with the field: `get`, `set`, or both";
        return Err(Error::new(options.span.unwrap_or_else(|| field.span()), message));
    }
    let (name, member) = match (&options.name, &field.ident) {
        (Some(name), Some(ident)) => (name.clone(), Member::from(ident.clone())),
        (None, Some(ident)) => (LitStr::new(&ident.unraw().to_string(), ident.span()), Member::from(ident.clone())),
        (Some(name), None) => (name.clone(), Member::from(index)),
        (None, None) => {
            let message = "the field has no name: `#[lua(name = \"…\", get)]`";
            return Err(Error::new(options.span.unwrap_or_else(|| field.span()), message));
        }
    };
    let (kind, span) = (&field.ty, field.ty.span());
    let getter = gets.then(|| {
        quote_spanned! { span =>
            ::fife::__macros::gives::<#kind>();
            class.field(#name, |this: &Self| -> #kind { ::core::clone::Clone::clone(&this.#member) });
        }
    });
    let setter = sets.then(|| {
        quote_spanned! { span =>
            ::fife::__macros::takes::<#kind>();
            class.setter(#name, |this: &mut Self, value: #kind| this.#member = value);
        }
    });
    Ok(quote! { #getter #setter })
}
