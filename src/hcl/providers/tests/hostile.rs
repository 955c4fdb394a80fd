//! Bytes and shapes that nobody writes.

use proptest::prelude::*;

use super::*;
use crate::hcl::providers::table::Codec as C;
use crate::hcl::providers::{domains, names, script, table, txt};
use crate::text::Traced;

/// Values as they may come from anywhere, with the attributes that the table asks for.
fn any_value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|yes| json!(yes)),
        any::<i64>().prop_map(|number| json!(number)),
        "[ -~\\n]{0,24}".prop_filter("no template", |text| !text.contains("${")).prop_map(|text| json!(text)),
        Just(json!("${var.x}")),
        Just(json!("_mta-sts.${var.x}")),
        Just(json!("mta-sts.example.com")),
        Just(json!("10 a.example.net.")),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let keys = prop_oneof![Just("value"), Just("exchange"), Just("content"), Just("name"), Just("a")];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map(keys, inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

const ATTRIBUTES: [&str; 24] = [
    "name",
    "type",
    "zone_id",
    "zone",
    "records",
    "record",
    "value",
    "content",
    "ttl",
    "priority",
    "alias",
    "proxied",
    "domain",
    "key",
    "bucket",
    "source",
    "content_type",
    "data",
    "bindings",
    "aliases",
    "origin",
    "pattern",
    "rules",
    "condition",
];

fn any_body() -> impl Strategy<Value = Json> {
    let attribute = prop::sample::select(&ATTRIBUTES[..]);
    prop::collection::btree_map(attribute, any_value(), 0..12).prop_map(|map| json!(map))
}

proptest! {
    #[test]
    fn nothing_panics_on_any_text(text in prop::collection::vec(any::<u8>(), 0..200)) {
        let place = Place::new(FileId(0), Span::of(0..text.len()));
        let traced = Traced::verbatim(&text, place);
        for codec in [C::Plain, C::Strings, C::StringsOrPlain, C::Inside, C::InsideOctal] {
            txt::decode(&traced, codec);
        }
        domains::of_text(&traced);
        script::policies(&traced);
        let lossy = String::from_utf8_lossy(&text);
        names::symbolic(&lossy);
        names::registrable(&lossy, table::NameForm::RelativeOrFull);
    }

    #[test]
    fn nothing_panics_on_any_code(text in "[\"'`+,.\\[\\]\\\\${}nux0a \n]{0,40}version: STSv1[\"'`+,.\\[\\]\\\\${}nux0a \n:jo()]{0,60}") {
        let place = Place::new(FileId(0), Span::of(0..text.len()));
        script::policies(&Traced::verbatim(text.as_bytes(), place));
    }

    #[test]
    fn nothing_panics_on_any_resource(kind in 0usize..200, body in any_body()) {
        let mut kinds: Vec<&str> = BY_KIND.records.keys().chain(HOSTING.objects.keys()).copied().collect();
        kinds.sort_unstable();
        let resources = [
            resource(&format!("{}.it", kinds[kind % kinds.len()]), &body),
            resource("aws_route53_zone.main", &body),
            resource("aws_cloudfront_distribution.main", &body),
            resource("cloudflare_ruleset.main", &body),
            resource("cloudflare_workers_route.main", &body),
        ];
        let found = published(&resources);
        for zone in &found.zones {
            concerns(&resources[0].body, zone);
        }
    }
}
