//! Rust data as Lua values and back: what survives, what is refused in which words, and what hostile scripts achieve.

use fife::serde::{Empty, Foreign, Mark, Null, Options, from_value, list_metatable, null, to_value};
use fife::{ErrorKind, IntoLua, Limits, Lua, Result, Serde, Value};
use proptest::prelude::*;
use serde::de::{DeserializeOwned, IgnoredAny, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

/// Bytes, through serde's calls for bytes.
#[derive(Clone, Debug, PartialEq)]
struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        struct OfBytes;
        impl Visitor<'_> for OfBytes {
            type Value = Bytes;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        deserializer.deserialize_byte_buf(OfBytes)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Meters(f64);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Pair(i32, Option<String>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Empty,
    Named(String),
    Maybe(Option<i64>),
    Nothing(()),
    Line(f64, f64),
    Box { width: u8, height: Option<u8> },
    Group(Vec<Shape>),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Color {
    Red,
    Blue,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Tagged {
    Ping,
    Move { x: i64, y: Option<i64>, more: Vec<Tagged> },
    Wrapped(Inner),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Ping,
    Text(String),
    Pair(u8, u8),
    Fields { list: Vec<f64> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Float(f64),
    Text(String),
    Point { x: i64, y: i64 },
    List(Vec<Untagged>),
    Map(BTreeMap<String, Untagged>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Inner {
    id: u32,
    label: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Flat {
    name: String,
    #[serde(flatten)]
    inner: Inner,
    #[serde(flatten)]
    rest: BTreeMap<String, Untagged>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Everything {
    flag: bool,
    small: i8,
    large: i64,
    unsigned: u64,
    huge: i128,
    single: f32,
    double: f64,
    letter: char,
    text: String,
    bytes: Bytes,
    byte_list: Vec<u8>,
    some: Option<i32>,
    none: Option<i32>,
    unit: (),
    unit_struct: Unit,
    newtype: Meters,
    tuple: (u8, Option<String>, bool),
    pair: Pair,
    array: [i16; 3],
    nothing: Vec<i32>,
    options: Vec<Option<i64>>,
    shapes: Vec<Shape>,
    by_integer: BTreeMap<i64, String>,
    by_negative: HashMap<i8, Vec<u8>>,
    by_bool: BTreeMap<bool, i32>,
    by_color: BTreeMap<Color, char>,
    by_char: BTreeMap<char, Meters2>,
    nested: BTreeMap<String, BTreeMap<u16, Inner>>,
    tagged: Vec<Tagged>,
    adjacent: Vec<Adjacent>,
    untagged: Vec<Untagged>,
    flat: Flat,
    boxed: Box<Inner>,
}

/// A newtype inside a map.
type Meters2 = Meters;

fn inner(id: u32, label: Option<&str>) -> Inner {
    Inner { id, label: label.map(str::to_owned) }
}

fn everything() -> Everything {
    Everything {
        flag: true,
        small: -128,
        large: i64::MIN,
        unsigned: i64::MAX as u64,
        huge: i128::from(i64::MIN),
        single: 0.5,
        double: -0.0,
        letter: 'ß',
        text: "zero \0 and ü".into(),
        bytes: Bytes(vec![0, 255, 128, b'x']),
        byte_list: vec![1, 2, 255],
        some: Some(7),
        none: None,
        unit: (),
        unit_struct: Unit,
        newtype: Meters(3.0),
        tuple: (1, None, true),
        pair: Pair(-5, None),
        array: [1, -2, 3],
        nothing: vec![],
        options: vec![None, Some(1), None, None, Some(2), None],
        shapes: vec![
            Shape::Empty,
            Shape::Named("box".into()),
            Shape::Maybe(None),
            Shape::Maybe(Some(4)),
            Shape::Nothing(()),
            Shape::Line(1.0, 2.5),
            Shape::Box { width: 3, height: None },
            Shape::Group(vec![Shape::Empty, Shape::Group(vec![])]),
        ],
        by_integer: BTreeMap::from([
            (1, "one".into()),
            (2, "two".into()),
            (-7, "less".into()),
            (i64::MAX, "most".into()),
        ]),
        by_negative: HashMap::from([(-1, vec![1]), (0, vec![])]),
        by_bool: BTreeMap::from([(true, 1), (false, 0)]),
        by_color: BTreeMap::from([(Color::Red, 'r'), (Color::Blue, 'b')]),
        by_char: BTreeMap::from([('ä', Meters(1.5))]),
        nested: BTreeMap::from([("a b".into(), BTreeMap::from([(9, inner(1, None)), (10, inner(2, Some("x")))]))]),
        tagged: vec![
            Tagged::Ping,
            Tagged::Move { x: 1, y: None, more: vec![Tagged::Ping] },
            Tagged::Wrapped(inner(3, None)),
        ],
        adjacent: vec![
            Adjacent::Ping,
            Adjacent::Text("t".into()),
            Adjacent::Pair(1, 2),
            Adjacent::Fields { list: vec![0.5, 2.0] },
        ],
        untagged: vec![
            Untagged::Number(1),
            Untagged::Float(0.5),
            Untagged::Text("text".into()),
            Untagged::Point { x: 1, y: 2 },
            Untagged::List(vec![Untagged::Number(3), Untagged::Map([("k".to_owned(), Untagged::Number(4))].into())]),
        ],
        flat: Flat {
            name: "flat".into(),
            inner: inner(5, Some("five")),
            rest: [("other".to_owned(), Untagged::List(vec![Untagged::Float(1.5)]))].into(),
        },
        boxed: Box::new(inner(6, None)),
    }
}

fn options(change: impl FnOnce(&mut Options)) -> Options {
    let mut options = Options::default();
    change(&mut options);
    options
}

fn round_trip<T: Serialize + DeserializeOwned>(lua: &Lua, value: &T, options: &Options) -> Result<T> {
    from_value(lua, &to_value(lua, value, options)?, options)
}

#[track_caller]
fn returns<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T) {
    assert_eq!(round_trip(&Lua::new(), &value, &Options::default()).unwrap(), value);
}

/// The result of a chunk, converted to a type.
fn read<T: DeserializeOwned>(source: &str) -> Result<T> {
    read_with(source, &Options::default())
}

fn read_with<T: DeserializeOwned>(source: &str, options: &Options) -> Result<T> {
    let mut lua = Lua::new();
    let globals = lua.globals();
    globals.set(&lua, "null", null(&lua)?)?;
    globals.set(&lua, "list", list_metatable(&lua)?)?;
    let value = lua.load(source).name("=source").eval()?;
    from_value(&lua, &value, options)
}

#[track_caller]
fn refused<T: DeserializeOwned + Debug>(source: &str, message: &str) {
    let error = read::<T>(source).unwrap_err();
    assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Conversion, message), "{source}");
}

// ---- What comes back ----

#[test]
fn everything_comes_back() {
    let lua = Lua::new();
    let all = [
        Options::default(),
        options(|it| it.null = Null::Always),
        options(|it| it.mark_lists = Mark::All),
        options(|it| it.mark_lists = Mark::Never),
        options(|it| it.sort_keys = true),
        options(|it| it.empty_table = Empty::List),
        options(|it| it.foreign = Foreign::Skip),
    ];
    for options in all {
        let value = everything();
        let back = round_trip(&lua, &value, &options).unwrap();
        assert_eq!(back, value, "{options:?}");
        // The comparison does not see the sign of zero.
        assert!(back.double.is_sign_negative());
    }
}

#[test]
fn a_script_sees_plain_tables() {
    let mut lua = Lua::new();
    lua.globals().set(&lua, "it", Serde(everything())).unwrap();
    lua.globals().set(&lua, "null", null(&lua).unwrap()).unwrap();
    lua.load(
        "assert(it.flag == true and it.small == -128 and it.large == math.mininteger and it.unsigned == math.maxinteger)
        assert(math.type(it.newtype) == 'float' and it.newtype == 3 and it.letter == 'ß' and it.bytes == '\\0\\255\\128x')
        assert(it.some == 7 and it.none == nil and it.unit == null and it.unit_struct == null)
        assert(#it.options == 6 and it.options[1] == null and it.options[5] == 2 and it.options[6] == null)
        assert(it.tuple[1] == 1 and it.tuple[2] == null and it.tuple[3] == true and it.pair[2] == null)
        assert(it.shapes[1] == 'Empty' and it.shapes[2].Named == 'box' and it.shapes[3].Maybe == null)
        assert(it.shapes[6].Line[2] == 2.5 and it.shapes[7].Box.width == 3 and it.shapes[7].Box.height == nil)
        assert(it.by_integer[1] == 'one' and it.by_integer[math.maxinteger] == 'most' and it.by_bool[false] == 0)
        assert(it.by_color.Red == 'r' and it.nested['a b'][10].label == 'x' and it.flat.id == 5 and it.flat.other[1] == 1.5)
        assert(it.tagged[2].type == 'Move' and it.adjacent[3].c[2] == 2 and it.untagged[4].x == 1)
        assert(type(null) == 'userdata' and tostring(null):find('^null: 0x') and getmetatable(it.options) == nil)
        assert(not pcall(function() getmetatable(null).__index = {} end))",
    )
    .exec()
    .unwrap();
}

#[test]
fn numbers_at_their_edges() {
    let lua = Lua::new();
    returns([i64::MIN, i64::MAX, 0]);
    returns((u64::MIN, i64::MAX as u64, u128::from(i64::MAX as u64), i128::from(i64::MIN)));
    returns([f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE, f64::MAX, 5e-324, 1e15, 2f64.powi(63)]);
    returns([f32::MAX, f32::MIN_POSITIVE, 0.1]);
    for nan in [f64::NAN, -f64::NAN] {
        assert!(round_trip(&lua, &nan, &Options::default()).unwrap().is_nan());
    }
    // A number that Lua cannot hold is never made a float.
    let too_large = |value: &dyn Fn(&Lua) -> Result<Value>| value(&lua).unwrap_err().to_string();
    let range = "integer from -9223372036854775808 to 9223372036854775807 expected, got";
    let u64s = too_large(&|lua| to_value(lua, &BTreeMap::from([("id", u64::MAX)]), &Options::default()));
    assert_eq!(u64s, format!("field 'id': {range} 18446744073709551615"));
    let u128s = too_large(&|lua| to_value(lua, &[1, u128::MAX], &Options::default()));
    assert_eq!(u128s, format!("element 2: {range} {}", u128::MAX));
    let i128s = too_large(&|lua| to_value(lua, &(i128::from(i64::MIN) - 1), &Options::default()));
    assert_eq!(i128s, format!("{range} -9223372036854775809"));
    // Floats without a fraction convert to integers, and integers to floats; a number is not a string.
    assert_eq!(read::<(i64, u8, u64, f64, f32)>("return {3.0, 255.0, 2^53, 7, 1 << 53}").unwrap(), {
        (3, 255, 1 << 53, 7.0, 9007199254740992.0)
    });
    refused::<i64>("return 2^63", "number has no integer representation");
    refused::<u64>("return 0.5", "number has no integer representation");
    refused::<i64>("return 0/0", "number has no integer representation");
    refused::<u64>("return -1", "integer from 0 to 18446744073709551615 expected, got -1");
    refused::<u8>("return 256", "integer from 0 to 255 expected, got 256");
    refused::<i8>("return '5'", "integer from -128 to 127 expected, got string");
    refused::<i64>("return '5'", "integer expected, got string");
    refused::<f64>("return '5'", "number expected, got string");
    refused::<String>("return 5", "string expected, got number");
    refused::<bool>("return 1", "boolean expected, got number");
}

#[test]
fn keys() {
    let lua = Lua::new();
    returns(BTreeMap::from([(Some(1), 1)]));
    returns(HashMap::from([(i64::MIN, ()), (0, ())].map(|(key, ())| (key, true))));
    let to = |value: &dyn Fn(&Lua) -> Result<Value>| value(&lua).unwrap_err().to_string();
    let tuple = to(&|lua| to_value(lua, &BTreeMap::from([((1, 2), 3)]), &Options::default()));
    assert_eq!(tuple, "key: what is a table in Lua cannot be a key");
    let none = to(&|lua| to_value(lua, &[BTreeMap::from([(None::<i32>, 3)])], &Options::default()));
    assert_eq!(none, "element 1: key: nil cannot be a key");
    refused::<BTreeMap<(i32, i32), i32>>("return {[{1, 2}] = 3}", "key: what is a table in Lua cannot be a key");
    refused::<BTreeMap<String, i32>>(
        "return {x = {1}}",
        "field 'x': integer from -2147483648 to 2147483647 expected, got table",
    );
    refused::<BTreeMap<String, i32>>("return {1}", "key: string expected, got number");
    refused::<BTreeMap<i32, BTreeMap<String, i32>>>(
        "return {[5] = {[true] = 1}}",
        "element 5: key: string expected, got boolean",
    );
    refused::<serde_json::Value>("return {1, x = 2}", "key: string expected, got number");
    struct NoKey;
    impl Serialize for NoKey {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map([(f64::NAN, 1)])
        }
    }
    assert_eq!(to(&|lua| to_value(lua, &NoKey, &Options::default())), "table index is NaN");
    // In Lua, a float key with an integer value is an integer.
    assert_eq!(read::<BTreeMap<i64, i64>>("return {[2^40] = 1}").unwrap(), [(1 << 40, 1)].into());
    refused::<Inner>("return {id = 1, [0] = 2, label = {}}", "field 'label': string expected, got table");
}

#[test]
fn options_within_options() {
    let lua = Lua::new();
    let value: Vec<Option<Option<i32>>> = vec![Some(Some(1)), Some(None), None];
    // The outer `Some` is lost, as in JSON.
    assert_eq!(round_trip(&lua, &value, &Options::default()).unwrap(), [Some(Some(1)), None, None]);
    // A map's entries without a value are kept only on request.
    let map = BTreeMap::from([("a".to_owned(), Some(1)), ("b".to_owned(), None)]);
    assert_eq!(round_trip(&lua, &map, &Options::default()).unwrap().len(), 1);
    assert_eq!(round_trip(&lua, &map, &options(|it| it.null = Null::Always)).unwrap(), map);
    let never = options(|it| it.null = Null::Never);
    assert_eq!(round_trip(&lua, &map, &never).unwrap().len(), 1);
    let error = |value: &dyn Fn(&Lua) -> Result<Value>| value(&lua).unwrap_err().to_string();
    assert_eq!(error(&|lua| to_value(lua, &(1, ()), &never)), "element 2: nil would be lost here");
    assert_eq!(error(&|lua| to_value(lua, &[Shape::Maybe(None)], &never)), "field '[1].Maybe': nil would be lost here");
    assert_eq!(to_value(&lua, &(), &never).unwrap(), Value::Nil);
    assert_eq!(to_value(&lua, &Some(()), &options(|it| it.null = Null::Always)).unwrap(), null(&lua).unwrap());
    assert_eq!(null(&lua).unwrap(), null(&lua).unwrap());
}

#[test]
fn lists_and_maps() {
    assert_eq!(read::<serde_json::Value>("return {{}, {1, {}}, {x = {}}}").unwrap(), json!([{}, [1, {}], {"x": {}}]));
    let lists = options(|it| it.empty_table = Empty::List);
    assert_eq!(read_with::<serde_json::Value>("return {{}, {x = {}}}", &lists).unwrap(), json!([[], {"x": []}]));
    let marked = "return {setmetatable({}, list), {}, setmetatable({1}, list)}";
    assert_eq!(read::<serde_json::Value>(marked).unwrap(), json!([[], {}, [1]]));
    refused::<serde_json::Value>("return setmetatable({x = 1}, list)", "list expected, got a table with other keys");
    let mut lua = Lua::new();
    let all = options(|it| it.mark_lists = Mark::All);
    let never = options(|it| it.mark_lists = Mark::Never);
    let empty = json!({"list": [], "map": {}, "lists": [[], [[]]]});
    assert_eq!(round_trip(&lua, &empty, &all).unwrap(), empty);
    assert_eq!(round_trip(&lua, &empty, &Options::default()).unwrap(), empty);
    assert_ne!(round_trip(&lua, &empty, &never).unwrap(), empty);
    lua.globals().set(&lua, "it", to_value(&lua, &empty, &all).unwrap()).unwrap();
    lua.load(
        "assert(not pcall(function() getmetatable(it.list).__index = print end)) assert(not getmetatable(it.map))",
    )
    .exec()
    .unwrap();

    refused::<Vec<i32>>("return {1, nil, 3}", "list expected, got a table with holes");
    refused::<Vec<i32>>("return {a = 1}", "list expected, got a table with other keys");
    refused::<Vec<i32>>("return {1, 2, a = 1}", "list expected, got a table with other keys");
    refused::<Vec<i32>>("return {[0] = 1}", "list expected, got a table with other keys");
    refused::<Vec<i32>>("return 'text'", "list expected, got string");
    refused::<(i32, i32)>("return {1, 2, 3}", "list of 2 elements expected, got one of 3");
    refused::<[u8; 3]>("return {1, 2}", "element 3: integer from 0 to 255 expected, got nil");
    refused::<(i32, i32)>("return {[1 << 60] = 1}", "list of 2 elements expected, got one of 1152921504606846976");
    assert_eq!(read::<(i32, Option<i32>, i32, Option<i32>)>("return {1, nil, 3}").unwrap(), (1, None, 3, None));
    assert_eq!(read::<Vec<Option<i32>>>("return {1, null, 3}").unwrap(), [Some(1), None, Some(3)]);
    // Keys outside of the array part, and a table that was larger before.
    assert_eq!(read::<Vec<i32>>("local t = {} for i = 300, 1, -1 do t[i] = i end return t").unwrap().len(), 300);
    assert_eq!(
        read::<Vec<i32>>("local t = {} for i = 1, 300 do t[i] = i end for i = 3, 300 do t[i] = nil end return t")
            .unwrap(),
        [1, 2]
    );
}

#[test]
fn metatables_are_not_asked() {
    let source = "local function fail() error('called') end
        return setmetatable({id = 1}, {__index = fail, __pairs = fail, __len = fail, __eq = fail, __name = 'Thing'})";
    assert_eq!(read::<Inner>(source).unwrap(), inner(1, None));
    refused::<Vec<i32>>(source, "list expected, got a table with other keys");
    refused::<i64>(source, "integer expected, got Thing");
}

#[test]
fn enums() {
    refused::<Shape>(
        "return 'Circle'",
        "one of 'Empty', 'Named', 'Maybe', 'Nothing', 'Line', 'Box', 'Group' expected, got 'Circle'",
    );
    refused::<Vec<Color>>("return {'Red', 'Green'}", "element 2: one of 'Red', 'Blue' expected, got 'Green'");
    refused::<Shape>("return {}", "variant of Shape expected, got an empty table");
    refused::<Shape>(
        "return {Named = 'x', Line = {1, 2}}",
        "variant of Shape expected, got a table with several entries",
    );
    refused::<Shape>("return {'Named'}", "variant of Shape expected, got a list");
    refused::<Shape>("return 5", "variant of Shape expected, got number");
    refused::<Shape>("return 'Named'", "table {Named = value} expected, got the name alone");
    refused::<Shape>("return {Empty = 1}", "field 'Empty': null expected, got number");
    refused::<Shape>("return {Box = {width = 300}}", "field 'Box.width': integer from 0 to 255 expected, got 300");
    refused::<Shape>(
        "return {Group = {{Group = {{Line = {1}}}}}}",
        "field 'Group[1].Group[1].Line[2]': number expected, got nil",
    );
    assert_eq!(read::<Shape>("return {Empty = null}").unwrap(), Shape::Empty);
    refused::<Tagged>("return {type = 'Stop'}", "field 'type': one of 'Ping', 'Move', 'Wrapped' expected, got 'Stop'");
    refused::<Tagged>("return {x = 1}", "field 'type': missing");
    refused::<Tagged>("return {type = 'Move', x = 'a', more = {1}}", "i64 expected, got string");
    refused::<Untagged>("return true", "data did not match any variant of untagged enum Untagged");
    // Fields of the content, of any type, before and after the tag.
    assert_eq!(
        read::<Adjacent>("return {c = {list = {1}}, t = 'Fields'}").unwrap(),
        Adjacent::Fields { list: vec![1.0] }
    );
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    #[allow(dead_code)]
    id: u8,
}

#[test]
fn messages_say_where() {
    refused::<Inner>("return {}", "field 'id': missing");
    refused::<Vec<Inner>>("return {{id = 1}, {label = 'x'}}", "field '[2].id': missing");
    refused::<Inner>("return 5", "table expected, got number");
    refused::<Inner>("return nil", "table expected, got nil");
    refused::<Strict>("return {id = 1, ['a b'] = 2}", "field '[\"a b\"]': unknown, expected 'id'");
    refused::<Strict>("return {id = 1, 7}", "field '[\"[1]\"]': unknown, expected 'id'");
    refused::<BTreeMap<String, Vec<Strict>>>(
        "return {all = {{id = 1}, {ib = 1}}}",
        "field 'all[2].ib': unknown, expected 'id'",
    );
    refused::<char>("return 'ab'", "a character expected, got 'ab'");
    refused::<String>("return 'a\\xff'", "UTF-8 string expected, got a string with other bytes, from byte 2 on");
    refused::<Bytes>("return 5", "string expected, got number");
    refused::<()>("return 5", "nil expected, got number");
    assert_eq!(read::<serde_json::Value>("return print").unwrap_err().to_string(), "data expected, got function");
    refused::<serde_json::Value>("return {a = {coroutine.create(print)}}", "field 'a[1]': data expected, got thread");
    let error = Lua::new().load("return {{a = {}}}").eval::<Serde<Vec<HashMap<String, bool>>>>().unwrap_err();
    assert_eq!(error.to_string(), "result 1: field '[1].a': boolean expected, got table");
}

/// Messages are short, however long names, strings and paths are.
#[test]
fn messages_are_short() {
    for source in [
        "return ('x'):rep(1000000)",
        "return {[('x'):rep(1000000)] = 1}",
        "return {[('x'):rep(1000000)] = {[('y'):rep(1000000)] = true}}",
        "return setmetatable({Line = 1}, {__name = ('x'):rep(1000000)})",
        "return setmetatable({}, {__name = ('\\xff'):rep(1000000)})",
        "local t = 1 for i = 1, 100 do t = {['key' .. ('x'):rep(100) .. i] = t} end return t",
        "return {type = ('x'):rep(1000000)}",
        "return {id = ('ü'):rep(1000000)}",
        "return {id = 1, [('ü'):rep(1000000)] = 1}",
    ] {
        let messages = [
            read::<Shape>(source).err(),
            read::<Tagged>(source).err(),
            read::<Strict>(source).err(),
            read::<char>(source).err(),
            read::<BTreeMap<String, Inner>>(source).err(),
            read::<Nest>(source).err(),
        ];
        assert!(messages.iter().flatten().count() >= 4, "{source}");
        for message in messages.iter().flatten() {
            let length = message.to_string().len();
            assert!((10..1500).contains(&length), "{length}: {message}");
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(transparent)]
struct Nest {
    #[allow(dead_code)]
    nest: BTreeMap<String, Nest>,
}

#[test]
fn functions_and_their_like() {
    let skip = options(|it| it.foreign = Foreign::Skip);
    let source = "return {a = print, b = {print, 1, coroutine.create(print)}, [print] = 2, c = 3}";
    assert_eq!(read_with::<serde_json::Value>(source, &skip).unwrap(), json!({"b": [null, 1, null], "c": 3}));
    refused::<serde_json::Value>("return {[print] = 1}", "key: string expected, got function");
    // A field unknown to the struct may hold anything.
    let source = "local t = {id = 1, f = print, deep = {}} t.deep.t = t return t";
    assert_eq!(read::<Inner>(source).unwrap(), inner(1, None));
    assert!(read::<IgnoredAny>(source).is_ok());
}

#[test]
fn keys_in_order() {
    let source = "local t = {[1.5] = 1, [true] = 2, [false] = 3, [-1] = 4, [2^70] = 5, [math.maxinteger] = 6, b = 7, a = 8, [1] = 9, ['\\xff'] = 10}
        return t";
    /// The entries in their order.
    #[derive(Debug)]
    struct Order(Vec<u8>);
    impl<'de> Deserialize<'de> for Order {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Order, D::Error> {
            struct Entries;
            impl<'de> Visitor<'de> for Entries {
                type Value = Order;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("map")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Order, A::Error> {
                    let mut order = Vec::new();
                    while let Some((IgnoredAny, value)) = map.next_entry()? {
                        order.push(value);
                    }
                    Ok(Order(order))
                }
            }
            deserializer.deserialize_map(Entries)
        }
    }
    let sorted = options(|it| it.sort_keys = true);
    assert_eq!(read_with::<Order>(source, &sorted).unwrap().0, [4, 9, 1, 6, 5, 8, 7, 10, 3, 2]);
    assert_eq!(read::<Order>(source).unwrap().0.len(), 10);
}

// ---- Depth, cycles, size ----

/// A list nested this deep.
fn nested(depth: usize) -> String {
    format!("local t = {{}} for i = 2, {depth} do t = {{t}} end return t")
}

#[derive(Debug, Serialize, Deserialize, PartialEq)]
struct Chain(Option<Box<Chain>>);

#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct Lists(Vec<Lists>);

/// A newtype around itself, which no value ends.
#[derive(Debug, Deserialize)]
struct Endless(#[allow(dead_code)] Box<Endless>);

#[test]
fn depth() {
    for (depth, is_read) in [(128, true), (129, false), (10_000, false), (200_000, false)] {
        let read = read::<serde_json::Value>(&nested(depth));
        assert_eq!(read.is_ok(), is_read, "{depth}");
        if let Err(error) = read {
            let message = error.to_string();
            assert!(message.ends_with("': nested more than 128 levels deep"), "{message}");
            assert_eq!(error.kind(), ErrorKind::Conversion);
        }
    }
    // The largest setting still fits the stack of a thread.
    let most = options(|it| it.depth = usize::MAX);
    assert!(read_with::<serde_json::Value>(&nested(Options::DEPTH_MAX), &most).is_ok());
    assert!(read_with::<serde_json::Value>(&nested(Options::DEPTH_MAX + 1), &most).is_err());
    assert!(read_with::<Lists>(&nested(10_000), &most).is_err());
    assert!(read_with::<Untagged>(&nested(200), &most).is_ok());
    assert!(read_with::<i64>("return 5", &options(|it| it.depth = 0)).is_ok());
    refused::<Endless>("return 1", "nested more than 128 levels deep");

    let lua = Lua::new();
    let write = |depth: usize, options: &Options| {
        let mut chain = Chain(None);
        for _ in 0..depth {
            chain = Chain(Some(Box::new(chain)));
        }
        let mut lists = Lists(vec![]);
        for _ in 0..depth {
            lists = Lists(vec![lists]);
        }
        let mut json = json!([]);
        for _ in 0..depth {
            json = serde_json::Value::Object([("k".to_owned(), json)].into_iter().collect());
        }
        let written =
            [to_value(&lua, &chain, options), to_value(&lua, &lists, options), to_value(&lua, &json, options)];
        let counted = lua.globals().set(&lua, "x", Serde(&lists));
        assert!(IntoLua::lua_bytes(&Serde(&lists)) < 1 << 20, "what is counted ends at the same depth");
        // Dropping deep data needs as much stack.
        std::mem::forget((chain, lists, json));
        (written.map(|it| it.map_err(|error| error.to_string())), counted)
    };
    let (written, counted) = write(60, &Options::default());
    assert!(written.iter().all(Result::is_ok) && counted.is_ok());
    for depth in [10_000, 200_000] {
        for options in [&Options::default(), &most] {
            let (written, counted) = write(depth, options);
            for message in written.map(Result::unwrap_err) {
                assert!(message.contains("nested more than "), "{message}");
            }
            assert!(counted.is_err());
        }
    }
}

#[test]
fn cycles() {
    for (source, message) in [
        ("local t = {} t[1] = t return t", "element 1: a table within itself"),
        ("local t = {a = {b = {1}}} t.a.b[2] = t.a return t", "field 'a.b[2]': a table within itself"),
        ("local t = {} t.x, t.y = {t, t}, {t, t} return {t}", "a table within itself"),
    ] {
        let error = read::<serde_json::Value>(source).unwrap_err().to_string();
        assert!(error.ends_with(message), "{error}");
        read::<Untagged>(source).unwrap_err();
    }
    refused::<Lists>("local t = {{}, {}} t[2][1] = t return t", "field '[2][1]': a table within itself");
    refused::<Shape>("local t = {} t.Group = {t} return t", "field 'Group[1]': a table within itself");
    // The same table twice is not a cycle.
    assert_eq!(read::<serde_json::Value>("local t = {1} return {t, t, {t}}").unwrap(), json!([[1], [1], [[1]]]));
}

/// 60 tables that unfold into 2^60.
const UNFOLDING: &str = "local t = {} for i = 1, 60 do t = {t, t} end return t";

/// A type that continues after an element has failed.
#[derive(Debug)]
struct Lenient(#[allow(dead_code)] Vec<Lenient>);

impl<'de> Deserialize<'de> for Lenient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Lenient, D::Error> {
        struct Elements;
        impl<'de> Visitor<'de> for Elements {
            type Value = Lenient;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("list")
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Lenient, A::Error> {
                let mut all = Vec::new();
                for _ in 0..3 {
                    if let Ok(Some(element)) = list.next_element() {
                        all.push(element);
                    }
                }
                Ok(Lenient(all))
            }
        }
        deserializer.deserialize_seq(Elements)
    }
}

#[test]
fn a_few_tables_do_not_unfold_for_ever() {
    let small = options(|it| it.values = 10_000);
    let error = read_with::<Lists>(UNFOLDING, &small).unwrap_err().to_string();
    assert!(error.ends_with("more than 10000 values"), "{error}");
    let error = read_with::<serde_json::Value>(UNFOLDING, &small).unwrap_err().to_string();
    assert!(error.ends_with("more than 10000 values"), "{error}");
    // An ignored value is not read at all.
    assert!(read::<IgnoredAny>(UNFOLDING).is_ok());
    // Nor is it by a type that continues after a failure.
    assert!(read_with::<Lenient>(UNFOLDING, &small).is_ok());
    assert!(read_with::<Vec<i64>>("local t = {} for i = 1, 9000 do t[i] = i end return t", &small).is_ok());
    let lua = Lua::new();
    assert!(to_value(&lua, &vec![1; 20_000], &small).is_err() && to_value(&lua, &vec![1; 9000], &small).is_ok());
}

// ---- Hostile scripts ----

const MEMORY: usize = 2 << 20;

/// More than any script here uses in a conversion, which memory bounds.
const FUEL: u64 = 1_000_000;

fn limited(memory: usize) -> Lua {
    let mut limits = Limits::untrusted();
    (limits.memory, limits.deadline) = (Some(memory), None);
    limits.fuel = None;
    let lua = Lua::builder().limits(limits).build().unwrap();
    let globals = lua.globals();
    globals.set(&lua, "null", null(&lua).unwrap()).unwrap();
    globals.set_function(&lua, "json", |Serde(_): Serde<serde_json::Value>| ()).unwrap();
    globals.set_function(&lua, "lists", |Serde(_): Serde<Lists>| ()).unwrap();
    globals.set_function(&lua, "texts", |Serde(_): Serde<Vec<String>>| ()).unwrap();
    globals.set_function(&lua, "keyed", |Serde(_): Serde<Vec<HashMap<String, i8>>>| ()).unwrap();
    globals.set_function(&lua, "structs", |Serde(_): Serde<Vec<Inner>>| ()).unwrap();
    globals.set_function(&lua, "tagged", |Serde(_): Serde<Vec<Tagged>>| ()).unwrap();
    globals.set_function(&lua, "untagged", |Serde(_): Serde<Untagged>| ()).unwrap();
    globals.set_function(&lua, "shapes", |Serde(_): Serde<Shape>| ()).unwrap();
    globals.set_function(&lua, "nothings", |Serde(_): Serde<Vec<Vec<()>>>| ()).unwrap();
    globals.set_function(&lua, "one_of_many", |Serde(_): Serde<Vec<(u8,)>>| ()).unwrap();
    globals.set_function(&lua, "bytes", |Serde(_): Serde<Vec<Bytes>>| ()).unwrap();
    globals.set_function(&lua, "plain", |_: Vec<HashMap<i64, i64>>| ()).unwrap();
    globals.set_function(&lua, "lenient", |Serde(_): Serde<Lenient>| ()).unwrap();
    globals
        .set_function(&lua, "make", |count: usize, length: usize| {
            Serde(vec!["x".repeat(length.min(1 << 22)); count.min(1 << 20)])
        })
        .unwrap();
    globals
        .set_function(&lua, "maps", |count: i64| {
            Serde((0..count.min(1 << 18)).map(|it| (it * 3, BTreeMap::from([("k", it)]))).collect::<BTreeMap<_, _>>())
        })
        .unwrap();
    lua
}

fn holds(lua: &Lua, memory: usize) {
    assert!(lua.memory().held_bytes <= memory + (256 << 10), "{:?}", lua.memory());
}

#[test]
fn scripts_cannot_bloat_the_host() {
    let unfolding = UNFOLDING.replace("return t", "");
    // A table without entries, but with room for many.
    let sparse = "local s, t = {}, {} for i = 1, 16000 do s[-i] = i end for i = 1, 16000 do s[-i] = nil t[i] = s end";
    for call in [
        format!("{unfolding} json(t)"),
        format!("{unfolding} lists(t)"),
        format!("{unfolding} untagged(t)"),
        unfolding.replace("{t, t}", "{Group = {t, t}}").replace("t = {}", "t = 'Empty'") + "shapes(t)",
        "local s, t = ('x'):rep(500000), {} for i = 1, 1000 do t[i] = s end texts(t)".to_owned(),
        "local s, t = ('x'):rep(500000), {} for i = 1, 1000 do t[i] = s end bytes(t)".to_owned(),
        "local s, t = ('x'):rep(500000), {} for i = 1, 1000 do t[i] = s end json(t)".to_owned(),
        "local s, t = {[('k'):rep(10000)] = 1}, {} for i = 1, 1000 do t[i] = s end keyed(t)".to_owned(),
        "local s, t = {a = 1}, {} for i = 1, 30000 do t[i] = s end keyed(t)".to_owned(),
        "local s, t = {a = 1}, {} for i = 1, 30000 do t[i] = s end json(t)".to_owned(),
        "local s, t = {id = 1, label = ('x'):rep(100)}, {} for i = 1, 30000 do t[i] = s end structs(t)".to_owned(),
        "local s, t = {type = 'Move', x = 1, more = {{type = 'Ping'}}}, {} for i = 1, 30000 do t[i] = s end tagged(t)"
            .to_owned(),
        // Much to examine, and nothing to keep.
        "local s, t = {id = 1}, {} for i = 1, 10000 do s['k' .. i], t[i] = i, s end structs(t)".to_owned(),
        "local s, t = {}, {} for i = 1, 30000 do s[i], t[i] = null, s end nothings(t)".to_owned(),
        format!("{sparse} json(t)"),
        format!("{sparse} keyed(t)"),
        format!("{sparse} nothings(t)"),
        format!("{sparse} plain(t)"),
        format!("{unfolding} lenient(t)"),
        "local s, t = {1}, {} for i = 2, 30000 do s[i], t[i - 1] = i, s end one_of_many(t)".to_owned(),
    ] {
        let mut lua = limited(MEMORY);
        lua.set_fuel(Some(FUEL));
        // The script gets an error that it can catch, after work bounded by its memory. It repays the debt of the step
        // before it continues.
        let call = format!("local ok, e = pcall(function() {call} end) for i = 1, 1000 do end assert(ok, e)");
        match lua.load(&call).name("=hostile").exec() {
            Err(error) => {
                let is_bounded = error.to_string().contains("not enough memory");
                let is_refused = error.to_string().contains("list of 1 elements expected, got one of 30000");
                assert!(is_bounded || is_refused, "{call}: {error:?}");
            }
            Ok(()) => panic!("{call}"),
        }
        holds(&lua, MEMORY);
        assert_eq!(lua.load("return 1 + 1").eval::<i64>().unwrap(), 2, "{call}");
        holds(&lua, MEMORY);
    }
}

/// Data for a script wait for a collection, and are refused if that does not help.
#[test]
fn results_stay_within_the_limit() {
    let mut lua = limited(MEMORY);
    for (call, ok) in [
        ("for i = 1, 200 do make(10, 50000) end", true),
        ("for i = 1, 200 do make(10000, 1) end", true),
        ("for i = 1, 50 do maps(3000) end", true),
        ("make(10, 500000)", false),
        ("make(1000000, 0)", false),
        ("maps(200000)", false),
        ("kept = {} for i = 1, 1000 do kept[i] = make(3, 20000) end", false),
        ("kept = {} for i = 1, 1000 do kept[i] = maps(100) end", false),
    ] {
        let ran = lua.load(call).exec();
        holds(&lua, MEMORY);
        lua.globals().set(&lua, "kept", Value::Nil).unwrap();
        match ran {
            Ok(()) => assert!(ok, "{call}"),
            Err(error) => assert!(!ok && error.kind() == ErrorKind::Memory, "{call}: {error:?}"),
        }
    }
    // The same from outside.
    for count in [10, 1000, 30_000, 1_000_000] {
        lua.collect_all();
        let made =
            to_value(&lua, &vec!["some text that is longer than forty bytes, so that"; count], &Options::default());
        holds(&lua, MEMORY);
        assert_eq!(made.map_err(|error| error.kind()).err(), (count > 1000).then_some(ErrorKind::Memory), "{count}");
    }
    lua.collect_all();
    assert_eq!(lua.load("return #make(10, 100)").eval::<i64>().unwrap(), 10);
}

/// Converting values costs fuel, about as much as other work of that length.
#[test]
fn conversions_cost_fuel() {
    let mut lua = limited(64 << 20);
    let mut cost = |source: &str| {
        lua.set_fuel(Some(1_000_000_000));
        lua.load(source).exec().unwrap();
        1_000_000_000 - lua.fuel().unwrap()
    };
    let setup = "local t = {} for i = 1, 20000 do t[i] = {id = i} end";
    let (with, without) = (cost(&format!("{setup} json(t)")), cost(setup));
    assert!(with - without > 20_000 * 3 * 4, "{with} {without}");
    let setup = "local t = {} for i = 1, 100 do t[i] = ('x'):rep(100000) end";
    let (with, without) = (cost(&format!("{setup} texts(t)")), cost(setup));
    assert!(with - without > 100 * 100_000 / 16, "{with} {without}");
    // Even if it is refused in the end, and if nothing examined is kept.
    let setup = UNFOLDING.replace("return t", "");
    let (with, without) = (cost(&format!("{setup} pcall(json, t)")), cost(&setup));
    assert!(with - without > 1_000_000, "{with} {without}");
    let setup = "local s, t = {id = 1}, {} for i = 1, 100 do s['k' .. i], t[i] = i, s end";
    let (with, without) = (cost(&format!("{setup} structs(t)")), cost(setup));
    assert!(with - without > 100 * 100 * 8, "{with} {without}");
    let (with, without) = (cost("make(20000, 1)"), cost("make(0, 0)"));
    assert!(with - without > 20_000 * 3, "{with} {without}");
}

// ---- At random ----

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_filter("JSON has no others", |it| it.is_finite()).prop_map(Into::into),
        ".{0,60}".prop_map(Into::into),
        "[a-c]{0,2}".prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Into::into),
            proptest::collection::btree_map("[a-z]{1,3}|.{0,50}", inner, 0..8)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_shape() -> impl Strategy<Value = Shape> {
    let leaf = prop_oneof![
        Just(Shape::Empty),
        Just(Shape::Nothing(())),
        ".{0,50}".prop_map(Shape::Named),
        any::<Option<i64>>().prop_map(Shape::Maybe),
        (-1e300..1e300, any::<f32>().prop_filter("it is equal to itself", |it| !it.is_nan()))
            .prop_map(|(a, b)| Shape::Line(a, b.into())),
        any::<(u8, Option<u8>)>().prop_map(|(width, height)| Shape::Box { width, height }),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| proptest::collection::vec(inner, 0..6).prop_map(Shape::Group))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// A JSON value survives the round trip if nothing in it is lossy, such as nulls in maps and empty lists.
    #[test]
    fn json_comes_back(json in any_json(), sort_keys: bool) {
        let lua = Lua::new();
        let options = options(|it| (it.null, it.sort_keys) = (Null::Always, sort_keys));
        prop_assert_eq!(round_trip(&lua, &json, &options).unwrap(), json);
    }

    /// Lua code that writes a value and the conversion of the value agree.
    #[test]
    fn json_is_what_lua_says(json in any_json()) {
        let mut lua = Lua::new();
        lua.globals().set(&lua, "null", null(&lua).unwrap()).unwrap();
        let options = options(|it| it.null = Null::Always);
        lua.globals().set(&lua, "made", to_value(&lua, &json, &options).unwrap()).unwrap();
        let source = format!("
            local function same(a, b)
              if type(a) ~= 'table' then return a == b and math.type(a) == math.type(b) end
              for k, v in pairs(a) do if not same(v, b[k]) then return false end end
              for k in pairs(b) do if a[k] == nil then return false end end
              return true
            end
            return same(made, {})", source_of(&json));
        prop_assert!(lua.load(&source).eval::<bool>().unwrap(), "{source}");
    }

    #[test]
    fn shapes_come_back(shapes in proptest::collection::btree_map(any::<i32>(), any_shape(), 0..6)) {
        let lua = Lua::new();
        prop_assert_eq!(&round_trip(&lua, &shapes, &Options::default()).unwrap(), &shapes);
        // Through JSON values, which neither side makes by itself.
        let json: BTreeMap<i32, serde_json::Value> =
            from_value(&lua, &to_value(&lua, &shapes, &options(|it| it.null = Null::Always)).unwrap(), &Options::default()).unwrap();
        for (key, json) in json {
            prop_assert_eq!(&serde_json::from_value::<Shape>(json).unwrap(), &shapes[&key]);
        }
    }

    /// The bytes counted in advance are no less than those then taken.
    #[test]
    fn bytes_are_an_upper_bound(
        json in any_json(),
        integers in proptest::collection::btree_map(prop_oneof![any::<i32>(), 0..100], any::<Option<bool>>(), 0..120),
        sets in proptest::collection::btree_map("[a-z]{1,50}", any::<()>(), 0..40),
        floats in proptest::collection::vec(any::<f32>(), 0..100),
    ) {
        // Of unknown length.
        struct Unsized(Vec<f32>);
        impl Serialize for Unsized {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeSeq;
                let mut seq = serializer.serialize_seq(None)?;
                self.0.iter().try_for_each(|it| seq.serialize_element(it))?;
                seq.end()
            }
        }
        let lua = Lua::new();
        let (table, _) = (lua.globals(), (null(&lua).unwrap(), list_metatable(&lua).unwrap()));
        table.set(&lua, "x", true).unwrap();
        let made = Serde((json, integers, sets, Unsized(floats)));
        let counted = IntoLua::lua_bytes(&made);
        let before = lua.memory().object_bytes;
        table.set(&lua, "x", made).unwrap();
        let taken = lua.memory().object_bytes - before;
        prop_assert!(taken <= counted && counted <= 8 * taken, "{taken} {counted}");
    }

    /// No memory limit is exceeded, wherever it strikes.
    #[test]
    fn small_limits_hold(json in any_json(), memory in 300usize << 10..700 << 10, copies in 0usize..2000) {
        let mut limits = Limits::untrusted();
        limits.memory = Some(memory);
        let mut lua = Lua::builder().limits(limits).build().unwrap();
        let many = vec![json; copies];
        let expected = many.clone();
        let set = lua.globals().set_function(&lua, "many", move || Serde(many.clone()))
            .and_then(|()| lua.globals().set_function(&lua, "check", move |Serde(got): Serde<Vec<serde_json::Value>>| got.len() == expected.len()));
        if set.is_ok() {
            match lua.load("return check(many())").eval::<bool>() {
                Ok(is_same) => prop_assert!(is_same),
                Err(error) => prop_assert_eq!(error.kind(), ErrorKind::Memory, "{:?}", error),
            }
        }
        prop_assert!(lua.memory().held_bytes <= memory.max(256 << 10) + (256 << 10), "{:?}", lua.memory());
    }
}

/// A JSON value as a Lua expression.
fn source_of(json: &serde_json::Value) -> String {
    let text = |text: &str| {
        let bytes: String = text.bytes().map(|it| format!("\\x{it:02x}")).collect();
        format!("\"{bytes}\"")
    };
    match json {
        serde_json::Value::Null => "null".to_owned(),
        serde_json::Value::Bool(value) => value.to_string(),
        serde_json::Value::Number(value) => match (value.as_i64(), value.as_f64()) {
            (Some(i64::MIN), _) => "math.mininteger".to_owned(),
            (Some(value), _) => value.to_string(),
            (None, Some(value)) => format!("{value:?}"),
            (None, None) => unreachable!(),
        },
        serde_json::Value::String(value) => text(value),
        serde_json::Value::Array(values) => {
            format!("{{{}}}", values.iter().map(source_of).collect::<Vec<_>>().join(", "))
        }
        serde_json::Value::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("[{}] = {}", text(key), source_of(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A field or entry with an empty value exists; one that is `None` does not.
#[test]
fn what_holds_nothing() {
    let mut lua = Lua::new();
    let set = BTreeMap::from([("a".to_owned(), ()), ("b".to_owned(), ())]);
    lua.globals().set(&lua, "set", Serde(&set)).unwrap();
    let keys = "local keys = {} for k, v in pairs(set) do keys[#keys + 1] = k .. type(v) end table.sort(keys) return table.concat(keys, ' ')";
    assert_eq!(lua.load(keys).eval::<String>().unwrap(), "auserdata buserdata");
    returns(set);
    assert!(to_value(&lua, &(), &Options::default()).unwrap().is_nil());
    assert!(to_value(&lua, &None::<i32>, &Options::default()).unwrap().is_nil());
    // An empty list inside an internally tagged type is read through any value.
    returns(Tagged::Move { x: 1, y: None, more: vec![] });
    refused::<Tagged>("return {type = 'Move', x = 1, more = {}}", "a sequence expected, got a map or an empty table");
    let lists = options(|it| it.empty_table = Empty::List);
    assert!(read_with::<Tagged>("return {type = 'Move', x = 1, more = {}}", &lists).is_ok());
}
