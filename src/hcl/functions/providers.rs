//! Functions of providers, of which those of two are known.

use super::arguments::{Arguments, Function, Takes};
use super::pieces::{self, value_of};
use super::{Call, Fault, mta_sts};
use crate::hcl::convert;
use crate::hcl::value::Value;
use crate::text::{Reason, Span, Traced, TracedBuilder};

/// `provider::name(arguments)`.
pub(super) fn call(name: &str, arguments: &[Value], call: &Call<'_>) -> Result<Value, Fault> {
    if name == "hcloud::txt_record" {
        return TXT_RECORD.call(arguments, call);
    }
    if let Some(function) = mta_sts::find(name) {
        return function.call(arguments, call);
    }
    let why = format!("`provider::{name}()` is a function of a provider, and providers are not run");
    Ok(convert::unknown_because(Reason::at(call.place, why), arguments, call.place))
}

const TXT_RECORD: Function = Function {
    name: "provider::hcloud::txt_record",
    parameters: &[Takes::Text],
    rest: None,
    is_partial: true,
    run: txt_record,
};

/// The longest string of a TXT record.
const MAX_STRING: u32 = 255;

/// The text in quoted strings: `"v=STSv1; id=1"`.
fn txt_record(given: &Arguments<'_>) -> Result<Value, Fault> {
    let text = given.text(0);
    let len = Span::of(0..text.bytes().len()).end;
    if len == 0 {
        return Ok(given.values[0].clone());
    }
    let quotes = text.text().contains('"');
    // Whether a long text is cut before its quotes are escaped, and whether by bytes, is not documented.
    let is_long = len > MAX_STRING && (quotes || !text.text().is_ascii());
    if is_long || text.text().contains('\\') || (len > MAX_STRING && !text.is_wholly_certain()) {
        return Ok(given.unknown_because("how the provider writes such a text is not known here"));
    }
    let escape = Traced::decoded(b"\\\"", text.whole(), None);
    let Some(escaped) = pieces::replaced(&text, "\"", &escape) else { return Ok(given.unknown()) };
    let end = Span::of(0..escaped.bytes().len()).end;
    let mut out = TracedBuilder::new(text.whole());
    let mut from = 0;
    while from < end {
        let to = if quotes { end } else { from.saturating_add(MAX_STRING).min(end) };
        out.push(if from == 0 { b"\"" } else { b" \"" }, text.whole(), false, None);
        out.append_part(&escaped, Span::new(from, to));
        out.push(b"\"", text.whole(), false, None);
        from = to;
    }
    Ok(value_of(out.finish()))
}
