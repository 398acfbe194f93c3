//! Chunks that are written and read back, and chunks that are refused.

use super::portable::Portable;
use super::*;
use crate::instruction::Operand;
use crate::operand::{Output, UpvalueIndex};
use crate::prototype::{Capture, Local, Position, PositionRun, Prototype, UPVALUE_LIMIT, UpvalueKind};
use crate::verify::NESTING_LIMIT;
use crate::verify::tests::random::{self, Rng};
use crate::verify::tests::samples::{closures, good};
use crate::verify::verify;

fn read_all(bytes: &[u8]) -> Result<Prototype, ReadError> {
    read(bytes, &mut |_| true)
}

/// Grants memory up to a limit, and counts it.
fn granting(limit: usize, asked: &mut usize) -> impl FnMut(usize) -> bool {
    move |bytes| {
        *asked += bytes;
        *asked <= limit
    }
}

/// Prototypes with something in every list.
fn samples() -> Vec<Prototype> {
    let mut samples: Vec<Prototype> = good().into();
    for sample in &mut samples {
        let local = |name: &[u8], end| Local { name: name.into(), register: 0, in_cell: end == 0, start: 0, end };
        if sample.register_count > 0 {
            sample.locals = [local(b"x", 1), local(b"", 0)].into();
        }
        let at = |line, column| Position { line, column };
        sample.positions = [
            PositionRun { pc: 0, position: at(u32::MAX, 7) },
            PositionRun { pc: 1, position: at(0, 300) },
            PositionRun { pc: 1, position: at(9, 0) },
        ]
        .into_iter()
        .collect();
    }
    let mut nested: Box<[Box<Prototype>]> = samples.iter().cloned().map(Box::new).collect();
    nested.iter_mut().for_each(|it| it.own_name = (*b"self").into());
    samples.push(Prototype { prototypes: nested, ..closures() });
    let last = samples.len() - 1;
    samples[last].upvalues = good()[1].upvalues.clone();
    samples
}

#[test]
fn what_is_written_is_read() {
    for (index, sample) in samples().into_iter().enumerate() {
        let chunk = write(&sample, false);
        assert!(chunk.starts_with(SIGNATURE));
        assert_eq!(read_all(&chunk), Ok(sample), "sample {index}");
    }
}

#[test]
fn every_instruction_is_written_and_read() {
    let mut rng = Rng(7);
    for name in Instruction::NAMES {
        for _ in 0..100 {
            let instruction = random::of_kind(name, &mut rng);
            let mut bytes = Vec::new();
            instruction.put(&mut bytes);
            let mut memory = |_| true;
            let mut reader = Reader::new(&bytes, &mut memory);
            let mut is_written = true;
            // An offset that is not a register has no number; the compiler never makes one.
            instruction.operands(|_, operand| {
                if let Operand::Input(register) | Operand::Output(register) | Operand::Block(register) = operand {
                    is_written &= register.is_well_formed();
                }
            });
            let back = Instruction::take(&mut reader).expect("an instruction");
            assert!(back == instruction || !is_written, "{instruction:?} is read as {back:?}");
            assert_eq!(reader.byte(), Err(ReadError::Truncated), "{instruction:?} leaves bytes");
        }
    }
    assert_eq!(Instruction::take(&mut Reader::new(&[0xFF], &mut |_| true)), Err(ReadError::Corrupted));
}

#[test]
fn numbers() {
    for number in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX / 2, u64::MAX] {
        let mut bytes = Vec::new();
        number.put(&mut bytes);
        number.cast_signed().put(&mut bytes);
        let mut memory = |_| true;
        let mut reader = Reader::new(&bytes, &mut memory);
        assert_eq!(u64::take(&mut reader), Ok(number));
        assert_eq!(i64::take(&mut reader), Ok(number.cast_signed()));
    }
    let take = |bytes: &[u8]| u64::take(&mut Reader::new(bytes, &mut |_| true));
    assert_eq!(take(&[0x80]), Err(ReadError::Truncated));
    assert_eq!(take(&[0xFF; 11]), Err(ReadError::Corrupted));
    assert_eq!(take(&[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2]), Err(ReadError::Corrupted));
    assert_eq!(u16::take(&mut Reader::new(&[0x80, 0x80, 4], &mut |_| true)), Err(ReadError::Corrupted));
    assert_eq!(i16::take(&mut Reader::new(&[0x80, 0x80, 4], &mut |_| true)), Err(ReadError::Corrupted));
}

#[test]
fn a_stripped_chunk_knows_no_names() {
    for sample in samples() {
        let stripped = read_all(&write(&sample, true)).expect("a chunk");
        let mut rest = vec![(&sample, &stripped)];
        while let Some((whole, stripped)) = rest.pop() {
            assert_eq!(stripped.code, whole.code);
            assert_eq!(stripped.constants, whole.constants);
            assert_eq!(*stripped.source, *UNKNOWN_SOURCE);
            assert!(stripped.locals.is_empty() && stripped.positions.is_empty());
            let own_name = if whole.own_name.is_empty() { b"" } else { UNKNOWN_NAME };
            assert_eq!(*stripped.own_name, *own_name);
            assert!(stripped.upvalues.iter().all(|it| *it.name == *UNKNOWN_NAME));
            assert_eq!(stripped.upvalues.len(), whole.upvalues.len());
            assert_eq!(stripped.line(0), None);
            let nested = whole.prototypes.iter().zip(&stripped.prototypes);
            rest.extend(nested.map(|(whole, stripped)| (&**whole, &**stripped)));
        }
        assert!(verify(stripped).is_ok(), "it runs as well");
    }
}

