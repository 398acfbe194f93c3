//! The library `os`: time, the environment, and files by name. It asks the [`Host`](crate::native::Host) for everything
//! outside. The calendar is in [`calendar`].

use super::base::by_interpreter;
use super::buffer::Buffer;
use super::calendar::{self, Fields};
use super::io::{c_text, command_outcome, outcome, quotable};
use super::library::{Library, define, make, reserve};
use crate::error::Error;
use crate::native::{Call, Host, LocalTime, Poll, Reply, Sequence};
use crate::object::{Context, Native, Table, Value};
use crate::semantics::{self, Outcome};
use fife_arena::Collect;

library! {
    /// The functions of `os`.
    NATIVES: "os." as "os.";

    PLAIN {
        clock("") => clock, "10 units.";
        date("[format [, time]]") => date, "30 units, and 15 for each conversion.";
        difftime("t2, t1") => difftime, "Constant.";
        execute("[command]") => execute, "1,000 units, however long the command runs.";
        getenv("varname") => getenv, "10 units, and one for each 16 bytes.";
        remove("filename") => remove, "100 units, for the system's work.";
        rename("oldname, newname") => rename, "100 units, for the system's work.";
        setlocale("[locale [, category]]") => setlocale, "There is only the locale `C`. Constant.";
        time("[table]") => time, "10 units, or 50 with a table, besides calls of metamethods.";
        tmpname("") => tmpname, "100 units, for the system's work.";
    }

    /// Upvalue: the native that ends the task.
    EXIT {
        exit("[code [, close]]") => exit,
            "Constant. Does not return: whoever runs the VM ends it, which closes all files.";
    }

    END_TASK {
        exit.end_task as "os.exit" => by_interpreter [EndTask];
    }

    /// The rest of `os.exit`, after everything is closed. Upvalue: the status.
    LEAVE {
        exit.leave as "os.exit" => leave;
    }
}

/// Sets the global `os`.
pub(crate) fn open<'gc>(ctx: Context<'gc>) {
    let library = ctx.table();
    reserve(ctx, library, &[&PLAIN, &EXIT], 0);
    define(ctx, library, &PLAIN, &[]);
    define(ctx, library, &EXIT, &[make(ctx, &END_TASK, &[])]);
    ctx.globals().set_field(ctx, "os", library);
}

fn host<'gc>(call: &Call<'gc, '_>) -> &'gc dyn Host {
    call.ctx().host()
}

// ---- The program and its environment ----

/// `os.clock`
fn clock<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.charge(10);
    match host(call).cpu_time() {
        Some(seconds) => call.one(seconds),
        None => Err(call.error("the host has no clock")),
    }
}

/// `os.execute`
fn execute<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let Some(command) = call.string_or_none(0)? else {
        let has_shell = host(call).has_shell();
        return call.one(has_shell);
    };
    call.charge(1000 + command.len() / 16);
    call.reserve(2 * command.len())?;
    let ended = host(call).execute(c_text(command.as_bytes()));
    command_outcome(call, ended)
}

/// `os.exit`
fn exit<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let status = match call.get(0) {
        Value::Boolean(succeeded) => i64::from(!succeeded),
        _ => call.integer_or(0, 0)?,
    };
    if !call.get(1).to_bool() {
        return leave_with(call, status);
    }
    // The variables of the main thread are closed first.
    let last = call.make_function(&LEAVE[0], &[Value::Integer(status)])?;
    call.push(call.upvalue(0));
    call.push(last);
    call.tail_call(1)
}

/// The rest of `os.exit`, after everything is closed.
fn leave<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let status = call.upvalue(0).to_integer().unwrap_or(0);
    leave_with(call, status)
}

fn leave_with<'gc>(call: &mut Call<'gc, '_>, status: i64) -> Result<Reply, Error<'gc>> {
    // As C's conversion to `int`.
    match host(call).exit(status as i32) {
        Ok(()) => {
            call.interrupt();
            call.after_effect().sequence(Exiting)
        }
        Err(_) => Err(call.error("the host does not allow exiting")),
    }
}

/// The state of a script after `os.exit`: it does nothing for as long as it exists.
#[derive(Collect)]
struct Exiting;

impl<'gc> Sequence<'gc> for Exiting {
    const NAME: &'static str = "os.exit";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        call.interrupt();
        Ok(Poll::Pending)
    }
}

