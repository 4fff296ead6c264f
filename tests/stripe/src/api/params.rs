//! Typed reading of request parameters, with Stripe's own complaints.
//! It must never ignore a parameter it does not know: Stripe does not either.

use crate::error::StripeError;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::LazyLock;

static NOTHING: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);

/// One level of parameters and where it stands in the request.
pub(crate) struct Params<'a> {
    map: &'a Map<String, Value>,
    path: String,
}

type Parsed<T> = Result<T, StripeError>;

impl<'a> Params<'a> {
    /// The top level.
    pub(crate) fn root(value: &'a Value) -> Self {
        Self { map: value.as_object().unwrap_or(&NOTHING), path: String::new() }
    }

    /// The parameter's full name, as Stripe shows it in `error.param`.
    pub(crate) fn name(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}[{key}]", self.path) }
    }

    /// Whether the parameter was sent at all.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    /// Refuses parameters Stripe does not know, and those it knows but this stand-in does not copy.
    pub(crate) fn only(&self, known: &[&str], not_copied: &[&str]) -> Parsed<()> {
        for key in self.map.keys() {
            let name = self.name(key);
            if not_copied.contains(&key.as_str()) {
                let message = format!("The Stripe stand-in does not copy the parameter {name}");
                return Err(StripeError::invalid(message).param(name));
            }
            if !known.contains(&key.as_str()) {
                let message = format!("Received unknown parameter: {name}");
                return Err(StripeError::invalid(message).code("parameter_unknown").param(name));
            }
        }
        Ok(())
    }

    /// Refuses two parameters that exclude each other.
    pub(crate) fn at_most_one(&self, first: &str, second: &str) -> Parsed<()> {
        if !(self.has(first) && self.has(second)) {
            return Ok(());
        }
        let message = format!("You may only specify one of these parameters: {first}, {second}.");
        Err(StripeError::invalid(message).param(self.name(first)))
    }

    /// A text of 1 to `length_max` characters.
    pub(crate) fn text(&self, key: &str, length_max: usize) -> Parsed<Option<String>> {
        let name = self.name(key);
        match self.map.get(key) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => {
                let message = format!(
                    "You passed an empty string for '{name}'. We assume empty values are an \
                     attempt to unset a parameter; however '{name}' cannot be unset."
                );
                Err(StripeError::invalid(message).code("parameter_invalid_empty").param(name))
            }
            Some(Value::String(text)) if text.chars().count() > length_max => {
                let message = format!("Invalid string: must be at most {length_max} characters");
                Err(StripeError::invalid(message).param(name))
            }
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(StripeError::invalid("Invalid string").param(name)),
        }
    }

    /// A text that must be there.
    pub(crate) fn required(&self, key: &str, length_max: usize) -> Parsed<String> {
        self.text(key, length_max)?.ok_or_else(|| self.missing(key))
    }

    /// Stripe's complaint about a parameter that is not there.
    pub(crate) fn missing(&self, key: &str) -> StripeError {
        let name = self.name(key);
        StripeError::invalid(format!("Missing required param: {name}."))
            .code("parameter_missing")
            .param(name)
    }

    /// An integer.
    pub(crate) fn integer(&self, key: &str) -> Parsed<Option<i64>> {
        let Some(text) = self.text(key, 100)? else {
            return Ok(None);
        };
        let name = self.name(key);
        text.parse().map(Some).map_err(|_| {
            StripeError::invalid(format!("Invalid integer: {text}"))
                .code("parameter_invalid_integer")
                .param(name)
        })
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&self, key: &str) -> Parsed<Option<bool>> {
        match self.text(key, 100)?.as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => {
                Err(StripeError::invalid(format!("Invalid boolean: {other}")).param(self.name(key)))
            }
        }
    }

    /// One of a few words.
    pub(crate) fn choice(&self, key: &str, words: &[&str]) -> Parsed<Option<String>> {
        let Some(text) = self.text(key, 200)? else {
            return Ok(None);
        };
        if words.contains(&text.as_str()) {
            return Ok(Some(text));
        }
        let message = format!("Invalid {}: must be one of {}", self.name(key), words.join(", "));
        Err(StripeError::invalid(message).param(self.name(key)))
    }

    /// A nested object.
    pub(crate) fn object(&self, key: &str) -> Parsed<Option<Params<'a>>> {
        let path = self.name(key);
        match self.map.get(key) {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(Some(Params { map, path })),
            Some(_) => Err(StripeError::invalid("Invalid object").param(path)),
        }
    }

    /// A list of objects, in the order of their numbers.
    pub(crate) fn objects(&self, key: &str) -> Parsed<Vec<Params<'a>>> {
        let Some(list) = self.object(key)? else {
            return Ok(Vec::new());
        };
        list.numbered()?.iter().filter_map(|number| list.object(number).transpose()).collect()
    }

    /// A list of texts, in the order of their numbers.
    pub(crate) fn texts(&self, key: &str, length_max: usize) -> Parsed<Vec<String>> {
        let Some(list) = self.object(key)? else {
            return Ok(Vec::new());
        };
        list.numbered()?
            .iter()
            .filter_map(|number| list.text(number, length_max).transpose())
            .collect()
    }

    fn numbered(&self) -> Parsed<Vec<String>> {
        let mut numbers = Vec::new();
        for key in self.map.keys() {
            // `01` and `+1` are numbers too, yet not the keys that are looked up below.
            let number = key.parse().ok().filter(|number: &usize| number.to_string() == *key);
            let number = number
                .ok_or_else(|| StripeError::invalid("Invalid array").param(self.path.clone()))?;
            numbers.push(number);
        }
        numbers.sort_unstable();
        Ok(numbers.into_iter().map(|number| number.to_string()).collect())
    }

    /// Metadata: at most 50 pairs, keys of 40 and values of 500 characters; an empty value unsets.
    pub(crate) fn metadata(&self) -> Parsed<BTreeMap<String, String>> {
        let Some(pairs) = self.object("metadata")? else {
            return Ok(BTreeMap::new());
        };
        let mut metadata = BTreeMap::new();
        for (key, value) in pairs.map {
            let Value::String(text) = value else {
                return Err(
                    StripeError::invalid("Metadata values must be strings").param(pairs.name(key))
                );
            };
            if key.chars().count() > 40 || text.chars().count() > 500 || pairs.map.len() > 50 {
                let message = "Metadata can have up to 50 keys, of up to 40 characters, with values \
                     of up to 500 characters.";
                return Err(StripeError::invalid(message).param(pairs.name(key)));
            }
            if !text.is_empty() {
                metadata.insert(key.clone(), text.clone());
            }
        }
        Ok(metadata)
    }
}
