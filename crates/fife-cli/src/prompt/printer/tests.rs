//! What the printer shows, and that it is bounded.

use super::{Shown, show_results};
use crate::options::Options;
use crate::session::Session;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use std::time::{Duration, Instant};

const WIDTH: usize = 60;

fn session() -> Session {
    Session::new(&Options { is_sandbox: true, ..Options::default() })
}

/// What is shown of the values that a chunk returns, and how long that took.
fn shown_in(session: &mut Session, source: &str) -> (Shown, Duration) {
    let chunk = session.load(source.as_bytes(), b"=test").expect("it can be loaded");
    let chunk = chunk.unwrap_or_else(|message| panic!("{}", String::from_utf8_lossy(&message)));
    let task = session.call(|ctx| Ok((chunk.fetch(ctx)?.into(), Vec::new()))).expect("it runs");
    let start = Instant::now();
    let shown = show_results(session, &task, WIDTH).expect("it can be shown");
    (shown, start.elapsed())
}

#[track_caller]
fn shows(source: &str, text: &str) {
    let (shown, _) = shown_in(&mut session(), source);
    assert_eq!(String::from_utf8_lossy(&shown.text), text, "{source}");
}

#[test]
fn values_without_parts() {
    shows("return nil", "nil");
    shows("return true, 1, 1.0, -0.0, 1e100, 0.1", "true\t1\t1.0\t-0.0\t1e+100\t0.1");
    shows("return 0.1 + 0.2, ('x'):rep(50)", &format!("0.30000000000000004\n\"{}\"", "x".repeat(50)));
    shows("return math.mininteger, 1/0, -1/0, 0/0 ~= 0/0", "math.mininteger\tmath.huge\t-math.huge\ttrue");
    shows(r#"return "a\n\t\r\"\\\0\0271\27x\x7f""#, r#""a\n\t\r\"\\\0\0271\27x\127""#);
    shows(r#"return "é \xff\xc3 \u{85}\u{202e} \u{10FFFF}""#, "\"é \\xff\\xc3 \\u{85}\\u{202e} \u{10FFFF}\"");
}

#[test]
fn keys_have_an_order() {
    shows(
        "return { z = 1, a = 2, 10, 20, [2.5] = 3, [-1] = 4, [false] = 5, [true] = 6, [4] = 7 }",
        "{\n  10, 20,\n  a = 2,\n  z = 1,\n  [-1] = 4,\n  [2.5] = 3,\n  [4] = 7,\n  [false] = 5,\n  [true] = 6,\n}",
    );
    shows(
        "return { ['end'] = 1, ['a b'] = 2, _x1 = 3, [''] = 4 }",
        "{[\"\"] = 4, _x1 = 3, [\"a b\"] = 2, [\"end\"] = 1}",
    );
    shows("local t = {} for i = 9, 1, -1 do t[i] = i end return t", "{1, 2, 3, 4, 5, 6, 7, 8, 9}");
    shows("return { nil, 2, nil, 4 }", "{[2] = 2, [4] = 4}");
}

#[test]
fn tables_in_tables() {
    shows("return { { { { 1 } } }, {} }", "{{{{...}}}, {}}");
    shows("local t = {} t[1] = t t.x = { t } return t", "<1>{*1, x = {*1}}");
    shows("local a = {} a.b = { a } a.b.c = a.b return a", "<1>{b = <2>{*1, c = *2}}");
    // The same twice is no cycle.
    shows("local a = { 1 } return { a, a }", "{{1}, {1}}");
    shows("return { 1, 2 }, { 3 }", "{1, 2}\t{3}");
    let long = "local t = {} for i = 1, 30 do t[i] = i * 1000 end t.n = { name = ('x'):rep(50), 2 } return t";
    shows(
        long,
        &format!(
            "{{\n  1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000,\n  10000, 11000, 12000, 13000, 14000, 15000, 16000, 17000,\n  \
        18000, 19000, 20000, 21000, 22000, 23000, 24000, 25000,\n  26000, 27000, 28000, 29000, 30000,\n  n = {{\n    2,\n    \
        name = \"{}\",\n  }},\n}}",
            "x".repeat(50)
        ),
    );
}

#[test]
fn what_is_left_out_is_counted() {
    let ends_with = |source, end: &str| {
        let text = String::from_utf8(shown_in(&mut session(), source).0.text).expect("it is text");
        assert!(text.ends_with(end), "{text}");
    };
    ends_with("local t = {} for i = 1, 60 do t[i] = i end t.x = 1 return t", " 49, 50,\n  ... 11 more\n}");
    ends_with("local t = {} for i = 1, 60 do t['k' .. i] = i end return t", "\n  ... 10 more\n}");
    ends_with("return { ('x'):rep(1000) }", "\"... 501 more bytes,\n}");
    ends_with("return ('x'):rep(10000)", "\"... 1819 more bytes");
}

#[test]
fn metatables_are_respected_and_never_asked_for_entries() {
    shows("return setmetatable({ 1 }, { __index = error, __pairs = error, __len = error })", "{1}");
    shows("return setmetatable({ 1 }, { __name = 'a.Point\\27' })", "a.Point\\27 {1}");
    shows("return setmetatable({ 1 }, { __tostring = function() return 'one\\ntwo\\27' end })", "one\ntwo\\27");
    shows("return { setmetatable({ 1 }, { __tostring = function() return 'one\\ntwo' end }) }", "{one two}");
    let (shown, _) = shown_in(
        &mut session(),
        "return setmetatable({}, { __tostring = function() return {} end }), setmetatable({}, { __tostring = error }), setmetatable({}, { __tostring = function() while true do pcall(error) end end })",
    );
    let text = String::from_utf8(shown.text).expect("it is text");
    assert_eq!(text.matches(" (no answer of __tostring)").count(), 3, "{text}");
    assert!(!shown.is_complete);
}

#[test]
fn large_and_deep_tables_are_shown_soon() {
    let mut session = session();
    let bounded = |session: &mut Session, source| {
        // The least of some, for the machine has other work.
        let (shown, time) = (0..5).map(|_| shown_in(session, source)).min_by_key(|it| it.1).expect("there are five");
        eprintln!("{} bytes in {time:?}: {source}", shown.text.len());
        assert!(time < Duration::from_millis(50), "{time:?}: {source}");
        assert!(shown.text.len() < 9 << 10, "{} bytes: {source}", shown.text.len());
        assert!(!shown.is_complete);
    };
    bounded(&mut session, "if not list then list = {} for i = 1, 1e6 do list[i] = i end end return list");
    bounded(&mut session, "if not map then map = {} for i = 1, 1e6 do map['k' .. i] = i end end return map");
    bounded(
        &mut session,
        "if not sparse then sparse = {} for i = 1e6, 1, -1 do sparse[i * 1.5] = i end end return sparse",
    );
    bounded(&mut session, "if not deep then deep = {} for i = 1, 1e6 do deep = { deep } end end return deep");
    bounded(
        &mut session,
        "if not wide then wide = {} for i = 1, 1e3 do wide[i] = {} for j = 1, 1e3 do wide[i][j] = { i, j } end end end return wide",
    );
    bounded(&mut session, "return ('\\0'):rep(1e6)");
    bounded(&mut session, "local k = ('x'):rep(1e5) local t = {} for i = 1, 1000 do t[k .. i] = i end return t");
    bounded(
        &mut session,
        "local t = {} for i = 1, 50 do t[i] = {} for j = 1, 50 do t[i][j] = {} for k = 1, 50 do t[i][j][k] = 1 end end end return t",
    );
    // What has a `__tostring` each: the fuel of all is bounded.
    let start = Instant::now();
    let before = session.stats.fuel;
    let endless = "local m = { __tostring = function() while true do end end } local t = {} for i = 1, 50 do t[i] = setmetatable({}, m) end return t";
    shown_in(&mut session, endless);
    assert!(session.stats.fuel - before < 1_100_000, "{:?}", start.elapsed());
}

#[test]
fn many_results_are_bounded() {
    let (shown, _) = shown_in(&mut session(), "return table.unpack({}, 1, 1e5)");
    assert!(shown.text.len() < 9 << 10 && shown.text.ends_with(b"..."), "{}", shown.text.len());
}

// ---- What is shown in full makes an equal value ----

/// A value, as Lua source that is written in another way than the printer does.
#[derive(Clone, Debug)]
enum Made {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    String(Vec<u8>),
    Table(Vec<Made>, Vec<(Made, Made)>),
}

impl Made {
    fn source(&self) -> String {
        match self {
            Made::Boolean(value) => value.to_string(),
            Made::Integer(value) => format!("math.tointeger('{value}')"),
            Made::Float(value) => format!("(string.unpack('<d', '{}'))", escapes(&value.to_le_bytes())),
            Made::String(value) => format!("'{}'", escapes(value)),
            Made::Table(list, fields) => {
                let list = list.iter().map(|value| format!("({})", value.source()));
                let fields = fields.iter().map(|(key, value)| format!("[({})] = ({})", key.source(), value.source()));
                format!("{{{}}}", list.chain(fields).collect::<Vec<_>>().join("; "))
            }
        }
    }
}

fn escapes(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\x{byte:02X}")).collect()
}

fn made() -> impl Strategy<Value = Made> {
    let string = prop_oneof![
        "[a-z_]{0,6}".prop_map(String::into_bytes),
        "\\PC{0,8}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..12),
        Just(b"end".to_vec()),
        Just(b"\x0071\x1b2".to_vec()),
    ];
    let leaf = prop_oneof![
        any::<bool>().prop_map(Made::Boolean),
        any::<i64>().prop_map(Made::Integer),
        (-3..9_i64).prop_map(Made::Integer),
        Just(Made::Integer(i64::MIN)),
        any::<f64>().prop_filter("NaN equals nothing", |it| !it.is_nan()).prop_map(Made::Float),
        prop_oneof![Just(-0.0), Just(1e15), Just(1e16), Just(f64::INFINITY), Just(0.1 + 0.2), Just(2_f64.powi(53))]
            .prop_map(Made::Float),
        string.prop_map(Made::String),
    ];
    let key = leaf.clone();
    leaf.prop_recursive(4, 40, 8, move |inner| {
        let fields = prop::collection::vec((key.clone(), inner.clone()), 0..6);
        (prop::collection::vec(inner, 0..6), fields).prop_map(|(list, fields)| Made::Table(list, fields))
    })
}

/// Whether two values are equal, with the same types of numbers and signs of zeros, tables by their entries.
const EQUAL: &str = "local function equal(a, b)
    if type(a) ~= 'table' or type(b) ~= 'table' then
        return math.type(a) == math.type(b) and a == b and (a ~= 0 or 1 / a == 1 / b)
    end
    for k, v in pairs(a) do if not equal(v, b[k]) then return false end end
    for k in pairs(b) do if a[k] == nil then return false end end
    return true
end ";

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_shown_in_full_loads_back_equal(value in made()) {
        let mut session = session();
        let source = value.source();
        let (shown, _) = shown_in(&mut session, &format!("return {source}"));
        if shown.is_complete {
            let text = String::from_utf8(shown.text).expect("it is text");
            let compared = shown_in(&mut session, &format!("{EQUAL} return equal(({source}), ({text}))")).0.text;
            prop_assert_eq!(compared, b"true".to_vec(), "{} of {}", text, source);
        }
    }
}

#[test]
fn most_of_what_is_small_is_shown_in_full() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut session = session();
    let complete = (0..200).filter(|_| {
        let value = made().new_tree(&mut runner).expect("there is a value").current();
        shown_in(&mut session, &format!("return {}", value.source())).0.is_complete
    });
    let complete = complete.count();
    assert!(complete > 150, "the test above looks at {complete} of 200");
}