/// `os.getenv`
fn getenv<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let name = call.string(0)?;
    call.charge(name.len() / 16);
    call.reserve(2 * name.len())?;
    let value = host(call).environment(c_text(name.as_bytes()));
    match value {
        Some(value) => {
            call.charge(10 + value.len() / 16);
            call.reserve(value.len())?;
            let value = call.make_string(&value)?;
            call.one(value)
        }
        None => call.one(Value::Nil),
    }
}

/// `os.setlocale`
fn setlocale<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let locale = call.string_or_none(0)?;
    call.option(1, Some("all"), &["all", "collate", "ctype", "monetary", "numeric", "time"])?;
    match locale.map(|locale| c_text(locale.as_bytes())) {
        None | Some(b"" | b"C" | b"POSIX") => {
            let name = call.make_string(b"C")?;
            call.one(name)
        }
        Some(_) => call.one(Value::Nil),
    }
}

// ---- Files as names ----

/// `os.remove`
fn remove<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let path = quotable(call, 0)?;
    call.charge(100);
    let result = host(call).remove(path);
    outcome(call, Some(path), result)
}

/// `os.rename`
fn rename<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (from, to) = (call.string(0)?, call.string(1)?);
    call.charge(100 + (from.len() + to.len()) / 16);
    call.reserve(2 * (from.len() + to.len()))?;
    let result = host(call).rename(c_text(from.as_bytes()), c_text(to.as_bytes()));
    outcome(call, None, result)
}

/// `os.tmpname`
fn tmpname<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.charge(100);
    match host(call).temporary_name() {
        Ok(name) => {
            let name = call.after_effect().make_string(name.as_ref())?;
            call.one(name)
        }
        Err(_) => Err(call.error("unable to generate a unique filename")),
    }
}

// ---- Time ----

/// `os.difftime`
fn difftime<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (end, start) = (call.integer(0)?, call.integer(1)?);
    // The difference may need 65 bits, and the result is a float.
    call.one((i128::from(end) - i128::from(start)) as f64)
}

/// The seconds since 1970 that the host's clock shows.
fn now<'gc>(call: &Call<'gc, '_>) -> Result<i64, Error<'gc>> {
    call.charge(10);
    host(call).now().map(|(seconds, _)| seconds).ok_or_else(|| call.error("the host has no clock"))
}

const NO_SUCH_TIME: &str = "time result cannot be represented in this installation";
const NO_SUCH_DATE: &str = "date result cannot be represented in this installation";

/// `os.time`
fn time<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    if call.is_none_or_nil(0) {
        let seconds = now(call)?;
        return call.one(seconds);
    }
    let table = call.table(0)?;
    call.truncate(1);
    call.charge(50);
    let mut normalizing =
        Normalizing { table, field: 0, awaits: false, given: [0; 6], is_daylight: None, result: None };
    if table.metatable().is_some() {
        return call.sequence(normalizing);
    }
    match normalizing.advance(call)? {
        Poll::Return(count) => call.values(count as usize),
        _ => call.sequence(normalizing),
    }
}

/// The fields that `os.time` reads, their defaults (`None` for required ones), and the number that C counts them from.
const GIVEN: [(&str, Option<i64>, i64); 6] = [
    ("year", None, 1900),
    ("month", None, 1),
    ("day", None, 0),
    ("hour", Some(12), 0),
    ("min", Some(0), 0),
    ("sec", Some(0), 0),
];

/// How many fields are read: these, and `isdst`.
const READ_COUNT: usize = GIVEN.len() + 1;

/// A running `os.time`: it reads the fields of a table, and then writes them back, brought into range.
#[derive(Collect)]
struct Normalizing<'gc> {
    table: Table<'gc>,
    /// The number of the field being read or, from [`READ_COUNT`] on, being written.
    field: usize,
    /// Whether a metamethod was called for the field.
    awaits: bool,
    given: [i64; 6],
    is_daylight: Option<bool>,
    #[collect(static)]
    result: Option<(i64, Fields, LocalTime)>,
}

impl<'gc> Sequence<'gc> for Normalizing<'gc> {
    const NAME: &'static str = "os.time";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if std::mem::take(&mut self.awaits) {
            let value = call.get(call.results_from());
            call.truncate(1);
            if self.field < READ_COUNT {
                self.take(call, value)?;
            }
            self.field += 1;
        }
        self.advance(call)
    }
}

