//! `#[derive(Collect)]`: code that traces every field of a type.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Error, Result};
use synstructure::{AddBounds, Structure};

// The derived code is an `unsafe impl` inside an arbitrary module. So:
//
// - It looks up no names in scope, not even methods, other than those of the type and its fields.
// - Every pattern names every field, and a claim about a field's type is checked on the field itself: an attribute
//   macro after the derive may have changed the type.
// - Two traits guard against `Drop`, since a crate may call itself `core` (`extern crate self as core`) or
//   `fife_arena`. A crate that does both deceives itself on purpose.
pub(crate) fn derive_collect(mut structure: Structure<'_>, arena: &TokenStream) -> Result<TokenStream> {
    for attribute in &structure.ast().attrs {
        refuse_mark(attribute)?;
    }
    let mut static_fields = Vec::new();
    let mut traced_fields = Vec::new();
    for variant in structure.variants() {
        // The attributes of a struct's only variant are those of the type.
        for attribute in variant.ast().attrs {
            refuse_mark(attribute)?;
        }
        for field in variant.ast().fields {
            if is_static(field)? { &mut static_fields } else { &mut traced_fields }.push(field.ty.clone());
        }
    }
    structure.add_bounds(AddBounds::None);
    let body = structure.each(|binding| {
        if is_static(binding.ast()).unwrap_or(false) {
            return quote! {{
                fn must_be_static<T: 'static + #arena::MaybeSend + ?::core::marker::Sized>(_: &T) {}
                must_be_static(#binding)
            }};
        }
        let named = &binding.ast().ty;
        quote! {{
            let shown = &raw const *#binding;
            let _: *const #named = shown;
            #arena::Collect::trace(#binding, tracer)
        }}
    });
    for field in static_fields {
        structure.add_where_predicate(syn::parse_quote!(#field: 'static + #arena::MaybeSend));
    }
    // A field's type that depends on a type parameter must be bound by `Collect`. A field of this very type needs no
    // bound, and could not have one: it would be a condition of itself.
    let name = structure.ast().ident.clone();
    let parameters: Vec<_> = structure.ast().generics.type_params().map(|parameter| parameter.ident.clone()).collect();
    for field in &traced_fields {
        let tokens = field.to_token_stream();
        if parameters.iter().any(|parameter| mentions(&tokens, parameter)) && !mentions(&tokens, &name) {
            structure.add_where_predicate(syn::parse_quote!(#field: #arena::Collect));
        }
    }
    let (impl_generics, type_generics, where_clause) = structure.ast().generics.split_for_impl();
    // If the type implements `Drop`, these second implementations for it are errors.
    let no_drop = quote! {
        impl #impl_generics #arena::MustNotImplementDrop for #name #type_generics #where_clause {}
        const _: () = {
            trait DeriveCollectMustNotImplementDrop {}
            #[allow(drop_bounds)]
            impl<T: ::core::ops::Drop + ?::core::marker::Sized> DeriveCollectMustNotImplementDrop for T {}
            impl #impl_generics DeriveCollectMustNotImplementDrop for #name #type_generics #where_clause {}
        };
    };
    let implementation = structure.gen_impl(quote! {
        // SAFETY: every field that is not 'static is traced, and the type has no `Drop` of its own.
        gen unsafe impl #arena::Collect for @Self {
            const NEEDS_TRACE: ::core::primitive::bool = false #(|| <#traced_fields as #arena::Collect>::NEEDS_TRACE)*;
            #[inline]
            fn trace(&self, tracer: &mut #arena::Tracer<'_>) {
                let _ = &tracer;
                match *self { #body }
            }
        }
    });
    Ok(quote! { #implementation #no_drop })
}

/// `#[collect(...)]` would have no effect other than on a field.
fn refuse_mark(attribute: &syn::Attribute) -> Result<()> {
    if attribute.path().is_ident("collect") {
        return Err(Error::new_spanned(attribute, "`#[collect(static)]` is for fields"));
    }
    Ok(())
}

/// Whether a field is marked `#[collect(static)]`. Anything else in the attribute is an error, so that a typo does not
/// pass for no mark.
fn is_static(field: &syn::Field) -> Result<bool> {
    let mut found = false;
    for attribute in &field.attrs {
        if attribute.path().is_ident("collect") {
            attribute.parse_args::<syn::Token![static]>()?;
            found = true;
        }
    }
    Ok(found)
}

/// Whether the tokens contain a name.
fn mentions(tokens: &TokenStream, name: &syn::Ident) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(&group.stream(), name),
        TokenTree::Ident(ident) => ident == *name,
        _ => false,
    })
}
