use std::sync::Arc;

use super::*;
use crate::hcl::ast::{BinaryOp, UnaryOp};
use crate::hcl::functions::Fault;
use crate::hcl::value::{List, Map, Origin, Shape, Unknown};
use crate::text::{FileId, Made, Maker, Place, Reason, Span, TracedBuilder};

fn at(start: u32, end: u32) -> Place {
    Place::new(FileId(0), Span::new(start, end))
}

fn here() -> Place {
    at(0, 100)
}

fn text(text: &str) -> Value {
    Value::string(text, here())
}

fn num(digits: &str) -> Value {
    number(digits, here()).unwrap()
}

fn truth(value: bool) -> Value {
    Value::Bool(value, Origin::at(here()))
}

fn null() -> Value {
    Value::Null(Origin::at(here()))
}

fn unknown() -> Value {
    Value::unknown(at(5, 9), "nobody knows")
}

fn stamp() -> Value {
    let made = Made { by: Maker::Volatile("timestamp".into()), place: at(5, 9), from: [].into() };
    Value::Unknown(Arc::new(Unknown { made: Some(made), ..Unknown::new(at(5, 9), Reason::nowhere("it changes")) }))
}

fn row(kind: ListKind, items: &[Value]) -> Value {
    Value::List(List { kind, items: Arc::new(items.to_vec()), origin: Origin::at(here()) })
}

fn tuple(items: &[Value]) -> Value {
    row(ListKind::Tuple, items)
}

fn object(entries: &[(&str, Value)]) -> Value {
    let entries = entries.iter().map(|(name, value)| ((*name).into(), value.clone())).collect();
    Value::Map(Map { is_object: true, keys: None, entries: Arc::new(entries), origin: Origin::at(here()) })
}

/// The value in a few characters: strings quoted, `()` a tuple, `[]` a list, `<>` a set, `{}` an object, `m{}` a map.
fn shown(value: &Value) -> String {
    match value {
        Value::Null(_) => "null".to_owned(),
        Value::Bool(value, _) => value.to_string(),
        Value::Number(number, _) => plain(number),
        Value::String(text) => format!("'{}'", text.shown()),
        Value::Unknown(_) => "?".to_owned(),
        Value::List(list) => {
            let items: Vec<String> = list.items.iter().map(shown).collect();
            let (open, close) = match list.kind {
                ListKind::Tuple => ("(", ")"),
                ListKind::List => ("[", "]"),
                ListKind::Set => ("<", ">"),
            };
            format!("{open}{}{close}", items.join(" "))
        }
        Value::Map(map) => {
            let entries: Vec<String> =
                map.entries.iter().map(|(name, value)| format!("{name}={}", shown(value))).collect();
            format!("{}{{{}}}", if map.is_object { "" } else { "m" }, entries.join(" "))
        }
    }
}

fn result(value: Result<Value, Fault>) -> String {
    value.map_or_else(|_| "FAULT".to_owned(), |value| shown(&value))
}

#[test]
fn interpolation_keeps_every_place_and_every_doubt() {
    let mut builder = TracedBuilder::new(here());
    builder.verbatim(b"id=", 1);
    interpolate(&Value::string("2024", at(50, 56)), at(4, 10), &mut builder).unwrap();
    interpolate(&number("1e1", at(60, 63)).unwrap(), at(10, 14), &mut builder).unwrap();
    interpolate(&stamp(), at(14, 20), &mut builder).unwrap();
    let joined = builder.finish();
    assert_eq!(joined.shown(), "id=202410${…}");
    assert_eq!(joined.place(Span::new(3, 7)), at(50, 56));
    assert_eq!(joined.place(Span::new(7, 9)), at(60, 63));
    assert_eq!(joined.place(Span::new(9, 10)), at(5, 9));
    assert!(!joined.is_wholly_certain());
    assert_eq!(
        joined.makers(Span::new(0, 10)).map(|made| &made.by).collect::<Vec<_>>(),
        [&Maker::Volatile("timestamp".into())]
    );

    let hash = Unknown { shape: Some(Shape::Hex(32)), ..Unknown::new(here(), Reason::nowhere("a file")) };
    let hash = to_text(&Value::Unknown(Arc::new(hash)), here()).unwrap();
    assert_eq!((hash.bytes().len(), hash.is_wholly_certain(), hash.holes().count()), (32, true, 1));

    for value in [null(), tuple(&[]), object(&[])] {
        assert!(to_text(&value, here()).is_err());
        assert!(interpolate(&value, here(), &mut TracedBuilder::new(here())).is_err());
    }
}

#[test]
fn conversions_of_single_values() {
    let number = |value: &Value| result(to_number(value, here()));
    let boolean = |value: &Value| result(to_bool(value, here()));
    assert_eq!(number(&text("1e5")), "100000");
    assert_eq!(number(&text("0x10")), "FAULT");
    assert_eq!(number(&truth(true)), "FAULT");
    assert_eq!(number(&null()), "null");
    assert_eq!(number(&text("1e99999")), "?");
    assert_eq!(boolean(&text("1")), "true");
    assert_eq!(boolean(&text("false")), "false");
    assert_eq!(boolean(&text("TRUE")), "FAULT");
    assert_eq!(boolean(&num("1")), "FAULT");
    let holed = Value::String(to_text(&unknown(), here()).unwrap());
    assert_eq!(number(&holed), "?");
    assert_eq!(boolean(&holed), "?");
}

