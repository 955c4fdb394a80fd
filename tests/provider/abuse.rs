//! Calls that no Terraform makes, without a Terraform.

use mtasts::provider::Mtasts;
use mtasts::provider::protocol::encoding::from_msgpack;
use mtasts::provider::protocol::{Code, Provider, Service, Status, Value};
use proptest::prelude::*;

use crate::invariants::CALLS;

/// The calls that the invariants have no use for.
const OTHERS: [&str; 5] =
    ["GetMetadata", "ApplyResourceChange", "ImportResourceState", "ReadDataSource", "StopProvider"];

/// All calls of Terraform.
fn methods() -> Vec<&'static str> {
    CALLS.into_iter().chain(OTHERS).collect()
}

fn call(method: &str, body: &[u8]) -> Result<Vec<u8>, Status> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Service::new(Mtasts::new()).call(method, body))
}

/// A field of a message: its number, and bytes.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut field = vec![number << 3 | 2, u8::try_from(bytes.len()).unwrap()];
    field.extend(bytes);
    field
}

fn refused(method: &str, body: &[u8]) -> String {
    let status = call(method, body).unwrap_err();
    assert_eq!(status.code, Code::InvalidArgument, "{status:?}");
    status.message
}

#[test]
fn what_cannot_be_read_is_said() {
    let of = |name: &str| field(1, name.as_bytes());
    let dynamic = |bytes: &[u8]| field(2, &field(1, bytes));
    assert!(refused("PlanResourceChange", b"\xff\xff\xff").contains("the request cannot be read"));
    assert!(refused("PlanResourceChange", &of("aws_instance")).contains("no resource `aws_instance`"));
    assert!(refused("ReadDataSource", &of("mtasts_policy")).contains("no data source `mtasts_policy`"));
    assert!(refused("CallFunction", &of("sha256")).contains("no function `sha256`"));
    assert!(refused("CallFunction", &of("policy_id")).contains("takes 1 arguments, and was given 0"));
    let garbage = [of("mtasts_policy"), dynamic(b"\xc1")].concat();
    assert!(refused("ValidateResourceConfig", &garbage).contains("no value begins with the byte 0xc1"));
    let deep = [of("mtasts_policy"), dynamic(&[0x91; 100])].concat();
    assert!(refused("ValidateResourceConfig", &deep).contains("nested more than 64 deep"));
    let no_json = [of("mtasts_policy"), field(3, &field(1, b"{"))].concat();
    assert!(refused("UpgradeResourceState", &no_json).contains("the state is no JSON"));
    let no_object = [of("mtasts_policy"), field(3, &field(1, b"[1]"))].concat();
    assert!(refused("UpgradeResourceState", &no_object).contains("the state is no object"));
    assert_eq!(call("OpenEphemeralResource", b"").unwrap_err().code, Code::Unimplemented);
}

#[test]
fn fields_of_later_versions_are_passed_over() {
    let body = [field(1, b"mtasts_policy"), field(2, &field(1, b"\x80")), field(15, b"later")].concat();
    assert!(call("ValidateResourceConfig", &body).is_ok());
}

#[test]
fn states_of_before_have_the_attributes_of_now() {
    let json = br#"{"domain":"example.com","mode":"none","max_age":86400,"soak_days":14,"nested":[{"a":1}]}"#;
    for (name, version) in [("mtasts_policy", 0), ("mtasts_policy", 1), ("mtasts_served_policy", 0)] {
        let body = [field(1, name.as_bytes()), vec![2 << 3, version], field(3, &field(1, json))].concat();
        let answer = call("UpgradeResourceState", &body).unwrap();
        // The state is the first field of the answer, and its MessagePack the first of the state.
        let state = from_msgpack(inside(inside(&answer))).unwrap();
        let Value::Map(attributes) = &state else { panic!("{state:?}") };
        let provider = Mtasts::new();
        let resource = provider.resources().into_iter().find(|(known, _)| *known == name).unwrap().1;
        let mut expected: Vec<&str> = resource.schema().attributes.iter().map(|attribute| attribute.name).collect();
        expected.sort_unstable();
        assert_eq!(attributes.keys().collect::<Vec<_>>(), expected);
        assert_eq!(attributes["domain"], Value::text("example.com"));
        assert!(state.is_known());
    }
}

/// The bytes of the first field of a message.
fn inside(message: &[u8]) -> &[u8] {
    assert_eq!(message[0], 1 << 3 | 2);
    let (mut len, mut at, mut shift) = (0, 1, 0);
    loop {
        len |= usize::from(message[at] & 0x7f) << shift;
        (at, shift) = (at + 1, shift + 7);
        if message[at - 1] < 0x80 {
            return &message[at..at + len];
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_call_is_answered(method in prop::sample::select(methods()), body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = call(method, &body);
    }

    #[test]
    fn any_value_is_answered(value in prop::collection::vec(any::<u8>(), 0..100), name in "mtasts_(policy|served_policy)") {
        let value = field(1, &value);
        let body = [field(1, name.as_bytes()), field(2, &value), field(3, &value), field(4, &value)].concat();
        for method in ["ValidateResourceConfig", "PlanResourceChange", "ReadResource"] {
            let _ = call(method, &body);
        }
    }
}
