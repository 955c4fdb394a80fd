//! What holds for any bytes: the fuzz targets look for bytes for which it does not, and the corpus of what they found is run
//! as a test.

use std::sync::Arc;

use mtasts::certificates;
use mtasts::dns::{Data, Listing, Name};
use mtasts::finding::Applicability;
use mtasts::fix;
use mtasts::formats::{cert_manager, config_map, dnscontrol, external_dns, octodns, plan, yaml};
use mtasts::hcl::ast::{Body, Expr, ExprKind, Part, SyntaxError};
use mtasts::hcl::parse;
use mtasts::hcl::value::Value;
use mtasts::inputs::MemoryTree;
use mtasts::lint::{Request, run};
use mtasts::live::Reply;
use mtasts::mta_sts::mx_pattern::MxPattern;
use mtasts::mta_sts::{policy, record, tlsrpt};
use mtasts::parallel::Progress;
use mtasts::report::{Format, Report, Style, Understood, show, write};
use mtasts::text::{Bytes, FileId, Place, Span, Traced};
use mtasts::zone::{IncludeError, Includes, OriginHint};

/// A zone that includes itself, and nothing else.
struct Itself<'a>(&'a Bytes);

impl Includes for Itself<'_> {
    fn open(&mut self, _from: FileId, path: &[u8]) -> Result<(FileId, Bytes), IncludeError> {
        match path {
            b"self" => Ok((FileId(0), Arc::clone(self.0))),
            b"other" => Ok((FileId(1), Arc::clone(self.0))),
            _ => Err(IncludeError::NotFound),
        }
    }
}

/// A master file: every place lies inside, and on the boundaries of characters where the file is UTF-8; a lookup finds only
/// what was asked for.
pub(crate) fn zone(data: &[u8]) {
    let text: Bytes = data.to_vec().into();
    let hint = OriginHint { given: None, fallback: Name::parse(b"example.com", None).ok() };
    let zone = mtasts::zone::parse(FileId(0), &text, hint, &mut Itself(&text));
    let utf8 = std::str::from_utf8(data).ok();
    let check = |place: Place| {
        let Span { start, end } = place.span;
        assert!(start <= end && end as usize <= data.len());
        if let Some(text) = utf8 {
            assert!(text.is_char_boundary(start as usize) && text.is_char_boundary(end as usize), "{place:?}");
        }
    };
    for record in &zone.records {
        check(record.place);
        check(record.owner.place);
        record.ttl.iter().for_each(|(_, place)| check(*place));
        record.comment.iter().for_each(|comment| check(comment.place));
        if let Data::Txt(value) = &record.data {
            let len = u32::try_from(value.bytes().len()).unwrap();
            check(value.whole());
            check(value.place(Span::new(0, len)));
        }
    }
    zone.problems.iter().for_each(|problem| check(problem.place));
    zone.gaps.iter().for_each(|gap| check(gap.place));
    let names: Vec<Name> = zone.records.iter().map(|record| record.owner.name.clone()).take(8).collect();
    for found in zone.lookup(&names) {
        assert!(names.contains(&found.owner.name));
    }
}

/// A policy: spans lie inside, and one that is accepted survives being printed and read again.
pub(crate) fn policy(data: &[u8]) {
    let policy = policy::parse(data);
    let fields = policy.fields.iter().flat_map(|field| [field.name, field.value]);
    for span in fields.chain(policy.faults.iter().map(|fault| fault.span)) {
        assert!(span.start <= span.end && span.end as usize <= data.len());
    }
    if policy.is_valid() {
        let mx: Vec<MxPattern> = policy.mx().filter_map(|(_, pattern)| pattern.clone().ok()).collect();
        let (mode, max_age) = (policy.mode().unwrap(), policy.max_age().unwrap());
        let again = policy::parse(policy::render(mode, &mx, max_age).as_bytes());
        assert!(again.is_valid());
        assert_eq!((again.mode(), again.max_age()), (Some(mode), Some(max_age)));
        assert!(again.mx().map(|(_, pattern)| pattern.clone().unwrap()).eq(mx));
    }
}

