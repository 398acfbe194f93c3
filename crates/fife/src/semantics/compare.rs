//! Comparison: `==`, `<`, `<=`.

use super::{Answer, Failure, Outcome, handler_of};
use crate::object::{Context, Event, LuaString, Slot, StringObject, Value, tag};
use fife_bytecode::number;
use std::cmp::Ordering;

/// `left == right`.
pub fn equal<'gc>(ctx: Context<'gc>, left: impl Into<Value<'gc>>, right: impl Into<Value<'gc>>) -> Outcome<'gc> {
    equal_slot(ctx, Slot::from(left.into()), Slot::from(right.into())).into()
}

/// `left < right`.
pub fn less<'gc>(
    ctx: Context<'gc>,
    left: impl Into<Value<'gc>>,
    right: impl Into<Value<'gc>>,
) -> Result<Outcome<'gc>, Failure<'gc>> {
    less_slot(ctx, Slot::from(left.into()), Slot::from(right.into())).map(Into::into)
}

/// `left <= right`. The caller decides whether `__lt` replaces a missing `__le`, as in Lua 5.3:
/// [`Operations::less_equal`](crate::gc::Operations::less_equal) does so if the limits say so.
pub fn less_equal<'gc>(
    ctx: Context<'gc>,
    left: impl Into<Value<'gc>>,
    right: impl Into<Value<'gc>>,
) -> Result<Outcome<'gc>, Failure<'gc>> {
    less_equal_slot(ctx, Slot::from(left.into()), Slot::from(right.into())).map(Into::into)
}

pub(crate) fn equal_slot<'gc>(ctx: Context<'gc>, left: Slot<'gc>, right: Slot<'gc>) -> Answer<'gc> {
    if left.tag() == tag::STRING
        && right.tag() == tag::STRING
        && let (Some(one), Some(other)) = (left.as_string(), right.as_string())
        && one.len() == other.len()
    {
        ctx.state().charge(one.len() / 64);
    }
    if left.raw_equal(&right) {
        return Answer::Value(Slot::boolean(true));
    }
    if left.tag() == right.tag() && matches!(left.tag(), tag::TABLE | tag::USERDATA) {
        let handler = handler_of(ctx, Event::Eq, left, right);
        if !handler.is_nil() {
            return Answer::Call(handler, [left, right]);
        }
    }
    Answer::Value(Slot::boolean(false))
}

/// Compares strings byte by byte, as in the C locale.
fn compare_strings<'gc>(ctx: Context<'gc>, left: LuaString<'gc>, right: LuaString<'gc>) -> Ordering {
    ctx.state().charge(left.len().min(right.len()) / 64);
    left.as_bytes().cmp(right.as_bytes())
}

fn by_metamethod<'gc>(
    ctx: Context<'gc>,
    event: Event,
    left: Slot<'gc>,
    right: Slot<'gc>,
) -> Result<Answer<'gc>, Failure<'gc>> {
    let handler = handler_of(ctx, event, left, right);
    if handler.is_nil() {
        return Err(Failure::Compare(left.value(), right.value()));
    }
    Ok(Answer::Call(handler, [left, right]))
}

pub(crate) fn less_slot<'gc>(
    ctx: Context<'gc>,
    left: Slot<'gc>,
    right: Slot<'gc>,
) -> Result<Answer<'gc>, Failure<'gc>> {
    let result = match (less_at_once(left, right), left.value(), right.value()) {
        (Some(result), ..) => result,
        (_, Value::String(left), Value::String(right)) => compare_strings(ctx, left, right).is_lt(),
        _ => return by_metamethod(ctx, Event::Lt, left, right),
    };
    Ok(Answer::Value(Slot::boolean(result)))
}

/// `left < right` of two numbers, and of strings of which one is short; `None` of anything else. It costs no fuel.
#[inline(never)]
pub(crate) fn less_at_once(left: Slot<'_>, right: Slot<'_>) -> Option<bool> {
    match (left.as_integer(), left.as_float(), right.as_integer(), right.as_float()) {
        (Some(left), _, Some(right), _) => Some(left < right),
        (_, Some(left), _, Some(right)) => Some(left < right),
        (Some(left), _, _, Some(right)) => Some(number::integer_less_float(left, right)),
        (_, Some(left), Some(right), _) => Some(number::float_less_integer(left, right)),
        _ => compare_short(left, right).map(Ordering::is_lt),
    }
}

/// As [`less_at_once`], for `<=`.
#[inline(never)]
pub(crate) fn less_equal_at_once(left: Slot<'_>, right: Slot<'_>) -> Option<bool> {
    match (left.as_integer(), left.as_float(), right.as_integer(), right.as_float()) {
        (Some(left), _, Some(right), _) => Some(left <= right),
        (_, Some(left), _, Some(right)) => Some(left <= right),
        (Some(left), _, _, Some(right)) => Some(number::integer_less_equal_float(left, right)),
        (_, Some(left), Some(right), _) => Some(number::float_less_equal_integer(left, right)),
        _ => compare_short(left, right).map(Ordering::is_le),
    }
}

fn compare_short(left: Slot<'_>, right: Slot<'_>) -> Option<Ordering> {
    let (left, right) = (left.as_string()?, right.as_string()?);
    let is_short = left.is_short() || right.is_short();
    is_short.then(|| StringObject::bytes(left).cmp(StringObject::bytes(right)))
}

pub(crate) fn less_equal_slot<'gc>(
    ctx: Context<'gc>,
    left: Slot<'gc>,
    right: Slot<'gc>,
) -> Result<Answer<'gc>, Failure<'gc>> {
    let result = match (less_equal_at_once(left, right), left.value(), right.value()) {
        (Some(result), ..) => result,
        (_, Value::String(left), Value::String(right)) => compare_strings(ctx, left, right).is_le(),
        _ => return by_metamethod(ctx, Event::Le, left, right),
    };
    Ok(Answer::Value(Slot::boolean(result)))
}
