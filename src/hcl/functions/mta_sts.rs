//! The functions of our own provider, `provider::mtasts::…`: the code that the provider runs, with the places of what it is given.

use std::sync::Arc;

use bigdecimal::num_traits::ToPrimitive;

use super::arguments::{Arguments, Function, Takes};
use super::pieces::value_of;
use super::{Fault, hashes};
use crate::dns::Name;
use crate::hcl::value::{ListKind, Map, Value};
use crate::mta_sts::compose::{self, Said};
use crate::mta_sts::mx_pattern::MxPattern;
use crate::mta_sts::policy::{MAX_AGE, Mode};
use crate::text::{Traced, TracedBuilder};

type Run = fn(&Arguments<'_>) -> Result<Value, Fault>;

const fn whole(name: &'static str, parameters: &'static [Takes], run: Run) -> Function {
    Function { name, parameters, rest: None, is_partial: false, run }
}

const fn partial(name: &'static str, parameters: &'static [Takes], run: Run) -> Function {
    Function { name, parameters, rest: None, is_partial: true, run }
}

/// `lint` is missing: it has no place here, where the linter itself is at work.
static FUNCTIONS: [Function; 7] = [
    whole("mtasts::mx_matches", &[Takes::Text, Takes::Text], mx_matches),
    whole("mtasts::parse_policy", &[Takes::Text], parse_policy),
    whole("mtasts::parse_record", &[Takes::Text], parse_record),
    whole("mtasts::policy", &[Takes::Any], policy),
    partial("mtasts::policy_id", &[Takes::Text], hashes::policy_id),
    partial("mtasts::record", &[Takes::Text], record),
    whole("mtasts::tlsrpt", &[Takes::TextList], tlsrpt),
];

/// The function `name`, a name such as `mtasts::policy`.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

/// The canonical text, in which every value still stands where it is written.
fn policy(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(parts) = given.map(0) else { return Err(given.fault("the policy must be an object")) };
    let mode = text_of(parts, "mode").ok_or_else(|| given.fault("`mode` must be a string"))?;
    let mx = patterns_of(parts, given)?;
    let Some(Value::Number(max_age, _)) = parts.entries.get("max_age") else {
        return Err(given.fault("`max_age` must be a number"));
    };
    let seconds = max_age.to_u64().filter(|seconds| max_age.is_integer() && *seconds <= MAX_AGE);
    let seconds = seconds.ok_or_else(|| given.fault(format!("`max_age` must be whole seconds up to {MAX_AGE}")))?;
    let known = Mode::parse(mode.bytes()).ok_or_else(|| given.fault(format!("`{}` is no mode", mode.shown())))?;
    if mx.is_empty() && known != Mode::None {
        return Err(given.fault("a policy names at least one MX host"));
    }
    let patterns: Vec<MxPattern> = mx.iter().map(|(pattern, _)| pattern.clone()).collect();
    let max_age = Traced::decoded(seconds.to_string().as_bytes(), parts.entries["max_age"].place(), None);
    Ok(given.written(&Said::new(known, &patterns, seconds), &mode, &mx, &max_age))
}

impl Arguments<'_> {
    fn written(&self, said: &Said, mode: &Traced, mx: &[(MxPattern, Arc<Traced>)], max_age: &Traced) -> Value {
        let mut out = TracedBuilder::new(self.place());
        let literal = |out: &mut TracedBuilder, text: &str| out.push(text.as_bytes(), self.place(), false, None);
        literal(&mut out, "version: STSv1\r\nmode: ");
        out.append(mode);
        for pattern in &said.mx {
            literal(&mut out, "\r\nmx: ");
            match mx.iter().find(|(known, _)| known.to_string() == *pattern) {
                Some((_, text)) if text.bytes() == pattern.as_bytes() => out.append(text),
                Some((_, text)) => out.push(pattern.as_bytes(), text.whole(), false, None),
                None => literal(&mut out, pattern),
            }
        }
        literal(&mut out, "\r\nmax_age: ");
        out.append(max_age);
        literal(&mut out, "\r\n");
        value_of(out.finish())
    }
}