/// An MTA-STS record: spans lie inside, and the id of one that is accepted survives being printed and read.
pub(crate) fn record(data: &[u8]) {
    let record = record::parse(data);
    let fields = record.fields.iter().flat_map(|field| [field.name, field.whole].into_iter().chain(field.value));
    for span in fields.chain(record.faults.iter().map(|fault| fault.span)).chain(record.version) {
        assert!(span.start <= span.end && span.end as usize <= data.len());
    }
    if record.is_valid(data) {
        let id = record.ids().next().and_then(|field| field.value).unwrap().slice(data);
        assert!(record::check_id(id).is_ok());
        let text = record::render(std::str::from_utf8(id).unwrap());
        let again = record::parse(text.as_bytes());
        assert!(again.is_valid(text.as_bytes()));
        assert_eq!(again.ids().next().and_then(|field| field.value).unwrap().slice(text.as_bytes()), id);
    }
}

/// A TLSRPT record: spans lie inside, and one that is accepted begins as it must.
pub(crate) fn tlsrpt(data: &[u8]) {
    let record = tlsrpt::parse(data);
    let fields = record.fields.iter().flat_map(|field| [field.name, field.whole].into_iter().chain(field.value));
    let uris = record.uris.iter().map(|uri| uri.span);
    for span in fields.chain(uris).chain(record.faults.iter().map(|fault| fault.span)).chain(record.version) {
        assert!(span.start <= span.end && span.end as usize <= data.len());
    }
    assert!(!record.is_valid() || data.starts_with(b"v=TLSRPTv1"));
}

/// A file of certificates, or a certificate: what is read of it stands in it, and what may be shown of it is its certificates and
/// nothing else.
pub(crate) fn certificate(data: &[u8]) {
    let found: Vec<certificates::Block> = certificates::blocks(data).filter(|block| block.der.is_some()).collect();
    let shown = certificates::redacted(data);
    assert_eq!(shown.len(), data.len());
    assert!(certificates::blocks(&shown).eq(found.iter().cloned()));
    let mut at = 0;
    for block in &found {
        let Span { start, end } = block.span;
        assert!(at <= start as usize && start < end && end as usize <= data.len());
        assert!(shown[at..start as usize].iter().all(|byte| matches!(byte, b' ' | b'\n')));
        assert_eq!(block.span.slice(&shown), block.span.slice(data));
        at = end as usize;
    }
    assert!(shown[at..].iter().all(|byte| matches!(byte, b' ' | b'\n')));
    let own = certificates::own(data).map(|(_, parsed)| parsed);
    for parsed in own.into_iter().chain(certificates::read(data)) {
        let certificate = parsed.certificate;
        let texts = certificate.names.iter().chain([&certificate.subject, &certificate.issuer]);
        texts.for_each(|text| assert!(text.chars().count() <= 201 && !text.chars().any(char::is_control)));
    }
}

/// What an SMTP server sends: replies, one after the other, each with a code and lines that are not too long; what is printed of
/// them is one line.
pub(crate) fn smtp(data: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut stream = data;
    loop {
        let before = stream.len();
        match runtime.block_on(Reply::read(&mut stream)) {
            Ok(reply) => {
                assert!(stream.len() < before && data[..data.len() - stream.len()].ends_with(b"\n"));
                assert!((200..600).contains(&reply.code) && (1..=200).contains(&reply.lines.len()));
                assert!(reply.lines.iter().all(|line| line.len() <= 3 * 4096));
                assert!(!reply.shown().chars().any(char::is_control));
                reply.offers("STARTTLS");
            }
            Err(error) => {
                assert!(!error.to_string().chars().any(char::is_control));
                return;
            }
        }
    }
}

/// A file of TLS reports: what failed by cause is what failed by day, and all of it can be printed.
pub(crate) fn reports(data: &[u8]) {
    let mut sums = mtasts::reports::Sums::default();
    let faults = mtasts::reports::read(&mut &data[..], &mut sums);
    assert!(faults.len() <= 21);
    assert!(faults.iter().all(|fault| fault.to_string().len() < 800));
    for domain in sums.domains.values() {
        let failed = domain.failures.values().fold(0, |sum: u64, failures| sum.saturating_add(failures.total()));
        assert_eq!(failed, domain.total().failed);
    }
    let style = Style { color: true, unicode: true, width: 40, links: false };
    mtasts::report::tls_reports::human(&sums, &style, &mut std::io::sink()).unwrap();
    mtasts::report::tls_reports::json(&sums, &mut std::io::sink()).unwrap();
}

