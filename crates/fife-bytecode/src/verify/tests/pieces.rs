//! A verification in pieces has the same result as one at once, and asks for its memory.

use super::*;

/// Verifies in pieces of `units`; also returns how many pieces there were, and how much memory was asked for.
fn in_pieces(prototype: Prototype, units: usize) -> (Result<Verified, VerifyError>, usize, usize) {
    let mut verification = Verification::new(prototype);
    let (mut pieces, mut taken) = (0, 0);
    let mut take = |bytes| {
        taken += bytes;
        true
    };
    let result = loop {
        pieces += 1;
        match verification.advance(units, &mut take) {
            Ok(None) => {}
            Ok(Some(verified)) => break Ok(verified),
            Err(Refusal::Broken(error)) => break Err(error),
            Err(Refusal::Memory) => panic!("nobody refuses memory"),
        }
    };
    assert_eq!(verification.working_memory(), taken);
    (result, pieces, taken)
}

/// Several functions; every pass has some to check.
fn tree() -> Prototype {
    let mut main = with_nested(arithmetic(), &[&[], &[], &[]]);
    *main.prototypes[0] = with_nested(loops(), &[&[]]);
    *main.prototypes[0].prototypes[0] = generic_loop();
    *main.prototypes[2] = closing();
    main
}

#[test]
fn the_result_does_not_depend_on_the_pieces() {
    for prototype in good().into_iter().chain([tree()]) {
        let whole = verify(prototype.clone()).unwrap();
        for units in [1, 2, 3, 10, 100] {
            let (result, pieces, taken) = in_pieces(prototype.clone(), units);
            assert_eq!(result.as_ref(), Ok(&whole));
            assert!(units > 1 || pieces >= prototype.code.len());
            assert!(taken >= prototype.code.len());
        }
    }
}

#[test]
fn neither_does_the_error() {
    let mut rng = Rng(7);
    let mut refused = 0;
    for _ in 0..if cfg!(miri) { 20 } else { 5_000 } {
        let mut prototype = tree();
        let victim = match rng.below(4) {
            0 => &mut prototype,
            1 => &mut prototype.prototypes[0],
            2 => &mut prototype.prototypes[0].prototypes[0],
            _ => &mut prototype.prototypes[2],
        };
        random::mutate(victim, &mut rng);
        let whole = verify(prototype.clone());
        refused += u32::from(whole.is_err());
        assert_eq!(in_pieces(prototype, 5).0, whole);
    }
    assert!(cfg!(miri) || refused > 500, "only {refused} refused");
}

#[test]
fn memory_may_be_refused() {
    let (_, _, needed) = in_pieces(tree(), 1);
    for limit in 0..needed {
        let mut verification = Verification::new(tree());
        let mut left = limit;
        let mut take = |bytes: usize| match left.checked_sub(bytes) {
            Some(rest) => {
                left = rest;
                true
            }
            None => false,
        };
        let refusal = loop {
            match verification.advance(7, &mut take) {
                Ok(None) => {}
                Ok(Some(_)) => panic!("{limit} bytes are too few"),
                Err(refusal) => break refusal,
            }
        };
        assert_eq!(refusal, Refusal::Memory);
        assert_eq!(verification.working_memory(), limit - left);
    }
}

/// Verifies a tree function by function, inner ones first, in small pieces.
fn by_function(verification: &mut FunctionVerification, mut prototype: Prototype) -> Result<(), Refusal> {
    let nested = std::mem::take(&mut prototype.prototypes);
    for function in &nested {
        by_function(verification, Prototype::clone(function))?;
    }
    verification.begin(prototype, nested.iter().map(|function| &*function.upvalues), &mut |_| true)?;
    loop {
        assert!(verification.is_busy());
        if verification.advance(&mut 3, &mut |_| true)?.is_some() {
            assert!(!verification.is_busy());
            return Ok(());
        }
    }
}

#[test]
fn functions_one_by_one_pass_if_the_tree_does() {
    let mut rng = Rng(11);
    let mut verification = FunctionVerification::default();
    let mut refused = 0;
    for round in 0..if cfg!(miri) { 20 } else { 5_000 } {
        let mut prototype = tree();
        if round > 0 {
            let victim = match rng.below(3) {
                0 => &mut prototype,
                1 => &mut prototype.prototypes[0],
                _ => &mut prototype.prototypes[0].prototypes[0],
            };
            random::mutate(victim, &mut rng);
        }
        let whole = verify(prototype.clone());
        refused += u32::from(whole.is_err());
        let one_by_one = by_function(&mut verification, prototype);
        assert_eq!(one_by_one.is_ok(), whole.is_ok(), "{one_by_one:?}, {whole:?}");
    }
    assert!(cfg!(miri) || refused > 500, "only {refused} refused");
}
