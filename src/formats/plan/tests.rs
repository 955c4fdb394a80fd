use super::*;
use crate::hcl::value::Value;
use crate::text::Place;

fn is_ours(kind: &str) -> bool {
    kind.starts_with("dns_")
}

fn plan(text: &str) -> Plan {
    read(FileId(0), text.as_bytes(), &is_ours).unwrap()
}

/// A plan with these resource changes, and these members after them.
fn changes(changes: &str, more: &str) -> String {
    format!(r#"{{"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": [{changes}] {more}}}"#)
}

fn change(address: &str, kind: &str, change: &str) -> String {
    format!(r#"{{"address": "{address}", "mode": "managed", "type": "{kind}", "name": "x", "change": {{{change}}}}}"#)
}

fn slice(text: &str, place: Place) -> &str {
    &text[place.span.range()]
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null(_) => "null".to_owned(),
        Value::Bool(truth, _) => truth.to_string(),
        Value::Number(number, _) => number.to_string(),
        Value::String(text) => format!("{:?}", text.shown()),
        Value::List(list) => format!("[{}]", list.items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            let entries: Vec<String> =
                map.entries.iter().map(|(key, value)| format!("{key}: {}", shown(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Unknown(unknown) => match &unknown.symbol {
            Some(symbol) => format!("?{} {}", symbol.address, symbol.attribute),
            None => format!("?{}", unknown.reason.why),
        },
    }
}

fn side(resources: &[Resource]) -> Vec<String> {
    resources.iter().map(|resource| format!("{} {}", resource.address, shown(&resource.body))).collect()
}

#[test]
fn both_sides_are_read_with_their_places() {
    let source = changes(
        &[
            change("dns_a.old", "dns_a", r#""actions": ["delete"], "before": {"name": "old"}, "after": null"#),
            change("dns_a.new", "dns_a", r#""actions": ["create"], "before": null, "after": {"name": "new", "ttl": 3e2}"#),
            change("other.x", "other", r#""before": {"a": 1}, "after": {"a": 2}"#),
            r#"{"address": "module.m[\"k\"].dns_a.x[0]", "module_address": "module.m[\"k\"]", "mode": "managed", "type": "dns_a",
                "name": "x", "index": 0, "change": {"actions": ["update"], "before": {"v": "1"},
                "after": {"v": "\u0032\n", "none": null, "yes": true, "list": [1, null], "map": {"b": "", "a": []}}}}"#
                .to_owned(),
        ]
        .join(","),
        "",
    );
    let plan = plan(&source);
    assert_eq!((&*plan.format_version, plan.partial.is_none()), ("1.2", true));
    assert_eq!(side(&plan.before), [r#"dns_a.old {name: "old"}"#, r#"module.m["k"].dns_a.x[0] {v: "1"}"#]);
    let after = [
        r#"dns_a.new {name: "new", ttl: 300}"#,
        r#"module.m["k"].dns_a.x[0] {list: [1, null], map: {a: [], b: ""}, v: "2\n", yes: true}"#,
    ];
    assert_eq!(side(&plan.after), after);
    let resource = &plan.after[1];
    assert_eq!((&*resource.module, resource.key.as_deref(), resource.is_data), (r#"module.m["k"]"#, Some("0"), false));
    assert_eq!(slice(&source, resource.place), r#""module.m[\"k\"].dns_a.x[0]""#);
    assert_eq!(slice(&source, resource.body.get("v").unwrap().place()), r#""\u0032\n""#);
    assert_eq!(slice(&source, resource.body.get("list").unwrap().place()), "[1, null]");
}

#[test]
fn what_is_known_after_apply_is_unknown() {
    // What is known, what is not, and what comes of both.
    let table = [
        (r#"{"a": "x"}"#, r#"{"id": true, "no": false}"#, r#"{a: "x", id: ?dns_a.x id}"#),
        (r#"{"l": [null, "k"]}"#, r#"{"l": [true, false]}"#, r#"{l: [?dns_a.x l[0], "k"]}"#),
        (r#"{"l": ["k"]}"#, r#"{"l": [false, true]}"#, r#"{l: ["k", ?dns_a.x l[1]]}"#),
        (r#"{"b": [{"v": "x"}]}"#, r#"{"b": [{"p": true}]}"#, r#"{b: [{p: ?dns_a.x b[0].p, v: "x"}]}"#),
        (r#"{"a": null}"#, r#"{"a": true}"#, "{a: ?dns_a.x a}"),
        (r#"{"a": null}"#, "{}", "{}"),
        (r#"{"a": 1, "a": 2}"#, "{}", "{a: 2}"),
        (r#"{"a": 1, "a": null}"#, "{}", "{}"),
        ("{}", "true", "?dns_a.x "),
        ("{}", r#"["odd"]"#, "{}"),
    ];
    for (after, unknown, expected) in table {
        let source =
            changes(&change("dns_a.x", "dns_a", &format!(r#""after_unknown": {unknown}, "after": {after}"#)), "");
        assert_eq!(side(&plan(&source).after), [format!("dns_a.x {expected}")], "{after} {unknown}");
    }
    let source = changes(&change("dns_a.x", "dns_a", r#""after": {}, "after_unknown": {"id": true}"#), "");
    let reason = plan(&source).after[0].body.first_unknown().cloned().unwrap();
    assert_eq!(&*reason.why, "`dns_a.x.id` is known only after apply");
    assert_eq!(slice(&source, reason.place.unwrap()), "\"dns_a.x\"");
}

#[test]
fn nothing_tells_a_secret() {
    for (marks, expected) in [
        ("true", "?`dns_a.x` is marked as sensitive in the plan"),
        (r#"{"a": true}"#, "{a: ?`dns_a.x.a` is marked as sensitive in the plan, b: [{c: \"hush\"}]}"),
        (r#"{"b": true}"#, "{a: \"hush\", b: ?`dns_a.x.b` is marked as sensitive in the plan}"),
        (r#"{"b": [{"c": true}]}"#, "{a: \"hush\", b: [{c: ?`dns_a.x.b[0].c` is marked as sensitive in the plan}]}"),
    ] {
        let values = r#"{"a": "hush", "b": [{"c": "hush"}]}"#;
        let both = format!(
            r#""before": {values}, "after": {values}, "before_sensitive": {marks}, "after_sensitive": {marks}, "after_unknown": {{}}"#
        );
        let source = changes(&change("dns_a.x", "dns_a", &both), "");
        let plan = plan(&source);
        assert_eq!(side(&plan.after), [format!("dns_a.x {expected}")]);
        assert_eq!(side(&plan.before), side(&plan.after));
        let reason = plan.after[0].body.first_unknown().unwrap();
        assert_eq!(slice(&source, reason.place.unwrap()), "\"dns_a.x\"", "the secret's own place is not given");
    }
    let both = r#""after": {}, "after_unknown": {"a": true}, "after_sensitive": {"a": true}"#;
    let plan = plan(&changes(&change("dns_a.x", "dns_a", both), ""));
    assert_eq!(side(&plan.after), ["dns_a.x {a: ?`dns_a.x.a` is marked as sensitive in the plan}"]);
}

#[test]
fn data_sources_come_from_the_state_and_what_is_not_planned_stays() {
    let state = r#", "prior_state": {"values": {"root_module": {
        "resources": [
            {"address": "data.dns_zone.a", "mode": "data", "type": "dns_zone", "name": "a", "values": {"name": "a.example"}},
            {"address": "data.dns_zone.read", "mode": "data", "type": "dns_zone", "name": "read", "values": {"name": "old"}},
            {"address": "dns_a.x", "mode": "managed", "type": "dns_a", "name": "x", "values": {"v": "state"}},
            {"address": "dns_a.untouched", "mode": "managed", "type": "dns_a", "name": "untouched", "values": {"v": "hush"},
             "sensitive_values": {"v": true}}],
        "child_modules": [{"address": "module.m", "resources": [
            {"address": "module.m.data.dns_zone.b[\"k\"]", "mode": "data", "type": "dns_zone", "name": "b", "index": "k", "values": {}}]}]
    }}}, "complete": false"#;
    let reads =
        change("data.dns_zone.read", "dns_zone", r#""before": null, "after": {}, "after_unknown": {"name": true}"#)
            .replace("managed", "data");
    let source = changes(&format!("{},{reads}", change("dns_a.x", "dns_a", r#""before": {}, "after": {}"#)), state);
    let plan = plan(&source);
    let hidden = "dns_a.untouched {v: ?`dns_a.untouched.v` is marked as sensitive in the plan}";
    let common = [r#"data.dns_zone.a {name: "a.example"}"#, hidden, r#"module.m.data.dns_zone.b["k"] {}"#];
    let (mut before, mut after) = (vec!["dns_a.x {}".to_owned()], vec!["dns_a.x {}".to_owned()]);
    before.push(common[0].to_owned());
    before.push(r#"data.dns_zone.read {name: "old"}"#.to_owned());
    before.extend(common[1..].iter().map(|&line| line.to_owned()));
    after.push("data.dns_zone.read {name: ?data.dns_zone.read name}".to_owned());
    after.extend(common.iter().map(|&line| line.to_owned()));
    assert_eq!((side(&plan.before), side(&plan.after)), (before, after));
    let child = plan.after.last().unwrap();
    assert_eq!((&*child.module, child.key.as_deref(), child.is_data), ("module.m", Some("k"), true));
    assert!(plan.partial.unwrap().why.contains("not complete"));
}

#[test]
fn what_terraform_forgets_or_defers_is_not_gone_and_not_sure() {
    let forgotten = change("dns_a.f", "dns_a", r#""actions": ["forget"], "before": {"v": 1}, "after": null"#);
    let deposed = change("dns_a.d", "dns_a", r#""actions": ["delete"], "before": {}, "after": null"#)
        .replace(r#""name""#, r#""deposed": "abc", "name""#);
    let deferred = change("dns_a.x", "dns_a", r#""actions": ["create"], "before": null, "after": {}"#);
    let deferred =
        format!(r#", "deferred_changes": [{{"reason": "instance_count_unknown", "resource_change": {deferred}}}, 1]"#);
    let plan = plan(&changes(&format!("{forgotten},{deposed}"), &format!(r#"{deferred}, "errored": true"#)));
    assert_eq!(side(&plan.before), ["dns_a.f {v: 1}"]);
    assert_eq!(side(&plan.after), ["dns_a.x {}", "dns_a.f {v: 1}"]);
    assert!(plan.after[0].uncertain.as_ref().unwrap().why.contains("instance_count_unknown"));
    assert!(plan.after[1].uncertain.is_none() && plan.partial.unwrap().why.contains("failed"));
}

const CONFIGURATION: &str = r#", "configuration": {"root_module": {
    "resources": [
        {"address": "dns_a.one", "type": "dns_a", "expressions": {"zone_id": {"references": ["dns_zone.one.id", "dns_zone.one"]}}},
        {"address": "dns_a.lit", "type": "dns_a", "expressions": {"zone_id": {"references": ["dns_zone.z[\"a\"].id", "dns_zone.z[\"a\"]", "dns_zone.z"]}}},
        {"address": "dns_a.each", "type": "dns_a", "expressions": {"zone_id": {"references": ["dns_zone.z", "each.key"]}}},
        {"address": "dns_a.value", "type": "dns_a", "for_each_expression": {"references": ["dns_zone.z"]},
         "expressions": {"zone_id": {"references": ["each.value.id", "each.value"]}}},
        {"address": "dns_a.two", "type": "dns_a", "expressions": {"zone_id": {"references": ["dns_zone.one.id", "var.x"]}}},
        {"address": "dns_a.local", "type": "dns_a", "expressions": {"zone_id": {"references": ["local.z"]}}},
        {"address": "dns_a.any", "type": "dns_a", "expressions": {"zone_id": {"references": ["dns_zone.z"]}}},
        {"address": "dns_a.out", "type": "dns_a", "expressions": {"zone_id": {"references": ["module.m[\"b\"].zone", "module.m[\"b\"]"]}}},
        {"address": "dns_a.out2", "type": "dns_a", "expressions": {"zone_id": {"references": ["module.m", "each.key"]}}},
        {"address": "data.dns_zone.d", "type": "dns_zone", "expressions": {"zone_id": {"references": ["data.dns_zone.e.id"]}}},
        {"address": "other.x", "type": "other", "expressions": {"zone_id": {"references": ["dns_zone.one"]}}}],
    "module_calls": {"m": {"for_each_expression": {"references": ["var.d"]},
        "expressions": {"zone_id": {"references": ["dns_zone.z", "each.key"]}, "block": [{"x": {"references": []}}]},
        "module": {"outputs": {"zone": {"expression": {"references": ["dns_zone.inner.id", "dns_zone.inner"]}}},
            "module_calls": {"n": {"expressions": {"zone": {"references": ["var.zone_id"]}}, "module": {
                "resources": [{"address": "dns_a.deep", "type": "dns_a", "expressions": {"zone_id": {"references": ["var.zone"]}}}]}}},
            "resources": [{"address": "dns_a.r", "type": "dns_a", "expressions": {"zone_id": {"references": ["var.zone_id"]}}}]}}}
}}"#;

#[test]
fn a_zone_of_the_same_plan_is_named() {
    let table = [
        ("dns_a.one", "dns_zone.one id"),
        ("dns_a.lit", r#"dns_zone.z["a"] id"#),
        (r#"dns_a.each["b"]"#, r#"dns_zone.z["b"] "#),
        (r#"dns_a.value["a"]"#, r#"dns_zone.z["a"] id"#),
        ("dns_a.two", "dns_a.two zone_id"),
        ("dns_a.local", "local.z "),
        ("dns_a.any", "dns_a.any zone_id"),
        ("dns_a.out", r#"module.m["b"].dns_zone.inner id"#),
        (r#"dns_a.out2["b"]"#, r#"dns_a.out2["b"] zone_id"#),
        (r#"module.m["a"].dns_a.r"#, r#"dns_zone.z["a"] "#),
        (r#"module.m["a"].module.n.dns_a.deep"#, r#"dns_zone.z["a"] "#),
        ("dns_a.nowhere", "dns_a.nowhere zone_id"),
    ];
    let quoted = |text: &str| text.replace('"', "\\\"");
    let zones = ["dns_zone.one", r#"dns_zone.z["a"]"#, r#"dns_zone.z["b"]"#, r#"module.m["b"].dns_zone.inner"#];
    let mut all: Vec<String> = zones
        .iter()
        .map(|address| {
            change(&quoted(address), "dns_zone", r#""before": null, "after": {}, "after_unknown": {"id": true}"#)
        })
        .collect();
    for (address, _) in table {
        let unknown = r#""before": null, "after": {}, "after_unknown": {"zone_id": true, "l": [true]}"#;
        let module = address.rsplit_once(".dns_").map_or("", |(module, _)| module);
        let change = change(&quoted(address), "dns_a", unknown);
        all.push(change.replacen('{', &format!(r#"{{"module_address": "{}", "#, quoted(module)), 1));
    }
    let plan = plan(&changes(&all.join(","), CONFIGURATION));
    for (address, symbol) in table {
        let resource = plan.after.iter().find(|resource| &*resource.address == address).unwrap();
        assert_eq!(shown(resource.body.get("zone_id").unwrap()), format!("?{symbol}"), "{address}");
    }
}

#[test]
fn what_is_no_plan_says_what_it_is() {
    let table: [(&[u8], &str); 17] = [
        (b"", "ends before"),
        (b"[]", "no plan"),
        (b"{}", "no plan"),
        (b"Terraform used the selected providers", "no plan"),
        (b"PK\x03\x04\x14\0", "as Terraform saves it"),
        (b"{\"@level\":\"info\",\"type\":\"version\"}\n{\"@level\":", "log of"),
        (br#"{"format_version":"1.0"}"#, "a state"),
        (br#"{"format_version":"1.0","values":{}}"#, "a state"),
        (br#"{"version":4,"serial":1,"lineage":"x","resources":[]}"#, "a state"),
        (br#"{"format_version":"2.0","resource_changes":[]}"#, "version 2.0"),
        (br#"{"format_version":"0.2","resource_changes":[]}"#, "version 0.2"),
        (br#"{"format_version":1,"resource_changes":[]}"#, "no plan"),
        (b"\xff\xfe{\0", "UTF-16"),
        (br#"{"format_version":"1.2","resource_changes":["#, "ends before"),
        (br#"{"format_version":"1.2","resource_changes":[]} x"#, "follows"),
        (br#"{"format_version":"1.2","resource_changes":[{"address":"a","type":"dns_a","change":{"after":{"a":x}}}]}"#, "should begin"),
        (b"{\"a\": \"\xff\"}", "UTF-8"),
    ];
    for (text, message) in table {
        let error = read(FileId(0), text, &is_ours).unwrap_err();
        assert!(error.message.contains(message), "{}: {}", String::from_utf8_lossy(text), error.message);
        assert!(error.place.span.end as usize <= text.len());
    }
    for text in [
        &br#"{"format_version":"1.2","resource_changes":null,"prior_state":null,"configuration":[],"deferred_changes":{}}"#[..],
        br#"{"format_version":"1.2","resource_changes":[1,null,{},{"change":1},{"address":"a","type":"dns_a"}],"prior_state":{"values":{"root_module":{"resources":[1,{}],"child_modules":[2]}}}}"#,
        b"\xef\xbb\xbf{\"planned_values\":{},\"format_version\":\"1.99\"}",
    ] {
        assert!(read(FileId(0), text, &is_ours).unwrap().after.is_empty());
    }
}

#[test]
fn plans_are_known_by_how_they_begin() {
    let table: [(&[u8], bool); 9] = [
        (br#"{"format_version":"1.2","terraform_version":"1.11.4","variables":{"a":{"value":"#, true),
        (b"{\n  \"format_version\": \"1.2\",\n  \"terraform_version\": \"1.11.4\",\n  \"planned_values\": {", true),
        (br#"{"applyable":true,"complete":true,"configuration":{"provider_config":"#, true),
        (br#"{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"a":"\xc3"#, true),
        (br#"{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":"#, false),
        (br#"{"version":4,"terraform_version":"1.11.4","serial":3"#, false),
        (br#"{"format_version":"1.0","provider_schemas":{"#, false),
        (br#"{"variables":{}}"#, false),
        (b"", false),
    ];
    for (head, expected) in table {
        assert_eq!(looks_like(head), expected, "{}", String::from_utf8_lossy(head));
    }
}

#[test]
fn the_fixture_is_read_and_its_secret_is_not() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tf-plan/plan.json");
    let text = std::fs::read(path).unwrap();
    let plan = read(FileId(0), &text, &|_| true).unwrap();
    assert_eq!((plan.before.len(), plan.after.len()), (8, 9));
    let key = plan.after.iter().find(|resource| &*resource.kind == "aws_ssm_parameter").unwrap();
    assert!(shown(&key.body).contains("value: ?`aws_ssm_parameter.deploy_key.value` is marked as sensitive"));
    let sts = plan.after.iter().find(|resource| &*resource.address == "aws_route53_record.mta_sts").unwrap();
    assert!(shown(&sts.body).contains("v=STSv1; id="));
}