/// YAML: what the readers of octoDNS and of Kubernetes' manifests make of it points into it, and text that is said to stand there
/// does.
pub(crate) fn octodns(data: &[u8]) {
    let apex = Name::parse(b"example.com", None).unwrap();
    for escaped_semicolons in [true, false] {
        let options = octodns::Options { escaped_semicolons, is_templated: escaped_semicolons, ..Default::default() };
        if let Ok(zone) = octodns::zone(FileId(0), data, &apex, &options) {
            check_listing(&zone, data);
            let both = octodns::join([zone.clone(), zone].map(|zone| (zone, escaped_semicolons)));
            check_listing(&both.unwrap(), data);
        }
    }
    if let Ok(config) = octodns::config(FileId(0), data) {
        for (_, zone) in config.zones(&[]) {
            config.options("config", zone);
        }
    }
    external_dns::read(FileId(0), data).unwrap_or_default().iter().for_each(|listing| check_listing(listing, data));
    for policy in config_map::read(FileId(0), data).unwrap_or_default() {
        check_text(&policy.body.unwrap(), data);
    }
    let mut manifests = cert_manager::Manifests::default();
    if manifests.add(FileId(0), data).is_ok() {
        manifests.into_certificates().iter().for_each(|certificate| check_place(certificate.place, data));
    }
    if let Err(error) = yaml::documents(FileId(0), data) {
        check_place(error.place, data);
    }
}

/// JSON: what the readers of plans and of dnscontrol's representation make of it points into it.
pub(crate) fn plan(data: &[u8]) {
    match plan::read(FileId(0), data, &|_| true) {
        Ok(plan) => {
            for resource in plan.before.iter().chain(&plan.after) {
                check_place(resource.place, data);
                check_value(&resource.body, data);
            }
        }
        Err(error) => check_place(error.place, data),
    }
    for domain in dnscontrol::read(FileId(0), data).unwrap_or_default() {
        check_listing(&domain.listing, data);
    }
    plan::looks_like(data);
}

fn check_listing(listing: &Listing, data: &[u8]) {
    check_place(listing.place, data);
    for record in &listing.records {
        check_place(record.place, data);
        check_place(record.owner.place, data);
        record.ttl.iter().for_each(|(_, place)| check_place(*place, data));
        match &record.data {
            Data::Txt(text) => check_text(text, data),
            Data::Mx { exchange, .. } => check_place(exchange.place, data),
            Data::Cname(target) | Data::Ns(target) => check_place(target.place, data),
            Data::A(_) | Data::Aaaa(_) | Data::Other => {}
        }
    }
    listing.gaps.iter().filter_map(|gap| gap.reason.place).for_each(|place| check_place(place, data));
}

fn check_value(value: &Value, data: &[u8]) {
    check_place(value.place(), data);
    match value {
        Value::String(text) => check_text(text, data),
        Value::List(list) => list.items.iter().for_each(|item| check_value(item, data)),
        Value::Map(map) => map.entries.values().for_each(|value| check_value(value, data)),
        Value::Null(_) | Value::Bool(..) | Value::Number(..) | Value::Unknown(_) => {}
    }
}

fn check_text(text: &Traced, data: &[u8]) {
    check_place(text.whole(), data);
    for stretch in text.stretches() {
        check_place(stretch.source, data);
        if stretch.verbatim {
            assert_eq!(stretch.span.slice(text.bytes()), stretch.source.span.slice(data));
        }
    }
}

/// These formats are UTF-8: a place never parts a character.
fn check_place(place: Place, data: &[u8]) {
    let Span { start, end } = place.span;
    assert!(start <= end && end as usize <= data.len(), "{place:?}");
    if let Ok(text) = std::str::from_utf8(data) {
        assert!(text.is_char_boundary(start as usize) && text.is_char_boundary(end as usize), "{place:?}");
    }
}

