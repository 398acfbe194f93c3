//! Numeric `for` loops before their first turn: PUC-Rio's `forprep` and `forlimit`.

use fife_bytecode::number::{self, Number};

/// How a loop begins.
pub(super) enum Beginning {
    /// The step is zero, which is an error.
    StepIsZero,
    /// The loop has no turn.
    NoTurn,
    /// A loop over integers, with `more` turns after the first.
    Integers { more: u64 },
    /// A loop over floats.
    Floats { start: f64, limit: f64, step: f64 },
}

impl Beginning {
    /// A loop is over integers if both start and step are.
    pub(super) fn of(start: Number, limit: Number, step: Number) -> Beginning {
        if let (Number::Integer(start), Number::Integer(step)) = (start, step) {
            return Beginning::of_integers(start, limit, step);
        }
        let (start, limit, step) = (start.to_float(), limit.to_float(), step.to_float());
        if step == 0.0 {
            return Beginning::StepIsZero;
        }
        // Written so that NaN does not prevent the first turn, as in PUC-Rio Lua.
        let is_over = if step > 0.0 { limit < start } else { start < limit };
        if is_over { Beginning::NoTurn } else { Beginning::Floats { start, limit, step } }
    }

    fn of_integers(start: i64, limit: Number, step: i64) -> Beginning {
        if step == 0 {
            return Beginning::StepIsZero;
        }
        let limit = match limit {
            Number::Integer(limit) => limit,
            Number::Float(limit) => {
                let clipped =
                    if step < 0 { number::float_to_integer_ceil(limit) } else { number::float_to_integer_floor(limit) };
                // NaN counts as too small, as in PUC-Rio Lua.
                match (clipped, limit > 0.0) {
                    (Some(limit), _) => limit,
                    (None, true) if step > 0 => i64::MAX,
                    (None, false) if step < 0 => i64::MIN,
                    _ => return Beginning::NoTurn,
                }
            }
        };
        let (has_turn, distance) = if step > 0 {
            (start <= limit, limit.wrapping_sub(start))
        } else {
            (start >= limit, start.wrapping_sub(limit))
        };
        if has_turn { Beginning::Integers { more: distance as u64 / step.unsigned_abs() } } else { Beginning::NoTurn }
    }
}