#[test]
fn what_equals_what() {
    let holed = |before: &str, after: &str| {
        let mut builder = TracedBuilder::new(here());
        builder.verbatim(before.as_bytes(), 0);
        interpolate(&unknown(), here(), &mut builder).unwrap();
        builder.verbatim(after.as_bytes(), 50);
        Value::String(Arc::new(builder.finish()))
    };
    let one = || num("1");
    for (a, b, wanted) in [
        (one(), num("1.0"), Some(true)),
        (one(), text("1"), Some(false)),
        (truth(true), text("true"), Some(false)),
        (null(), null(), Some(true)),
        (null(), one(), Some(false)),
        (null(), unknown(), None),
        (unknown(), unknown(), None),
        (tuple(&[]), row(ListKind::List, &[]), Some(false)),
        (tuple(&[one(), unknown()]), tuple(&[num("2"), unknown()]), Some(false)),
        (tuple(&[one(), unknown()]), tuple(&[one(), unknown()]), None),
        (tuple(&[unknown()]), tuple(&[one(), one()]), Some(false)),
        (row(ListKind::Set, &[unknown()]), row(ListKind::Set, &[one(), num("2")]), None),
        (object(&[("a", one())]), object(&[("a", one())]), Some(true)),
        (object(&[("a", unknown())]), object(&[("b", one())]), Some(false)),
        (holed("a", "z"), text("abz"), None),
        (holed("a", "z"), text("bz"), Some(false)),
        (holed("a", "z"), text("a"), Some(false)),
        (holed("ab", "bc"), text("abc"), Some(false)),
        (holed("", ""), text(""), None),
        (holed("a", "z"), holed("ab", ""), None),
        (holed("a", "z"), holed("b", ""), Some(false)),
        (holed("a", "z"), holed("", "y"), Some(false)),
    ] {
        assert_eq!(equal(&a, &b), wanted, "{} {}", shown(&a), shown(&b));
        assert_eq!(equal(&b, &a), wanted, "{} {}", shown(&b), shown(&a));
    }
}

#[test]
fn operators_take_what_terraform_takes() {
    let check = |a: Value, op, b: Value, wanted: &str| {
        assert_eq!(result(binary(&a, op, &b, here())), wanted, "{} {op:?} {}", shown(&a), shown(&b));
    };
    check(text("5"), BinaryOp::Add, num("3"), "8");
    check(text("5"), BinaryOp::Less, text("10"), "true");
    check(text("a"), BinaryOp::Less, text("b"), "FAULT");
    check(null(), BinaryOp::Add, num("1"), "FAULT");
    check(num("1"), BinaryOp::Divide, num("0"), "?");
    check(num("0"), BinaryOp::Divide, num("0"), "FAULT");
    check(unknown(), BinaryOp::Add, num("1"), "?");
    check(unknown(), BinaryOp::Add, tuple(&[]), "FAULT");
    check(text("true"), BinaryOp::And, truth(true), "true");
    check(num("1"), BinaryOp::And, truth(true), "FAULT");
    check(truth(false), BinaryOp::And, unknown(), "false");
    check(unknown(), BinaryOp::And, truth(false), "false");
    check(unknown(), BinaryOp::Or, truth(true), "true");
    check(unknown(), BinaryOp::Or, truth(false), "?");
    check(truth(false), BinaryOp::And, null(), "FAULT");
    check(num("1"), BinaryOp::NotEqual, text("1"), "true");
    check(num("2"), BinaryOp::GreaterOrEqual, num("2"), "true");
    assert_eq!(result(unary(UnaryOp::Not, &text("true"), here())), "false");
    assert_eq!(result(unary(UnaryOp::Negate, &text("5"), here())), "-5");
    assert_eq!(result(unary(UnaryOp::Negate, &null(), here())), "FAULT");
}

#[test]
fn what_made_an_operand_made_the_result() {
    let sum = binary(&stamp(), BinaryOp::Add, &num("1"), at(2, 30)).unwrap();
    let Value::Unknown(sum) = sum else { panic!("known") };
    assert_eq!(&*sum.reason.why, "it changes");
    let made = sum.made.clone().unwrap();
    assert_eq!((made.by, &*made.from), (Maker::Volatile("timestamp".into()), &[here()][..]));
}

