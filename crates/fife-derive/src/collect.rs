//! `#[derive(Collect)]`: code that shows every field of a type to the collector.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Error, Result};
use synstructure::{AddBounds, Structure};

// The derived code is `unsafe impl` in the middle of a stranger's module. So:
//
// - No name is looked up in scope, but those of the type and its fields; methods neither.
// - Every pattern names every field, and what is said of a field's type is checked with the field itself: an attribute macro behind
//   the derive may have changed the type since.
// - Two traits guard against `Drop`, since a crate may call itself `core` (`extern crate self as core`) or `fife_arena`. One that does both
//   deceives itself on purpose.
pub(crate) fn derive_collect(mut structure: Structure<'_>, arena: &TokenStream) -> Result<TokenStream> {
    for attribute in &structure.ast().attrs {
        refuse_mark(attribute)?;
    }
    let mut static_fields = Vec::new();
    let mut traced_fields = Vec::new();
    for variant in structure.variants() {
        // Those of a struct are the type's own.
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
    // A field's type must be `Collect` where that hangs on a type parameter. A field of this very type again
    // needs no such bound, and could not be given one: it would be a condition of itself.
    let name = structure.ast().ident.clone();
    let parameters: Vec<_> = structure.ast().generics.type_params().map(|parameter| parameter.ident.clone()).collect();
    for field in &traced_fields {
        let tokens = field.to_token_stream();
        if parameters.iter().any(|parameter| mentions(&tokens, parameter)) && !mentions(&tokens, &name) {
            structure.add_where_predicate(syn::parse_quote!(#field: #arena::Collect));
        }
    }
    let (impl_generics, type_generics, where_clause) = structure.ast().generics.split_for_impl();
    // If the type implements `Drop`, the second implementation of each trait for it is an error.
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
        // SAFETY: every field that is not 'static is shown, and the type has no `Drop` of its own.
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

/// `#[collect(...)]` where no field is would be without effect.
fn refuse_mark(attribute: &syn::Attribute) -> Result<()> {
    if attribute.path().is_ident("collect") {
        return Err(Error::new_spanned(attribute, "`#[collect(static)]` is for fields"));
    }
    Ok(())
}

/// Whether a field is marked `#[collect(static)]`; anything else in that attribute is an error, as a typing
/// mistake must not be taken for no mark.
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

/// Whether a name is somewhere in the tokens.
fn mentions(tokens: &TokenStream, name: &syn::Ident) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(&group.stream(), name),
        TokenTree::Ident(ident) => ident == *name,
        _ => false,
    })
}