impl<'gc> Normalizing<'gc> {
    /// Continues to the next call of a metamethod, or to the end.
    fn advance(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        let ctx = call.ctx();
        while self.field < READ_COUNT {
            let name = GIVEN.get(self.field).map_or("isdst", |given| given.0);
            match semantics::get(ctx, self.table, ctx.string(name)).map_err(|failure| call.failure(failure))? {
                Outcome::Value(value) => self.take(call, value)?,
                Outcome::Call { function, arguments, count } => {
                    return Ok(self.ask(call, function, &arguments[..count]));
                }
            }
            self.field += 1;
        }
        let (seconds, fields, local) = match self.result.take() {
            Some(result) => result,
            None => self.compute(call)?,
        };
        for (name, value) in field_values(&fields, &local).into_iter().skip(self.field - READ_COUNT) {
            match semantics::set(ctx, self.table, ctx.string(name), value).map_err(|failure| call.failure(failure))? {
                Outcome::Value(_) => {}
                Outcome::Call { function, arguments, count } => {
                    self.result = Some((seconds, fields, local));
                    return Ok(self.ask(call, function, &arguments[..count]));
                }
            }
            self.field += 1;
        }
        if seconds == -1 {
            // In C this result is the same as a failure.
            return Err(call.error(NO_SUCH_TIME));
        }
        call.push(seconds);
        Ok(Poll::Return(1))
    }

    fn ask(&mut self, call: &mut Call<'gc, '_>, function: Value<'gc>, arguments: &[Value<'gc>]) -> Poll {
        self.awaits = true;
        call.push(function);
        for argument in arguments {
            call.push(*argument);
        }
        Poll::Call(arguments.len() as u32)
    }

    /// Takes the value of the field being read.
    fn take(&mut self, call: &Call<'gc, '_>, value: Value<'gc>) -> Result<(), Error<'gc>> {
        let (Some(&(name, default, origin)), Some(given)) = (GIVEN.get(self.field), self.given.get_mut(self.field))
        else {
            self.is_daylight = if value.is_nil() { None } else { Some(value.to_bool()) };
            return Ok(());
        };
        call.charge_numeral(value);
        *given = match (value.to_integer(), default) {
            (Some(value), _) => {
                // The difference from C's origin must fit into an `int`.
                let is_in_range = if value >= 0 {
                    value - origin <= i64::from(i32::MAX)
                } else {
                    i64::from(i32::MIN) + origin <= value
                };
                if !is_in_range {
                    return Err(call.error(format!("field '{name}' is out-of-bound")));
                }
                value
            }
            (None, _) if !value.is_nil() => return Err(call.error(format!("field '{name}' is not an integer"))),
            (None, Some(default)) => default,
            (None, None) => return Err(call.error(format!("field '{name}' missing in date table"))),
        };
        Ok(())
    }

    fn compute(&self, call: &Call<'gc, '_>) -> Result<(i64, Fields, LocalTime), Error<'gc>> {
        let [year, month, day, hour, minute, second] = self.given;
        let found = calendar::normalize(year, month, day, hour, minute, second).and_then(|(as_utc, _)| {
            let seconds = from_local(call, as_utc, self.is_daylight);
            let local = host(call).local_time(seconds);
            Some((seconds, calendar::fields_at(seconds, local.utc_offset)?, local))
        });
        found.ok_or_else(|| call.error(NO_SUCH_TIME))
    }
}

/// The moment at which local clocks show `local`, a time given as if it were UTC. `is_daylight` says which kind of time
/// is meant; `None` stands for the kind that holds then.
///
/// If the zone does not have the given kind of time, the nearest time of that kind within some years decides, and
/// otherwise the difference is an hour: as in glibc's `mktime`.
fn from_local(call: &Call<'_, '_>, local: i64, is_daylight: Option<bool>) -> i64 {
    const DAY: i64 = 86_400;
    const SEARCH_STRIDE: i64 = 601_200;
    const SEARCH_STEPS: i64 = 447;
    let zone_at = |moment: i64| host(call).local_time(moment);
    let is_meant = |zone: &LocalTime| is_daylight.is_none_or(|is_daylight| zone.is_daylight == is_daylight);
    let holds = |zone: &LocalTime| zone_at(local.saturating_sub(zone.utc_offset)).utc_offset == zone.utc_offset;
    let guess = local.saturating_sub(zone_at(local).utc_offset);
    // Around a change of offset two are possible; the one a day before or after is the other.
    let nearby = [guess, guess - DAY, guess + DAY].map(zone_at);
    let found = nearby.iter().find(|zone| is_meant(zone) && holds(zone));
    if let Some(zone) = found.or(nearby.iter().find(|zone| is_meant(zone))) {
        return local.saturating_sub(zone.utc_offset);
    }
    call.charge(SEARCH_STEPS as usize);
    let moments = (1..SEARCH_STEPS).flat_map(|step| [guess - step * SEARCH_STRIDE, guess + step * SEARCH_STRIDE]);
    match moments.map(zone_at).find(is_meant) {
        Some(zone) => local.saturating_sub(zone.utc_offset),
        None if is_daylight == Some(true) => guess - 3600,
        None => guess + 3600,
    }
}