/// A loaded function is not the one that was dumped, so its name for itself is an ordinary variable.
#[test]
fn the_main_function_finds_itself_in_an_upvalue() {
    let mut main = closures();
    main.own_name = (*b"f").into();
    let copy = main.clone();
    *main.prototypes[1] = copy;
    let read = read_all(&write(&main, false)).expect("a chunk");
    assert_eq!(read.code[2], Instruction::GetUpvalue { upvalue: UpvalueIndex(2), dst: Output::new(3) });
    assert_eq!(read.upvalues.len(), 3);
    assert_eq!((&*read.upvalues[2].name, read.upvalues[2].kind), (&b"f"[..], UpvalueKind::Value));
    assert!(read.own_name.is_empty());
    assert_eq!(read.prototypes[0].upvalues[4].capture, Capture::Upvalue(2));
    // The functions nested in it still refer to themselves.
    assert_eq!(read.prototypes[1].prototypes, main.prototypes[1].prototypes);
    assert_eq!(read.prototypes[1].own_name, main.own_name);
    assert_eq!(read.prototypes[1].code, main.code);
    assert!(verify(read).is_ok());
    // With as many upvalues as allowed, it stays as it is.
    main.upvalues = vec![main.upvalues[0].clone(); UPVALUE_LIMIT].into();
    assert_eq!(read_all(&write(&main, false)), Ok(main));
}

#[test]
fn every_beginning_is_truncated() {
    for sample in samples() {
        let chunk = write(&sample, false);
        for end in 0..chunk.len() {
            assert_eq!(read_all(&chunk[..end]), Err(ReadError::Truncated), "{end} of {}", chunk.len());
        }
        assert_eq!(read_all(&[&chunk[..], b"more"].concat()), Ok(sample));
    }
}

#[test]
fn other_files_are_refused() {
    let chunk = write(&samples()[1], false);
    for at in 0..SIGNATURE.len() + 5 {
        let mut other = chunk.clone();
        other[at] = other[at].wrapping_add(1);
        let expected = if at < SIGNATURE.len() { ReadError::NotAChunk } else { ReadError::Version };
        assert_eq!(read_all(&other), Err(expected), "byte {at}");
    }
    assert_eq!(read_all(b"\x1bLua\x54\0\x19\x93"), Err(ReadError::PucRio));
    assert_eq!(read_all(b"\x1bLua"), Err(ReadError::PucRio));
    assert_eq!(read_all(b"return 1"), Err(ReadError::NotAChunk));
    assert_ne!(fingerprint(b"Move(dst:Output,src:Input,)"), fingerprint(b"Move(src:Output,dst:Input,)"));
}

#[test]
fn nesting_is_limited_and_needs_no_stack() {
    let nested = |depth: usize| {
        let leaf = good()[0].clone();
        let mut chunk = Vec::new();
        let writer = Writer::new(&leaf, false);
        writer.put_header(b"=deep", &mut chunk);
        for level in 0..=depth {
            writer.put_function(&leaf, level, usize::from(level < depth), &mut chunk);
        }
        chunk
    };
    let deepest = read_all(&nested(NESTING_LIMIT)).expect("a chunk");
    assert!(verify(deepest).is_ok());
    assert_eq!(read_all(&nested(NESTING_LIMIT + 1)), Err(ReadError::Nesting));
    assert_eq!(read_all(&nested(100_000)), Err(ReadError::Nesting));
}

#[test]
fn memory_is_asked_for_and_stays_in_proportion() {
    let chunk = write(&samples()[9], false);
    let mut asked = 0;
    assert!(read(&chunk, &mut granting(usize::MAX, &mut asked)).is_ok());
    assert!(asked > chunk.len() / 2 && asked <= 32 * chunk.len(), "{asked} for {}", chunk.len());
    for limit in (0..asked).step_by(asked / 40) {
        assert_eq!(read(&chunk, &mut granting(limit, &mut 0)), Err(ReadError::Memory), "{limit}");
    }
}

/// Chunks with changed bytes: most are refused, and the rest do no harm.
#[test]
fn damaged_chunks() {
    let mut rng = Rng(99);
    let samples: Vec<Vec<u8>> = samples().iter().map(|it| write(it, false)).collect();
    let (mut read_count, mut verified_count) = (0, 0);
    for round in 0..ROUNDS {
        let mut chunk = samples[round % samples.len()].clone();
        for _ in 0..1 + rng.below(4) {
            let at = SIGNATURE.len() + 5 + rng.below(chunk.len() - SIGNATURE.len() - 5);
            match rng.below(4) {
                0 => chunk[at] = rng.next() as u8,
                1 => chunk[at] ^= 1 << rng.below(8),
                2 => drop(chunk.remove(at)),
                _ => chunk.insert(at, rng.next() as u8),
            }
        }
        let mut asked = 0_usize;
        let result = read(&chunk, &mut granting(usize::MAX, &mut asked));
        assert!(asked <= 32 * chunk.len(), "{asked} bytes for {}", chunk.len());
        if let Ok(prototype) = result {
            read_count += 1;
            if let Ok(verified) = verify(prototype) {
                verified_count += 1;
                let again = read_all(&write(verified.prototype(), false));
                let has_own_name = !verified.prototype().own_name.is_empty();
                assert!(again.is_ok_and(|it| verify(it).is_ok_and(|it| it == verified || has_own_name)));
            }
        }
    }
    assert!(read_count > ROUNDS / 10 && verified_count > ROUNDS / 50, "{read_count} read, {verified_count} verified");
}

const ROUNDS: usize = if cfg!(miri) { 100 } else { 100_000 };
