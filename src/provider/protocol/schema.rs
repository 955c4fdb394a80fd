//! What a provider declares: its attributes and functions, their types and words.

use serde_json::json;

use super::value::Value;
use super::wire;

/// A type of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `string`.
    Text,
    /// `number`.
    Number,
    /// `bool`.
    Bool,
    /// Anything: only a parameter of a function may be that.
    Any,
    /// `list` of elements of one type.
    List(Box<Type>),
    /// `object`.
    Object(Vec<(&'static str, Type)>),
}

/// Who sets an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The user, always.
    Required,
    /// The user, or nobody.
    Optional,
    /// The provider.
    Computed,
}

/// An attribute of a resource, data source or provider.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: Type,
    /// Who sets it.
    pub presence: Presence,
    /// What it is, in Markdown.
    pub description: &'static str,
}

/// The attributes of a resource, data source or provider.
#[derive(Clone, Debug)]
pub struct Schema {
    /// Of the state: it grows when a state of before cannot be read as one of now.
    pub version: i64,
    /// What it is for, in Markdown.
    pub description: &'static str,
    /// In the order of the documentation.
    pub attributes: Vec<Attribute>,
}

/// A parameter of a function. No function is called with a null or an unknown argument.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: Type,
    /// What it is, in Markdown.
    pub description: &'static str,
}

/// What a function takes and gives.
#[derive(Clone, Debug)]
pub struct Signature {
    /// The parameters.
    pub parameters: Vec<Parameter>,
    /// What further arguments are, if there may be any.
    pub variadic: Option<Parameter>,
    /// The type of the result.
    pub returns: Type,
    /// What it does, a clause.
    pub summary: &'static str,
    /// The same at length, in Markdown.
    pub description: &'static str,
}

impl Type {
    /// A list of `element`s.
    pub fn list(element: Self) -> Self {
        Self::List(Box::new(element))
    }

    /// As users write it: `list(string)`.
    pub fn shown(&self) -> String {
        match self {
            Self::Text => "string".to_owned(),
            Self::Number => "number".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Any => "dynamic".to_owned(),
            Self::List(element) => format!("list({})", element.shown()),
            Self::Object(attributes) => {
                let attributes: Vec<String> =
                    attributes.iter().map(|(name, kind)| format!("{name} = {}", kind.shown())).collect();
                format!("object({{ {} }})", attributes.join(", "))
            }
        }
    }

    /// As the protocol writes it: JSON.
    fn json(&self) -> serde_json::Value {
        match self {
            Self::Text => json!("string"),
            Self::Number => json!("number"),
            Self::Bool => json!("bool"),
            Self::Any => json!("dynamic"),
            Self::List(element) => json!(["list", element.json()]),
            Self::Object(attributes) => {
                let attributes: serde_json::Map<String, serde_json::Value> =
                    attributes.iter().map(|(name, kind)| ((*name).to_owned(), kind.json())).collect();
                json!(["object", attributes])
            }
        }
    }

    fn bytes(&self) -> Vec<u8> {
        self.json().to_string().into_bytes()
    }
}

impl Schema {
    /// The object with exactly the attributes of the schema: what `value` lacks is null, and what it has beside them is left out.
    pub fn shaped(&self, value: &Value) -> Value {
        if !matches!(value, Value::Map(_)) {
            return value.clone();
        }
        let attribute = |attribute: &Attribute| (attribute.name.to_owned(), value.get(attribute.name).clone());
        Value::Map(self.attributes.iter().map(attribute).collect())
    }

    pub(super) fn to_wire(&self) -> wire::Schema {
        let block = wire::Block {
            attributes: self.attributes.iter().map(Attribute::to_wire).collect(),
            description: self.description.to_owned(),
            description_kind: wire::StringKind::Markdown.into(),
        };
        wire::Schema { version: self.version, block: Some(block) }
    }
}

impl Attribute {
    fn to_wire(&self) -> wire::Attribute {
        wire::Attribute {
            name: self.name.to_owned(),
            kind: self.kind.bytes(),
            description: self.description.to_owned(),
            required: self.presence == Presence::Required,
            optional: self.presence == Presence::Optional,
            computed: self.presence == Presence::Computed,
            description_kind: wire::StringKind::Markdown.into(),
        }
    }
}

impl Signature {
    pub(super) fn to_wire(&self) -> wire::Function {
        wire::Function {
            parameters: self.parameters.iter().map(Parameter::to_wire).collect(),
            variadic: self.variadic.as_ref().map(Parameter::to_wire),
            returns: Some(wire::Return { kind: self.returns.bytes() }),
            summary: self.summary.to_owned(),
            description: self.description.to_owned(),
            description_kind: wire::StringKind::Markdown.into(),
        }
    }

    /// The parameter that takes the argument at `index`.
    pub(super) fn parameter(&self, index: usize) -> Option<&Parameter> {
        self.parameters.get(index).or(self.variadic.as_ref())
    }
}

impl Parameter {
    fn to_wire(&self) -> wire::Parameter {
        wire::Parameter {
            name: self.name.to_owned(),
            kind: self.kind.bytes(),
            allow_null_value: false,
            allow_unknown_values: false,
            description: self.description.to_owned(),
            description_kind: wire::StringKind::Markdown.into(),
        }
    }
}