/// The fields that `os.date("*t")` has and `os.time` writes, in the order of PUC-Rio Lua.
fn field_values<'gc>(fields: &Fields, local: &LocalTime) -> [(&'static str, Value<'gc>); 9] {
    [
        ("year", fields.year.into()),
        ("month", fields.month.into()),
        ("day", fields.day.into()),
        ("hour", fields.hour.into()),
        ("min", fields.minute.into()),
        ("sec", fields.second.into()),
        ("yday", fields.yearday.into()),
        ("wday", fields.weekday.into()),
        ("isdst", local.is_daylight.into()),
    ]
}

/// `os.date`
fn date<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let format = match call.string_or_none(0)? {
        Some(format) => format,
        None => call.make_string(b"%c")?,
    };
    let seconds = if call.is_none_or_nil(1) { now(call)? } else { call.integer(1)? };
    call.charge(30);
    let text = format.as_bytes();
    let (local, text) = match text.strip_prefix(b"!") {
        Some(text) => (LocalTime { zone_name: "GMT".to_owned(), ..LocalTime::utc() }, text),
        None => (host(call).local_time(seconds), text),
    };
    let fields = calendar::fields_at(seconds, local.utc_offset).ok_or_else(|| call.error(NO_SUCH_DATE))?;
    if c_text(text) == b"*t" {
        let ctx = call.ctx();
        let table = call.make_table()?;
        for (name, value) in field_values(&fields, &local) {
            // Only the limit on memory can refuse a string key, and the table is new.
            table.set(ctx, ctx.string(name), value).map_err(|_| call.refused())?;
        }
        return call.one(table);
    }
    call.truncate(0);
    call.push(format);
    let at = format.len() - text.len();
    let mut formatting = Formatting { fields, local, at, text: Buffer::new(call) };
    match formatting.portion(call)? {
        Some(text) => call.one(text),
        None => call.sequence(formatting),
    }
}

/// The most bytes of a format between two checks of the fuel. Each may make some 30 bytes of text.
const FORMAT_PORTION: usize = 256;

/// A running `os.date`. Its window holds the format.
#[derive(Collect)]
struct Formatting<'gc> {
    #[collect(static)]
    fields: Fields,
    #[collect(static)]
    local: LocalTime,
    /// How many bytes of the format are done.
    at: usize,
    text: Buffer<'gc>,
}

impl<'gc> Sequence<'gc> for Formatting<'gc> {
    const NAME: &'static str = "os.date";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if call.fuel_left() <= 0 {
            return Ok(Poll::Pending);
        }
        Ok(match self.portion(call)? {
            Some(text) => {
                call.push(text);
                Poll::Return(1)
            }
            None => Poll::Pending,
        })
    }
}

impl<'gc> Formatting<'gc> {
    /// Continues with the format. At its end, returns the text.
    fn portion(&mut self, call: &Call<'gc, '_>) -> Result<Option<Value<'gc>>, Error<'gc>> {
        let format = call.string(0)?.as_bytes();
        let zone = calendar::Zone { offset: self.local.utc_offset, name: &self.local.zone_name };
        let mut made = Vec::new();
        let mut at = self.at;
        let end = format.len().min(at + FORMAT_PORTION);
        while at < end {
            let plain = memchr::memchr(b'%', &format[at..end]).unwrap_or(end - at);
            made.extend_from_slice(&format[at..at + plain]);
            at += plain;
            if at < end {
                let rest = &format[at + 1..];
                let Some(length) = calendar::conversion_length(rest) else {
                    let rest = c_text(rest);
                    call.reserve(3 * rest.len())?;
                    let message = [b"invalid conversion specifier '%", rest, b"'"].concat();
                    return Err(call.argument_error(0, message));
                };
                call.charge(15);
                calendar::append_conversion(rest, &self.fields, zone, &mut made);
                at += 1 + length;
            }
        }
        let is_over = at >= format.len();
        // Nothing has had an effect yet: if there is no room, this is called again after a collection.
        self.text.append(call, &made)?;
        self.at = at;
        if is_over { Ok(Some(self.text.finish(call)?.into())) } else { Ok(None) }
    }
}