fn text_of(parts: &Map, name: &str) -> Option<Arc<Traced>> {
    parts.entries.get(name)?.as_text().cloned()
}

/// The patterns, and where they are written; none, if there is no attribute of that name.
fn patterns_of(parts: &Map, given: &Arguments<'_>) -> Result<Vec<(MxPattern, Arc<Traced>)>, Fault> {
    let items = match parts.entries.get("mx") {
        None | Some(Value::Null(_)) => &[],
        Some(value) => value.as_list().ok_or_else(|| given.fault("`mx` must be a list of strings"))?,
    };
    let pattern = |item: &Value| {
        let text = item.as_text().ok_or_else(|| given.fault("`mx` must be a list of strings"))?;
        let pattern = MxPattern::parse(text.bytes()).map_err(|_| Fault {
            place: text.whole(),
            ..given.fault(format!("`{}` is no mx pattern", text.shown()))
        })?;
        Ok((pattern, Arc::clone(text)))
    };
    items.iter().map(pattern).collect()
}

fn record(given: &Arguments<'_>) -> Result<Value, Fault> {
    let mut out = TracedBuilder::new(given.place());
    out.push(b"v=STSv1; id=", given.place(), false, None);
    out.append(&given.text(0));
    Ok(value_of(out.finish()))
}

fn tlsrpt(given: &Arguments<'_>) -> Result<Value, Fault> {
    let texts: Vec<Arc<Traced>> = given.items(0).iter().filter_map(|item| item.as_text().cloned()).collect();
    let shown: Vec<_> = texts.iter().map(|text| text.text()).collect();
    let addresses: Vec<&str> = shown.iter().map(AsRef::as_ref).collect();
    compose::tlsrpt(&addresses).map_err(|error| given.fault(error.to_string()))?;
    let mut out = TracedBuilder::new(given.place());
    for (at, address) in texts.iter().enumerate() {
        out.push(if at == 0 { b"v=TLSRPTv1; rua=" } else { b"," }, given.place(), false, None);
        out.append(address);
    }
    Ok(value_of(out.finish()))
}

fn mx_matches(given: &Arguments<'_>) -> Result<Value, Fault> {
    let (pattern, host) = (given.string(0), given.string(1));
    let parsed = MxPattern::parse(pattern.as_bytes());
    let parsed = parsed.map_err(|_| given.fault(format!("`{pattern}` is no mx pattern")))?;
    let host = Name::parse(host.as_bytes(), None).map_err(|_| given.fault(format!("`{host}` is no host name")))?;
    Ok(given.truth(Some(parsed.matches(&host))))
}

fn parse_policy(given: &Arguments<'_>) -> Result<Value, Fault> {
    let text = given.string(0);
    let said = Said::of(text.as_bytes()).ok_or_else(|| given.fault("senders do not accept this policy"))?;
    let mx = said.mx.iter().map(|pattern| given.computed(pattern)).collect();
    Ok(given.object([
        ("mode", given.computed(said.mode.as_str())),
        ("mx", given.list_of(ListKind::List, mx)),
        ("max_age", given.count(said.max_age)),
        ("id", given.computed(&compose::id(text.as_bytes()))),
    ]))
}

fn parse_record(given: &Arguments<'_>) -> Result<Value, Fault> {
    let id = compose::announced(given.string(0).as_bytes());
    let id = id.ok_or_else(|| given.fault("senders do not accept this record"))?;
    Ok(given.object([("id", given.computed(&id))]))
}

impl Arguments<'_> {
    fn object<const N: usize>(&self, entries: [(&str, Value); N]) -> Value {
        let key = |name: &str| Arc::new(Traced::decoded(name.as_bytes(), self.place(), None));
        self.map_of(true, entries.map(|(name, value)| (key(name), value)))
    }
}
