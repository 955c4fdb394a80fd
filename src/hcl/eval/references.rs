//! References: `var.x`, `local.x`, `each.value.y`, `module.m["k"].out`, `aws_s3_object.policy.content`.

use std::rc::Rc;
use std::sync::Arc;

use super::access::Walk;
use super::machine::{Machine, REFUSED, Wanted, fault, refused, settled, too_much, unknown};
use super::modules::{Instance, Set};
use super::scope::{Home, Scope};
use crate::hcl::ast::{Expr, ExprKind};
use crate::hcl::functions::Fault;
use crate::hcl::value::{Symbol, Unknown, Value};
use crate::text::{Place, Reason, Step};

impl Machine<'_> {
    /// The value of a chain of attributes and indexes, however long, that ends at `expr`.
    pub(super) fn eval_chain(&self, expr: &Expr, scope: Scope<'_>) -> Result<Value, Fault> {
        let mut steps = Vec::new();
        let value = self.eval_raw(expr, scope, &mut steps)?;
        Ok(self.sent(value, &steps, expr.place))
    }

    /// The value of an expression without the `steps` that it takes: what is made of a large one need not be copied first.
    pub(super) fn eval_raw(&self, expr: &Expr, scope: Scope<'_>, steps: &mut Vec<Step>) -> Result<Value, Fault> {
        let mut nodes = Vec::new();
        let mut base = expr;
        while let ExprKind::Attribute(inner, _) | ExprKind::Index(inner, _) = &base.kind {
            nodes.push(base);
            base = inner;
        }
        nodes.reverse();
        let ExprKind::Variable(name) = &base.kind else {
            let value = self.eval(base, scope)?;
            return self.walk(Walk::new(value), &nodes, scope, steps);
        };
        let Some(_level) = self.budget.enter() else { return Ok(too_much(expr.place)) };
        if let Some((value, taken)) = scope.bound(name) {
            steps.extend_from_slice(taken);
            return self.walk(Walk::new(value.clone()), &nodes, scope, steps);
        }
        let home = match scope.home {
            Home::Module(home) => home,
            Home::Template(_) => {
                return fault(base.place, format!("the template uses `{name}`, and is not given it"));
            }
            Home::Nowhere => return fault(base.place, format!("`{name}` cannot be referred to here")),
        };
        let reference = Reference { home, name, base, nodes: &nodes };
        let (value, used) = match self.referred(reference, scope, steps) {
            Ok(found) => found,
            // Terraform looks at these before it evaluates anything: no `try` catches them.
            Err(fault) => return Ok(refused(fault.place, &fault.message)),
        };
        self.walk(Walk::new(value), nodes.get(used..).unwrap_or_default(), scope, steps)
    }

    /// What a reference refers to, and how many of its nodes say so.
    fn referred(&self, it: Reference<'_>, scope: Scope<'_>, steps: &mut Vec<Step>) -> Result<(Value, usize), Fault> {
        match &**it.name {
            "var" => Ok((self.variable_at(it, steps)?, 1)),
            "local" => Ok((self.local_at(it, steps)?, 1)),
            "module" => Ok((self.module_at(it)?, 1)),
            "data" => Ok((self.thing_at(it, true)?, 2)),
            "each" => Ok((each(it, scope, steps)?, 1)),
            "count" => Ok((count(it, scope)?, 1)),
            "path" => Ok((self.path_at(it)?, 1)),
            "terraform" | "tofu" => Ok((self.terraform_at(it)?, 1)),
            "self" => Ok((Value::unknown(it.base.place, "`self` is known only while it is applied"), 0)),
            "resource" if it.nodes.len() > 1 => {
                let (kind, _) = it.attribute(0)?;
                let inner = Reference { name: kind, nodes: it.nodes.get(1..).unwrap_or_default(), ..it };
                Ok((self.thing_at(inner, false)?, 2))
            }
            _ => Ok((self.thing_at(it, false)?, 1)),
        }
    }

    fn variable_at(&self, it: Reference<'_>, steps: &mut Vec<Step>) -> Result<Value, Fault> {
        let (name, place) = it.attribute(0)?;
        if !it.home.loaded.module.variables.contains_key(name) {
            return it.undeclared(place, &format!("the variable `{name}`"));
        }
        steps.push(Step { place, what: format!("through the variable `{name}`").into() });
        Ok(self.variable(it.home, name, place))
    }

    fn local_at(&self, it: Reference<'_>, steps: &mut Vec<Step>) -> Result<Value, Fault> {
        let (name, place) = it.attribute(0)?;
        let Some(local) = it.home.loaded.module.locals.get(name) else {
            return it.undeclared(place, &format!("the local value `{name}`"));
        };
        steps.push(Step { place, what: format!("through the local value `{name}`").into() });
        Ok(self.remember(it.home, &Wanted::Local(Arc::clone(name)), place, || {
            settled(self.eval(&local.value, Scope::of(it.home)))
        }))
    }

    fn module_at(&self, it: Reference<'_>) -> Result<Value, Fault> {
        let (name, place) = it.attribute(0)?;
        let Some(call) = it.home.loaded.call_named(name) else {
            return it.undeclared(place, &format!("the module `{name}`"));
        };
        let set = self.called(it.home, call);
        Ok(self.value_of(set, it.home, &Wanted::Call(call), place))
    }

    /// A resource or data source: the last two of `data`, kind and name.
    fn thing_at(&self, it: Reference<'_>, is_data: bool) -> Result<Value, Fault> {
        let kind = if is_data { it.attribute(0)?.0 } else { it.name };
        let (name, place) = it.attribute(usize::from(is_data))?;
        let Some(resource) = it.home.loaded.resource(is_data, kind, name) else {
            let what = if is_data { "data source" } else { "resource" };
            return it.undeclared(place, &format!("the {what} `{kind}.{name}`"));
        };
        let set = self.things(it.home, resource);
        Ok(self.value_of(set, it.home, &Wanted::Resource(resource), place))
    }

    fn value_of(&self, set: Option<Rc<Set>>, home: &Instance, wanted: &Wanted, place: Place) -> Value {
        set.map_or_else(|| self.circle(home, wanted, place), |set| set.value.clone())
    }

    fn path_at(&self, it: Reference<'_>) -> Result<Value, Fault> {
        let (name, place) = it.attribute(0)?;
        match &**name {
            "module" => Ok(Value::string(&relative(&self.root.directory, &it.home.loaded.module.directory), place)),
            "root" => Ok(Value::string(".", place)),
            "cwd" => Ok(Value::unknown(place, "`path.cwd` depends on where Terraform is run")),
            _ => fault(place, format!("`path` has no attribute `{name}`")),
        }
    }

    fn terraform_at(&self, it: Reference<'_>) -> Result<Value, Fault> {
        let (name, place) = it.attribute(0)?;
        let symbol = Symbol { address: "terraform".into(), attribute: Arc::clone(name) };
        let unknown = |why: &str| {
            let unknown = Unknown::new(place, Reason::at(place, why));
            Value::Unknown(Arc::new(Unknown { symbol: Some(symbol), ..unknown }))
        };
        match (&**name, &self.root.workspace) {
            ("workspace", Some(workspace)) => Ok(Value::string(workspace, place)),
            ("workspace", None) => Ok(unknown("the workspace is not known; `workspace` in `[[terraform]]` says it")),
            ("applying", _) => Ok(unknown("`terraform.applying` differs between plan and apply")),
            _ => fault(place, format!("`{}` has no attribute `{name}`", it.name)),
        }
    }
}

