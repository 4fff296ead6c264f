//! Stripe's request encoding: forms with bracketed keys, `line_items[0][price_data][currency]`.
//! It must never accept more pairs or deeper keys than the bounds below.

use crate::error::StripeError;
use serde_json::{Map, Value};

const PAIRS_MAX: usize = 1_000;
const DEPTH_MAX: usize = 6;

/// Decodes a body or query into nested objects; every leaf is a string. A list stays an object with
/// numbers for keys, since only the reader of a parameter knows whether it is a list or metadata.
///
/// # Errors
/// 400 when a key is malformed or a bound is passed.
pub(crate) fn decode(raw: &[u8]) -> Result<Value, StripeError> {
    let mut root = Map::new();
    for (count, (key, value)) in form_urlencoded::parse(raw).enumerate() {
        if count >= PAIRS_MAX {
            return Err(StripeError::invalid("Too many parameters."));
        }
        let path = split_key(&key)?;
        insert(&mut root, &path, value.into_owned());
    }
    Ok(Value::Object(root))
}

fn split_key(key: &str) -> Result<Vec<&str>, StripeError> {
    let malformed = || StripeError::invalid(format!("Invalid parameter name: {key}")).param(key);
    let (head, mut rest) = key.split_at(key.find('[').unwrap_or(key.len()));
    let mut path = vec![head];
    while !rest.is_empty() {
        let inner = rest.strip_prefix('[').ok_or_else(malformed)?;
        let end = inner.find(']').ok_or_else(malformed)?;
        path.push(&inner[..end]);
        rest = &inner[end + 1..];
    }
    if head.is_empty() || path.len() > DEPTH_MAX { Err(malformed()) } else { Ok(path) }
}

fn insert(map: &mut Map<String, Value>, path: &[&str], value: String) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    // `a[]` appends: the next free number becomes the key.
    let key = if first.is_empty() { map.len().to_string() } else { (*first).to_owned() };
    if rest.is_empty() {
        map.insert(key, Value::String(value));
        return;
    }
    let child = map.entry(key).or_insert_with(|| Value::Object(Map::new()));
    if !child.is_object() {
        *child = Value::Object(Map::new());
    }
    if let Value::Object(inner) = child {
        insert(inner, rest, value);
    }
}

#[cfg(test)]
mod tests {
    use super::decode;
    use serde_json::json;

    #[test]
    fn bracketed_keys_become_nested_objects() {
        let raw = b"a[0][b][c]=1&a[1][b][c]=2&list[]=x&list[]=y&plain=%26";
        let expected = json!({
            "a": {"0": {"b": {"c": "1"}}, "1": {"b": {"c": "2"}}},
            "list": {"0": "x", "1": "y"},
            "plain": "&",
        });
        assert_eq!(decode(raw).ok(), Some(expected));
    }

    #[test]
    fn malformed_and_deep_keys_are_refused() {
        for raw in ["a[b=1", "[a]=1", "a[b]c=1", "a[1][2][3][4][5][6][7]=1"] {
            assert!(decode(raw.as_bytes()).is_err(), "{raw}");
        }
    }
}
