//! Templates: strings with `${` and `%{`, and files of them.

use std::rc::Rc;
use std::sync::Arc;

use super::loops::{bound, items, reason_of};
use super::machine::{Machine, Parsed, fault, too_much};
use super::scope::Scope;
use crate::hcl::ast::{Expr, Part};
use crate::hcl::configuration::join_path;
use crate::hcl::functions::Fault;
use crate::hcl::value::Value;
use crate::hcl::{convert, parse};
use crate::text::{Place, Span, Step, Traced, TracedBuilder};

impl Machine<'_> {
    /// The text of a template; the value itself of one that is a single `${...}`.
    pub(super) fn template(&self, parts: &[Part], place: Place, scope: Scope<'_>) -> Result<Value, Fault> {
        if let [Part::Interpolation(expr)] = parts {
            return self.eval(expr, scope);
        }
        let mut text = TracedBuilder::new(place);
        self.parts(parts, scope, &mut text)?;
        Ok(if self.budget.is_spent() {
            too_much(place)
        } else {
            Value::String(convert::normal(&Arc::new(text.finish())))
        })
    }

    fn parts(&self, parts: &[Part], scope: Scope<'_>, text: &mut TracedBuilder) -> Result<(), Fault> {
        let Some(_level) = self.budget.enter() else { return Ok(()) };
        for part in parts {
            match part {
                Part::Literal(literal) => {
                    if !self.budget.spend_on_text(literal) {
                        return Ok(());
                    }
                    text.append(literal);
                }
                Part::Interpolation(expr) => {
                    let value = self.eval(expr, scope)?;
                    self.risk_of(&value);
                    if !self.budget.spend_on(&value) {
                        return Ok(());
                    }
                    convert::interpolate(&value, expr.place, text)?;
                }
                Part::If { condition, then, otherwise } => self.if_part(condition, then, otherwise, scope, text)?,
                Part::For { key_name, value_name, source, body } => {
                    self.for_part(key_name.as_deref(), value_name, (source, body), scope, text)?;
                }
            }
        }
        Ok(())
    }

    fn if_part(
        &self,
        condition: &Expr,
        then: &[Part],
        otherwise: &[Part],
        scope: Scope<'_>,
        text: &mut TracedBuilder,
    ) -> Result<(), Fault> {
        let value = self.eval(condition, scope)?;
        match convert::to_bool(&value, condition.place)? {
            Value::Bool(true, _) => self.parts(then, scope, text),
            Value::Bool(false, _) => self.parts(otherwise, scope, text),
            Value::Null(_) => fault(condition.place, "a condition cannot be null"),
            unknown => self.gap(&unknown, condition.place, text),
        }
    }

    fn for_part(
        &self,
        key_name: Option<&str>,
        value_name: &str,
        (source, body): (&Expr, &[Part]),
        scope: Scope<'_>,
        text: &mut TracedBuilder,
    ) -> Result<(), Fault> {
        let mut steps = Vec::new();
        let collection = self.eval_raw(source, scope, &mut steps)?;
        let Ok(found) = items(&collection, source.place)? else {
            return self.gap(&collection, source.place, text);
        };
        for (key, value) in found {
            if self.budget.is_spent() {
                break;
            }
            let outer = key_name.map(|name| scope.bind(name, key, &steps));
            let inner = bound(scope, outer.as_ref());
            let names = inner.bind(value_name, value, &steps);
            self.parts(body, inner.inside(&names), text)?;
        }
        Ok(())
    }

    /// Text that is not known, as what it depends on is not.
    fn gap(&self, unknown: &Value, place: Place, text: &mut TracedBuilder) -> Result<(), Fault> {
        self.risk(&reason_of(unknown, place));
        convert::interpolate(&convert::unknown_of([unknown], place), place, text)
    }

    /// `templatefile(path, values)`.
    pub(super) fn template_file(&self, path: &Value, values: &Value, place: Place) -> Result<Value, Fault> {
        if let Some(reason) = path.first_unknown() {
            self.risk(reason);
            return Ok(convert::unknown_of([path, values], place));
        }
        let named = convert::to_text(path, place)?;
        let named = named.text();
        let Some(inside) = join_path(&self.root.directory, &named).filter(|_| !named.starts_with('~')) else {
            return Ok(self.unreadable(place, &format!("the template `{named}` is outside of this repository")));
        };
        let Some(parsed) = self.template_at(&inside) else {
            return Ok(self.unreadable(place, &format!("the template `{inside}` is not in this repository")));
        };
        let template = parsed.as_ref().as_ref().map_err(Clone::clone)?;
        let text = self.fill(template, values, place)?;
        let step = Step { place, what: format!("through the template `{inside}`").into() };
        Ok(self.sent(text, &[step], place))
    }

    fn unreadable(&self, place: Place, why: &str) -> Value {
        let value = Value::unknown(place, why);
        self.risk_of(&value);
        value
    }

    /// The template in a file of the repository, read once.
    fn template_at(&self, path: &str) -> Option<Parsed> {
        if let Some(known) = self.templates.borrow().get(path) {
            return Some(Rc::clone(known));
        }
        let (file, bytes) = self.files.open(path)?;
        let start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let place = Place::new(file, Span::of(start..bytes.len()));
        let text = Traced::verbatim(place.span.slice(&bytes), place);
        let parsed = if std::str::from_utf8(text.bytes()).is_ok() {
            parse::template(&text).map_err(|error| Fault { place: error.place, message: error.message })
        } else {
            fault(place, format!("the template `{path}` is not in UTF-8"))
        };
        let parsed = Rc::new(parsed);
        self.templates.borrow_mut().insert(path.into(), Rc::clone(&parsed));
        Some(parsed)
    }

    /// `templatestring(template, values)`.
    pub(super) fn template_string(&self, template: &Value, values: &Value, place: Place) -> Result<Value, Fault> {
        if let Some(reason) = template.first_unknown() {
            self.risk(reason);
            return Ok(convert::unknown_of([template, values], place));
        }
        let text = convert::to_text(template, place)?;
        if !self.budget.spend(text.bytes().len()) {
            return Ok(too_much(place));
        }
        let parsed = parse::template(&text).map_err(|error| Fault { place: error.place, message: error.message })?;
        self.fill(&parsed, values, place)
    }

    /// A template with these values.
    fn fill(&self, template: &Expr, values: &Value, place: Place) -> Result<Value, Fault> {
        let value = match values {
            Value::Unknown(_) => {
                self.risk_of(values);
                return Ok(convert::unknown_of([values], place));
            }
            Value::Map(map) if let Some(name) = map.entries.keys().find(|name| !is_identifier(name)) => {
                return fault(place, format!("`{name}` cannot be the name of a template's variable"));
            }
            Value::Map(map) => self.eval(template, Scope::template(&map.entries))?,
            _ => return fault(place, "the values of a template must be a map"),
        };
        if matches!(value, Value::Null(_)) { fault(place, "the template comes to null") } else { Ok(value) }
    }
}

/// Whether a template can name it.
fn is_identifier(name: &str) -> bool {
    let mut rest = name.chars();
    rest.next().is_some_and(|first| first == '_' || unicode_ident::is_xid_start(first))
        && rest.all(|c| c == '-' || unicode_ident::is_xid_continue(c))
}