/// The files of the small repository that [`lint`] makes.
const PATHS: [&str; 5] =
    ["zones/example.com.zone", "mta-sts.example.com/mta-sts.txt", "mtasts.toml", "named.conf", "zones/common"];

/// A small repository, its files parted by lines of `====`: it is linted and printed in every format, and no printer lets a
/// control character through; then it is mended as far as it can be.
pub(crate) fn lint(data: &[u8]) {
    let mut parts: Vec<Vec<u8>> = vec![Vec::new()];
    for line in data.split_inclusive(|byte| *byte == b'\n') {
        if line == b"====\n" && parts.len() < PATHS.len() {
            parts.push(Vec::new());
        } else if let Some(part) = parts.last_mut() {
            part.extend_from_slice(line);
        }
    }
    let tree = MemoryTree::new(PATHS.into_iter().zip(parts));
    let Ok(outcome) = run(&tree, &Request::default(), &Progress::default()) else { return };
    let settled = fix::settle(None, &tree, &Request::default(), Applicability::Unsafe, &Progress::default()).unwrap();
    for changed in &settled.changed {
        let diff = fix::unified(changed).replace("\r\n", "\n");
        assert!(!diff.chars().any(|shown| shown.is_control() && !matches!(shown, '\n' | '\t')), "{diff:?}");
    }
    for format in [Format::Human, Format::Concise, Format::Json, Format::Jsonl] {
        let mut out = Vec::new();
        write(format, &Report::of(&outcome), &Style::default(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.chars().any(|shown| shown.is_control() && shown != '\n'), "{text:?}");
        assert!(format != Format::Json || serde_json::from_str::<serde_json::Value>(&text).is_ok());
    }
    let mut out = Vec::new();
    let understood = Understood::of(outcome.picture.sites.iter(), &outcome.picture.unplaced, &outcome, None);
    show::human(&understood, &Style::default(), &mut out).unwrap();
    assert!(!String::from_utf8(out).unwrap().chars().any(|shown| shown.is_control() && shown != '\n'));
}

/// Terraform: every place lies inside, on the boundaries of characters, and around the places of what it is made of; text
/// that stands in the source as it is stands there; a tree is as high as promised. The first byte says how the others are read.
pub(crate) fn hcl(data: &[u8]) {
    let Some((mode, data)) = data.split_first() else { return };
    let whole = Place::new(FileId(0), Span::of(0..data.len()));
    let traced = Traced::verbatim(data, whole);
    let tree = Tree { data, whole };
    match mode % 5 {
        0 => tree.body(parse::native(FileId(0), data)),
        1 => tree.root(parse::template(&traced)),
        2 => tree.root(parse::expression(&traced)),
        3 => tree.body(parse::json(FileId(0), data)),
        _ => tree.body(parse::json_values(FileId(0), data)),
    }
}

/// The bytes that a tree was read from.
struct Tree<'a> {
    data: &'a [u8],
    whole: Place,
}

