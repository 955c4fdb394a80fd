//! What Terraform holds a provider to, over any way from policy to policy: without a Terraform, which would stop at the first breach.
//!
//! What is planned is what was written, or what there was; what is known of it is so when it is applied, and all of it is known then; and
//! what was applied changes no more.

use mtasts::provider::Mtasts;
use mtasts::provider::protocol::{Change, Plan, Presence, Provider, Resource, Schema, Stop, Value};
use proptest::prelude::*;

/// A configuration as it is known when it is planned, and as it is when it is applied.
#[derive(Clone, Debug)]
struct Written {
    planned: Value,
    applied: Value,
}

/// A value that is known from the start, or only when it is applied.
fn maybe(value: impl Strategy<Value = Value>) -> impl Strategy<Value = (Value, Value)> {
    (value, prop::bool::weighted(0.8))
        .prop_map(|(value, is_known)| if is_known { (value.clone(), value) } else { (Value::Unknown, value) })
}

fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop::sample::select(texts).prop_map(Value::text)
}

fn hosts() -> impl Strategy<Value = (Value, Value)> {
    let host =
        one_of(&["mx1.example.com", "MX1.example.com", "*.example.com", "mx2.example.com", "10 mx1.example.com", ""]);
    let list = prop::collection::vec(maybe(host), 0..4).prop_map(|hosts| {
        let (planned, applied) = hosts.into_iter().unzip();
        (Value::List(planned), Value::List(applied))
    });
    prop_oneof![6 => list, 1 => Just((Value::Null, Value::Null))]
}

fn written() -> impl Strategy<Value = Written> {
    let optional = |values| prop_oneof![Just(Value::Null), one_of(values)];
    let domain = maybe(one_of(&["example.com", "Example.com", "example.org"]));
    let mode = maybe(one_of(&["testing", "testing", "enforce", "enforce", "none", "soon"]));
    let max_age = maybe(prop_oneof![
        prop::sample::select(&[3_600, 604_800, 31_557_600, -1][..]).prop_map(Value::Integer),
        Just(Value::Float(0.5)),
    ]);
    let minimum = maybe(optional(&["0d", "14d", "x"]));
    let abrupt = maybe(prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::Bool)]);
    (domain, mode, hosts(), max_age, hosts(), minimum, abrupt).prop_map(
        |(domain, mode, mx, max_age, mx_hosts, minimum, abrupt)| {
            let object = |pick: fn((Value, Value)) -> Value| {
                Value::object([
                    ("domain", pick(domain.clone())),
                    ("mode", pick(mode.clone())),
                    ("mx", pick(mx.clone())),
                    ("max_age", pick(max_age.clone())),
                    ("mx_hosts", pick(mx_hosts.clone())),
                    ("minimum_testing", pick(minimum.clone())),
                    ("allow_abrupt_removal", pick(abrupt.clone())),
                ])
            };
            Written { planned: object(|(planned, _)| planned), applied: object(|(_, applied)| applied) }
        },
    )
}

/// What Terraform proposes: what is written, and in the place of what the provider computes what there was.
fn proposed(schema: &Schema, prior: &Value, config: &Value) -> Value {
    let mut next = config.clone();
    for attribute in schema.attributes.iter().filter(|attribute| attribute.presence == Presence::Computed) {
        let kept = if prior.is_null() { Value::Unknown } else { prior.get(attribute.name).clone() };
        next.set(attribute.name, kept);
    }
    next
}

/// The plan for a configuration, if it is no error; another domain is planned for anew, as Terraform does.
fn plan(policy: &dyn Resource, prior: &Value, config: &Value) -> Option<(Value, Plan)> {
    let schema = policy.schema();
    let plan = |prior: &Value| {
        let (prior, next) = (prior.clone(), proposed(&schema, prior, config));
        policy.plan(&Change { prior, next, config: schema.shaped(config) })
    };
    let is_error = |plan: &Plan| plan.diagnostics.iter().any(|diagnostic| diagnostic.is_error);
    let first = plan(prior);
    if is_error(&first) {
        return None;
    }
    if first.replaces.is_empty() {
        return Some((prior.clone(), first));
    }
    let anew = plan(&Value::Null);
    (!is_error(&anew)).then_some((Value::Null, anew))
}

/// Whether what was known of `before` is so in `after`.
fn holds(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::Unknown, _) => true,
        (Value::List(before), Value::List(after)) => {
            before.len() == after.len() && before.iter().zip(after).all(|(before, after)| holds(before, after))
        }
        (Value::Map(before), Value::Map(after)) => {
            before.len() == after.len() && before.iter().all(|(name, value)| holds(value, &after[name]))
        }
        (before, after) => before == after,
    }
}

/// Applies a configuration to a state, as Terraform does: it plans with what is known, plans again when all is, and applies that.
fn applied(policy: &dyn Resource, prior: &Value, written: &Written) -> Option<Value> {
    let (early_prior, early) = plan(policy, prior, &written.planned)?;
    let (prior, late) = plan(policy, prior, &written.applied)?;
    assert!(late.state.get("text").is_known() && late.state.get("url").is_known());
    for (config, planned) in [(&written.planned, &early.state), (&written.applied, &late.state)] {
        for attribute in policy.schema().attributes.iter().filter(|it| it.presence != Presence::Computed) {
            let (value, name) = (planned.get(attribute.name), attribute.name);
            assert!(value == config.get(name) || value == prior.get(name), "{name}: {value:?}");
        }
    }
    // Whether it is made anew is decided with what is known at first.
    if early_prior == prior {
        assert!(holds(&early.state, &late.state), "{early:#?} and then {late:#?}");
    }
    let change = Change { prior, next: late.state.clone(), config: written.applied.clone() };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (_stop, stopped) = Stop::new();
    let (state, diagnostics) = runtime.block_on(policy.apply(change, stopped));
    assert!(diagnostics.is_empty() && state.is_known(), "{state:?}");
    assert!(holds(&late.state, &state), "{late:#?} and then {state:#?}");
    Some(state)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn a_policy_is_what_was_planned(steps in prop::collection::vec(written(), 1..6)) {
        let provider = Mtasts::new();
        let policy = provider.resources().into_iter().find(|(name, _)| *name == "mtasts_policy").unwrap().1;
        let mut state = Value::Null;
        for step in &steps {
            let Some(next) = applied(policy, &state, step) else { continue };
            let (_, again) = plan(policy, &next, &step.applied).unwrap();
            prop_assert_eq!(&again.state, &next);
            prop_assert!(again.replaces.is_empty());
            state = next;
        }
    }
}