#[test]
fn arms_of_a_condition_take_their_common_type() {
    let check = |chosen: Value, other: Value, wanted: &str| {
        assert_eq!(result(unify(&chosen, &other, here())), wanted, "{} {}", shown(&chosen), shown(&other));
    };
    let one = || num("1");
    let map = |entries: &[(&str, Value)]| to_map(&object(entries), here()).unwrap();
    check(num("604800"), text("x"), "'604800'");
    check(one(), truth(true), "FAULT");
    check(one(), null(), "1");
    check(null(), one(), "null");
    check(one(), unknown(), "1");
    check(object(&[("a", one())]), object(&[("b", text("x"))]), "m{a='1'}");
    check(object(&[("a", one())]), object(&[("a", text("x"))]), "{a='1'}");
    check(object(&[("a", one())]), object(&[]), "m{a=1}");
    check(object(&[("a", text("x")), ("b", tuple(&[one()]))]), object(&[]), "FAULT");
    check(object(&[("a", one())]), map(&[("b", text("x"))]), "m{a='1'}");
    check(tuple(&[one(), num("2")]), tuple(&[text("x")]), "['1' '2']");
    check(tuple(&[one(), num("2")]), tuple(&[text("x"), num("3")]), "('1' 2)");
    check(row(ListKind::Set, &[text("a")]), tuple(&[text("x")]), "<'a'>");
    check(tuple(&[text("b"), text("a")]), row(ListKind::Set, &[text("x")]), "<'a' 'b'>");
    check(row(ListKind::List, &[]), tuple(&[text("x")]), "[]");
    check(one(), tuple(&[one()]), "FAULT");
    check(object(&[]), tuple(&[]), "FAULT");
}

#[test]
fn elements_of_lists_sets_and_maps_take_one_type() {
    let list = |items: &[Value]| result(to_list(&tuple(items), here()));
    let set = |items: &[Value]| result(to_set(&tuple(items), here()));
    let map = |entries: &[(&str, Value)]| result(to_map(&object(entries), here()));
    let one = || num("1");
    assert_eq!(list(&[one(), truth(true)]), "FAULT");
    assert_eq!(list(&[one(), text("x"), truth(true)]), "['1' 'x' 'true']");
    assert_eq!(list(&[null(), one()]), "[null 1]");
    assert_eq!(list(&[unknown(), text("x")]), "[? 'x']");
    assert_eq!(list(&[object(&[("a", one())]), object(&[("b", num("2"))])]), "[m{a=1} m{b=2}]");
    assert_eq!(list(&[object(&[("a", one())]), object(&[("a", text("2"))])]), "[{a='1'} {a='2'}]");
    assert_eq!(set(&[text("b"), null(), text("a"), text("b")]), "<'a' 'b' null>");
    assert_eq!(set(&[num("10"), num("9"), num("10.0")]), "<9 10>");
    assert_eq!(set(&[unknown(), text("x"), text("a")]), "<'a' 'x' ?>");
    let pair = |a: &str, b: &str| object(&[("a", text(a)), ("b", num(b))]);
    assert_eq!(set(&[pair("x", "2"), pair("b", "1"), pair("b", "10")]), "<{a='b' b=10} {a='b' b=1} {a='x' b=2}>");
    assert_eq!(set(&[tuple(&[num("2"), one()]), tuple(&[one(), num("10")])]), "<(1 10) (2 1)>");
    assert_eq!(map(&[("a", one()), ("b", text("x"))]), "m{a='1' b='x'}");
    assert_eq!(map(&[("a", one()), ("b", truth(true))]), "FAULT");
    assert_eq!(map(&[("a", tuple(&[one()])), ("b", tuple(&[text("x"), text("y")]))]), "m{a=['1'] b=['x' 'y']}");
    assert_eq!(result(to_list(&object(&[]), here())), "FAULT");
    assert_eq!(result(to_map(&tuple(&[]), here())), "FAULT");
    assert_eq!(result(to_set(&text("a"), here())), "FAULT");
}

#[test]
fn variables_take_values_of_their_type() {
    let object_type = Type::Object(vec![
        ("name".into(), Type::String, false),
        ("ttl".into(), Type::Number, true),
        ("mx".into(), Type::List(Box::new(Type::String)), true),
    ]);
    let check = |value: Value, wanted: &Type, shown_as: &str| {
        assert_eq!(result(to_type(&value, wanted, here())), shown_as, "{} {wanted:?}", shown(&value));
    };
    let given = object(&[("name", num("1")), ("mx", tuple(&[num("5")])), ("other", truth(true))]);
    check(given, &object_type, "{mx=['5'] name='1' ttl=null}");
    check(object(&[("ttl", num("1"))]), &object_type, "FAULT");
    check(object(&[("name", text("a")), ("ttl", text("x"))]), &object_type, "FAULT");
    check(text("604800"), &Type::Number, "604800");
    check(tuple(&[num("1"), text("x")]), &Type::List(Box::new(Type::Any)), "['1' 'x']");
    check(tuple(&[text("b"), text("a")]), &Type::Set(Box::new(Type::String)), "<'a' 'b'>");
    check(tuple(&[num("1"), num("2")]), &Type::Tuple(vec![Type::String, Type::Any]), "('1' 2)");
    check(tuple(&[num("1")]), &Type::Tuple(vec![Type::String, Type::Any]), "FAULT");
    check(object(&[("a", num("1"))]), &Type::Map(Box::new(Type::String)), "m{a='1'}");
    check(tuple(&[]), &Type::Map(Box::new(Type::String)), "FAULT");
    check(unknown(), &object_type, "?");
    check(null(), &Type::Map(Box::new(Type::Any)), "null");
}