impl Tree<'_> {
    fn place(&self, place: Place, within: Place) {
        assert!(within.span.start <= place.span.start && place.span.end <= within.span.end, "{place:?} in {within:?}");
        assert!(place.span.start <= place.span.end && place.span.end as usize <= self.data.len());
        if let Ok(text) = std::str::from_utf8(self.data) {
            assert!(text.get(place.span.range()).is_some(), "{place:?}");
        }
    }

    fn error(&self, error: &SyntaxError) {
        self.place(error.place, self.whole);
        assert!(!error.message.is_empty() && !error.message.ends_with('.'), "{error}");
        assert!(!error.message.chars().any(char::is_control), "{:?}", error.message);
    }

    fn body(&self, body: Result<Body, SyntaxError>) {
        match body {
            Ok(body) => self.items(&body),
            Err(error) => self.error(&error),
        }
    }

    fn root(&self, expr: Result<Expr, SyntaxError>) {
        match expr {
            Ok(expr) => self.expr(&expr, self.whole, parse::MAX_LEVELS),
            Err(error) => self.error(&error),
        }
    }

    fn items(&self, body: &Body) {
        for attribute in &body.attributes {
            self.place(attribute.place, self.whole);
            self.expr(&attribute.value, self.whole, parse::MAX_LEVELS);
        }
        for block in &body.blocks {
            self.place(block.header, self.whole);
            block.labels.iter().for_each(|(_, place)| self.place(*place, self.whole));
            self.items(&block.body);
        }
    }

    fn text(&self, text: &Traced, within: Place) {
        self.place(text.whole(), within);
        assert!(std::str::from_utf8(text.bytes()).is_ok());
        for stretch in text.stretches() {
            self.place(stretch.source, within);
            let source = stretch.source.span.slice(self.data);
            assert!(!stretch.verbatim || stretch.span.slice(text.bytes()) == source);
        }
    }

    fn expr(&self, expr: &Expr, within: Place, levels: u32) {
        assert!(levels > 0);
        self.place(expr.place, within);
        let below = |inner: &Expr| self.expr(inner, expr.place, levels - 1);
        match &expr.kind {
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::Variable(_) => {}
            ExprKind::String(text) => self.text(text, expr.place),
            ExprKind::Template(parts) => self.parts(parts, expr.place, levels - 1),
            ExprKind::Tuple(items) => items.iter().for_each(below),
            ExprKind::Call { arguments, .. } => arguments.iter().for_each(below),
            ExprKind::Object(items) => items.iter().for_each(|(key, value)| {
                below(key);
                below(value);
            }),
            ExprKind::Attribute(of, _) | ExprKind::Unary(_, of) | ExprKind::Parens(of) => below(of),
            ExprKind::Index(left, right) | ExprKind::Binary(left, _, right) => {
                below(left);
                below(right);
            }
            ExprKind::Splat { source, each } => {
                below(source);
                below(each);
            }
            ExprKind::Conditional(parts) => parts.iter().for_each(below),
            ExprKind::For(parts) => {
                below(&parts.source);
                below(&parts.value);
                parts.key.iter().chain(&parts.condition).for_each(below);
            }
        }
    }

    fn parts(&self, parts: &[Part], within: Place, levels: u32) {
        for part in parts {
            match part {
                Part::Literal(text) => self.text(text, within),
                Part::Interpolation(expr) => self.expr(expr, within, levels),
                Part::If { condition, then, otherwise } => {
                    self.expr(condition, within, levels);
                    self.parts(then, within, levels - 1);
                    self.parts(otherwise, within, levels - 1);
                }
                Part::For { source, body, .. } => {
                    self.expr(source, within, levels);
                    self.parts(body, within, levels - 1);
                }
            }
        }
    }
}

/// The calls of Terraform that wait for nobody.
pub(crate) const CALLS: [&str; 10] = [
    "GetProviderSchema",
    "GetFunctions",
    "ValidateProviderConfig",
    "ConfigureProvider",
    "ValidateResourceConfig",
    "ValidateDataResourceConfig",
    "UpgradeResourceState",
    "ReadResource",
    "PlanResourceChange",
    "CallFunction",
];

/// A request of Terraform's is answered at once, whatever it is. A value of Terraform's survives being written and read again, and nothing
/// of the provider falls over it.
pub(crate) fn provider(data: &[u8]) {
    use std::task::{Context, Waker};

    use mtasts::provider::Mtasts;
    use mtasts::provider::protocol::encoding::{from_msgpack, to_msgpack};
    use mtasts::provider::protocol::{Change, Provider, Service};

    let service = Service::new(Mtasts::new());
    for method in CALLS {
        let call = std::pin::pin!(service.call(method, data));
        assert!(call.poll(&mut Context::from_waker(Waker::noop())).is_ready(), "{method}");
    }
    let Ok(value) = from_msgpack(data) else { return };
    let written = to_msgpack(&value);
    assert_eq!(to_msgpack(&from_msgpack(&written).unwrap()), written);
    let provider = Mtasts::new();
    let _ = provider.validate(&value);
    for (_, function) in provider.functions() {
        let _ = function.call(&[value.clone(), value.clone(), value.clone()]);
    }
    for (_, resource) in provider.resources() {
        let _ = resource.validate(&value);
        let change = Change { prior: value.clone(), next: value.clone(), config: value.clone() };
        let _ = resource.plan(&change);
        let _ = resource.upgrade(0, value.clone());
    }
}