/// A reference as it is written in a module.
#[derive(Clone, Copy)]
struct Reference<'r> {
    home: &'r Rc<Instance>,
    /// Its first word.
    name: &'r Arc<str>,
    base: &'r Expr,
    /// What follows.
    nodes: &'r [&'r Expr],
}

impl<'r> Reference<'r> {
    /// The attribute at this node, and the place of all up to it.
    fn attribute(&self, node: usize) -> Result<(&'r Arc<str>, Place), Fault> {
        match self.nodes.get(node).map(|node| (&node.kind, node.place)) {
            Some((ExprKind::Attribute(_, name), place)) => Ok((name, place)),
            _ => fault(self.base.place, format!("`{}` must be followed by a name", self.name)),
        }
    }

    /// The fault of what is not declared; not known, where a file of the module cannot be read.
    fn undeclared(&self, place: Place, what: &str) -> Result<Value, Fault> {
        match self.home.loaded.module.errors.first() {
            Some(error) => {
                let why = format!("{what} is not declared in the files of the module that can be read");
                Ok(unknown(place, Reason::at(error.place, why)))
            }
            None => fault(place, format!("{what} is not declared")),
        }
    }
}

fn each(it: Reference<'_>, scope: Scope<'_>, steps: &mut Vec<Step>) -> Result<Value, Fault> {
    let (name, place) = it.attribute(0)?;
    steps.extend(scope.each.iter().flat_map(|each| each.steps.iter().cloned()));
    let value = match &**name {
        "key" => scope.each.and_then(|each| each.key.clone()),
        "value" => scope.each.and_then(|each| each.value.clone()),
        _ => return fault(place, format!("`each` has no attribute `{name}`")),
    };
    value.map_or_else(|| fault(place, "`each` stands in a block that has no `for_each`"), Ok)
}

fn count(it: Reference<'_>, scope: Scope<'_>) -> Result<Value, Fault> {
    let (name, place) = it.attribute(0)?;
    if &**name != "index" {
        return fault(place, format!("`count` has no attribute `{name}`"));
    }
    let index = scope.each.and_then(|each| each.index.clone());
    index.map_or_else(|| fault(place, "`count` stands in a block that has no `count`"), Ok)
}

/// The way from one directory to another, as Terraform writes it: `../modules/x`, `.`.
pub(super) fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(shared).map(|_| "..".to_owned());
    let way: Vec<String> = up.chain(to.into_iter().skip(shared)).collect();
    if way.is_empty() { ".".to_owned() } else { way.join("/") }
}

/// Whether the reason is that Terraform would refuse the configuration, and its message.
pub(super) fn refusal(reason: &Reason) -> Option<&str> {
    reason.why.strip_prefix(REFUSED)
}
