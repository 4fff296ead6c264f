//! What was typed into a form, and what is wrong with it.
//! Must never drop what was typed, nor mark a field as wrong without saying why.
use crate::stop::Problem;

/// What is wrong with a form, at the field where it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wrongs(pub(crate) Vec<Wrong>);

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// Id of the field; empty if it is the whole.
    pub(crate) field: String,
    pub(crate) says: String,
}

impl Wrongs {
    pub(crate) fn add(&mut self, field: impl Into<String>, says: impl Into<String>) {
        self.0.push(Wrong { field: field.into(), says: says.into() });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with a field.
    pub(crate) fn says(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|wrong| wrong.field == field).map(|wrong| wrong.says.as_str())
    }

    /// What the API says: its single errors, else its detail, at the field that it begins with
    /// (`note: write …`) if that is one of `fields`.
    pub(crate) fn of(problem: &Problem, fields: &[&str]) -> Self {
        let mut wrongs = Self::default();
        for error in &problem.errors {
            wrongs.add(&error.field, &error.reason);
        }
        if wrongs.is_empty() {
            let named = problem.text().split_once(": ");
            match named.filter(|(field, _)| fields.contains(field)) {
                Some((field, says)) => wrongs.add(field, sentence(says)),
                None => wrongs.add("", problem.text()),
            }
        }
        wrongs
    }
}

/// With a capital letter, as it stands alone at its field.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_api_says_goes_to_the_field_that_it_names() {
        let wrongs = |detail: &str| Wrongs::of(&Problem::new(422, "No", detail), &["note"]);
        assert_eq!(wrongs("note: write more.").says("note"), Some("Write more."));
        assert_eq!(wrongs("other: write more.").says(""), Some("other: write more."));
        assert_eq!(wrongs("Not now.").says(""), Some("Not now."));
    }
}
