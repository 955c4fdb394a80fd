//! The functions: no configuration, no state, and no question to anybody.

use super::draft::Draft;
use super::protocol::{CallError, Function, Parameter, Signature, Step, Type, Value};
use super::supposed::Supposed;
use super::words;
use crate::dns::Name;
use crate::finding::{Finding, Severity};
use crate::mta_sts::compose::{self, Said, TlsrptError};
use crate::mta_sts::mx_pattern::MxPattern;
use crate::mta_sts::policy::{self, Mode};
use crate::mta_sts::record;
use crate::text::did_you_mean;

/// A function of values.
pub(super) struct Pure {
    signature: fn() -> Signature,
    call: fn(&[Value]) -> Result<Value, CallError>,
}

impl Function for Pure {
    fn signature(&self) -> Signature {
        (self.signature)()
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, CallError> {
        (self.call)(arguments)
    }
}

/// Every function, by name.
pub(super) static FUNCTIONS: [(&str, Pure); 8] = [
    ("lint", Pure { signature: lint_signature, call: lint }),
    ("mx_matches", Pure { signature: mx_matches_signature, call: mx_matches }),
    ("parse_policy", Pure { signature: parse_policy_signature, call: parse_policy }),
    ("parse_record", Pure { signature: parse_record_signature, call: parse_record }),
    ("policy", Pure { signature: policy_signature, call: policy }),
    ("policy_id", Pure { signature: policy_id_signature, call: policy_id }),
    ("record", Pure { signature: record_signature, call: record }),
    ("tlsrpt", Pure { signature: tlsrpt_signature, call: tlsrpt }),
];

/// The domain that findings speak of where none is given.
const ANY_DOMAIN: &str = "example.com";
/// The attributes of the object that [`policy`] takes.
const PARTS: [&str; 3] = ["mode", "mx", "max_age"];

fn text(name: &'static str, description: &'static str) -> Parameter {
    Parameter { name, kind: Type::Text, description }
}

fn texts(name: &'static str, description: &'static str) -> Parameter {
    Parameter { name, kind: Type::list(Type::Text), description }
}

fn signature(parameters: Vec<Parameter>, returns: Type, summary: &'static str, description: &'static str) -> Signature {
    Signature { parameters, variadic: None, returns, summary, description }
}

fn refused<T>(argument: usize, message: impl Into<String>) -> Result<T, CallError> {
    Err(CallError { argument, message: message.into() })
}

fn argument(arguments: &[Value], index: usize) -> &str {
    arguments.get(index).and_then(Value::as_text).unwrap_or_default()
}

fn policy_signature() -> Signature {
    let kind = Type::Any;
    let description = "An object with `mode` (`\"testing\"`, `\"enforce\"` or `\"none\"`), `mx` (a list of host names and of wildcards such as \
                       `*.mail.example.com`; it may be left out with `none`) and `max_age` (seconds).";
    signature(
        vec![Parameter { name: "policy", kind, description }],
        Type::Text,
        "The text of a policy",
        "Gives the canonical text of an MTA-STS policy (RFC 8461 §3.2), to be served at \
         `https://mta-sts.<domain>/.well-known/mta-sts.txt` as `text/plain`: the MX patterns in lower case, sorted and each once, \
         lines ended with CRLF. Policies that say the same have the same text. What senders would refuse is an error, in the words of \
         `mtasts lint`.",
    )
}

fn policy(arguments: &[Value]) -> Result<Value, CallError> {
    let object = arguments.first().unwrap_or(&Value::Null);
    let Value::Map(entries) = object else { return refused(0, "the policy must be an object") };
    if let Some(unknown) = entries.keys().find(|name| !PARTS.contains(&name.as_str())) {
        return refused(0, format!("a policy has no `{unknown}`{}", did_you_mean(unknown, &PARTS)));
    }
    if object.get("mode").as_text().is_none() {
        return refused(0, "`mode` must be a string: `testing`, `enforce` or `none`");
    }
    if !matches!(object.get("max_age"), Value::Integer(_) | Value::Float(_)) {
        return refused(0, "`max_age` must be a number of seconds");
    }
    let mx = object.get("mx");
    if !(mx.is_null() || matches!(mx, Value::List(items) if items.iter().all(|item| item.as_text().is_some()))) {
        return refused(0, "`mx` must be a list of strings");
    }
    match said(object) {
        Some(said) => Ok(Value::text(said.text())),
        None => refused(0, first_error(object)),
    }
}

/// What the parts say, if senders would accept it.
pub(super) fn said(parts: &Value) -> Option<Said> {
    let mode = Mode::parse(parts.get("mode").as_text()?.as_bytes())?;
    let items = parts.get("mx").items();
    let mx = parts.get("mx").as_texts().into_iter().map(|text| MxPattern::parse(text.as_bytes()));
    let mx: Vec<MxPattern> = mx.collect::<Result<_, _>>().ok()?;
    let max_age = u64::try_from(parts.get("max_age").as_integer()?).ok()?;
    let is_whole = mx.len() == items.len() && (mode == Mode::None || !mx.is_empty());
    (is_whole && max_age <= policy::MAX_AGE).then(|| Said::new(mode, &mx, max_age))
}

/// The first thing that the linter holds against a policy that senders refuse.
fn first_error(parts: &Value) -> String {
    let error = Draft::of(parts).judge(Severity::Error).into_iter().next();
    error.map_or_else(
        || "senders do not accept this policy".to_owned(),
        |error| {
            let at: Vec<String> = error.path.iter().map(step).collect();
            format!("{}: {}", at.concat(), error.detail)
        },
    )
}

fn step(step: &Step) -> String {
    match step {
        Step::Attribute(name) => format!("`{name}`"),
        Step::Index(index) => format!("[{index}]"),
    }
}

fn policy_id_signature() -> Signature {
    signature(
        vec![text("text", "The text of the policy, exactly as it is served.")],
        Type::Text,
        "An id that moves exactly when the policy does",
        "Gives the id for the TXT record at `_mta-sts.<domain>` (RFC 8461 §3.1): the first 32 hexadecimal digits of the SHA-256 of the \
         text, as `substr(sha256(text), 0, 32)` does.",
    )
}

#[allow(clippy::unnecessary_wraps, reason = "all functions are of one shape")]
fn policy_id(arguments: &[Value]) -> Result<Value, CallError> {
    Ok(Value::text(compose::id(argument(arguments, 0).as_bytes())))
}

fn record_signature() -> Signature {
    signature(
        vec![text("id", "The id: 1 to 32 letters and digits.")],
        Type::Text,
        "The TXT record that announces a policy",
        "Gives the text of the TXT record at `_mta-sts.<domain>` (RFC 8461 §3.1).",
    )
}

fn record(arguments: &[Value]) -> Result<Value, CallError> {
    let id = argument(arguments, 0);
    match record::check_id(id.as_bytes()) {
        Ok(()) => Ok(Value::text(record::render(id))),
        Err(_) => refused(0, "an id has 1 to 32 letters and digits, and nothing else (RFC 8461 §3.1)"),
    }
}

fn tlsrpt_signature() -> Signature {
    signature(
        vec![texts("addresses", "Where reports go: `mailto:` addresses and `https://` URLs.")],
        Type::Text,
        "The TXT record that asks for reports",
        "Gives the text of the TXT record at `_smtp._tls.<domain>` (RFC 8460 §3).",
    )
}

fn tlsrpt(arguments: &[Value]) -> Result<Value, CallError> {
    let addresses = arguments.first().map(Value::as_texts).unwrap_or_default();
    compose::tlsrpt(&addresses).map(Value::text).or_else(|error| match error {
        TlsrptError::Address { index, .. } => refused(0, format!("`{}`: {error}", addresses[index])),
        TlsrptError::None => refused(0, error.to_string()),
    })
}

fn parse_policy_signature() -> Signature {
    let returns = Type::Object(vec![
        ("mode", Type::Text),
        ("mx", Type::list(Type::Text)),
        ("max_age", Type::Number),
        ("id", Type::Text),
    ]);
    signature(
        vec![text("text", "The text of a policy.")],
        returns,
        "What a policy says",
        "Reads an MTA-STS policy (RFC 8461 §3.2), and gives its mode, its MX patterns (in lower case, sorted), its `max_age` in seconds and \
         the id that `policy_id` gives to the text. A policy that senders refuse is an error.",
    )
}

fn parse_policy(arguments: &[Value]) -> Result<Value, CallError> {
    let text = argument(arguments, 0);
    let Some(said) = Said::of(text.as_bytes()) else {
        let supposed = Supposed { domain: ANY_DOMAIN, policy: Some(text), ..Supposed::default() };
        let why = in_words(supposed.first_error(), "senders do not accept it");
        return refused(0, why);
    };
    Ok(Value::object([
        ("mode", Value::text(said.mode.as_str())),
        ("max_age", i64::try_from(said.max_age).map_or(Value::Null, Value::Integer)),
        ("mx", Value::texts(said.mx)),
        ("id", Value::text(compose::id(text.as_bytes()))),
    ]))
}

fn parse_record_signature() -> Signature {
    signature(
        vec![text("text", "The text of the TXT record, its strings joined.")],
        Type::Object(vec![("id", Type::Text)]),
        "What a record says",
        "Reads the TXT record at `_mta-sts.<domain>` (RFC 8461 §3.1), and gives its id. A record that senders do not take for one is an \
         error.",
    )
}

fn parse_record(arguments: &[Value]) -> Result<Value, CallError> {
    let text = argument(arguments, 0);
    if let Some(id) = compose::announced(text.as_bytes()) {
        return Ok(Value::object([("id", Value::text(id))]));
    }
    let supposed = Supposed { domain: ANY_DOMAIN, record: Some(text), ..Supposed::default() };
    refused(0, in_words(supposed.first_error(), "it is no MTA-STS record"))
}

fn in_words(finding: Option<Finding>, otherwise: &str) -> String {
    finding.map_or_else(|| otherwise.to_owned(), |finding| words::diagnostic(&finding).detail)
}

fn mx_matches_signature() -> Signature {
    signature(
        vec![
            text("pattern", "The MX pattern of a policy: a host name, or `*.` and a domain."),
            text("host", "The name of an MX host."),
        ],
        Type::Bool,
        "Whether an MX pattern covers a host",
        "Tells whether senders may deliver to the host under this pattern (RFC 8461 §4.1): `*` stands for exactly one label.",
    )
}

fn mx_matches(arguments: &[Value]) -> Result<Value, CallError> {
    let (pattern, host) = (argument(arguments, 0), argument(arguments, 1));
    let Ok(pattern) = MxPattern::parse(pattern.as_bytes()) else {
        return refused(0, format!("`{pattern}` is no mx pattern: write a host name, or `*.` and a domain"));
    };
    let Ok(host) = Name::parse(host.as_bytes(), None) else { return refused(1, format!("`{host}` is no host name")) };
    Ok(Value::Bool(pattern.matches(&host)))
}

fn lint_signature() -> Signature {
    let parameters = vec![
        text("policy", "The text of the policy."),
        text("record", "The text of the TXT record at `_mta-sts.<domain>`."),
        texts("mx", "The names of the MX hosts; an empty list leaves out what rests on them."),
    ];
    let description = "Gives what `mtasts lint` finds in a policy, the record that announces it and the MX hosts of the domain, as a list of \
                       objects with `rule`, `severity` (`error`, `warning` or `info`), `message` and `help`. `mtasts explain RULE` tells more \
                       of a rule.";
    Signature {
        variadic: Some(text("domain", "The domain that findings speak of, if it is given.")),
        ..signature(parameters, words::findings_type(), "What the linter finds", description)
    }
}

fn lint(arguments: &[Value]) -> Result<Value, CallError> {
    let hosts = arguments.get(2).map(Value::as_texts).unwrap_or_default();
    let domain = match &arguments[3.min(arguments.len())..] {
        [] => ANY_DOMAIN,
        [one] => one.as_text().unwrap_or_default(),
        _ => return refused(4, "one domain is enough"),
    };
    if Name::parse(domain.as_bytes(), None).is_err() {
        return refused(3, format!("`{domain}` is no domain"));
    }
    let wrong = hosts.iter().find(|host| Name::parse(host.as_bytes(), None).is_err());
    if let Some(wrong) = wrong {
        return refused(2, format!("`{wrong}` is no host name"));
    }
    let (policy, record) = (argument(arguments, 0), argument(arguments, 1));
    let hosts = hosts.iter().map(|host| host.trim_end_matches('.').to_ascii_lowercase()).collect();
    let supposed = Supposed { domain, policy: Some(policy), record: Some(record), hosts };
    Ok(words::findings(&supposed.judge().0))
}
