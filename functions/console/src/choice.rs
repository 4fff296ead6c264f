//! A field with choices, as filters and forms have it.
//! Must never lose the chosen value, be it one that is offered no more.

/// A drop-down list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pick {
    /// Name of the field.
    pub(crate) name: &'static str,
    /// What it is about.
    pub(crate) label: &'static str,
    pub(crate) options: Vec<Choice>,
}

/// One of its choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
}

impl Pick {
    /// A list in which `chosen` is selected. What is not offered is added as it is.
    pub(crate) fn new<V: Into<String>, L: Into<String>>(
        names: (&'static str, &'static str),
        options: impl IntoIterator<Item = (V, L)>,
        chosen: &str,
    ) -> Self {
        Self::calling(names, options, chosen, str::to_owned)
    }

    /// The same, if what is not offered has a better name than its value. Without it a browser
    /// would select the first choice: a form would then undo what was chosen, and a filter that
    /// is on would look as if it were off.
    pub(crate) fn calling<V: Into<String>, L: Into<String>>(
        (name, label): (&'static str, &'static str),
        options: impl IntoIterator<Item = (V, L)>,
        chosen: &str,
        called: impl FnOnce(&str) -> String,
    ) -> Self {
        let choice = |(value, label): (V, L)| {
            let value = value.into();
            Choice { chosen: value == chosen, value, label: label.into() }
        };
        let mut options: Vec<Choice> = options.into_iter().map(choice).collect();
        if !chosen.is_empty() && !options.iter().any(|one| one.chosen) {
            let (value, label) = (chosen.to_owned(), called(chosen));
            options.push(Choice { value, label, chosen: true });
        }
        Self { name, label, options }
    }

    /// Whether something but the first choice, which is "all", is selected.
    pub(crate) fn narrows(&self) -> bool {
        self.options.iter().skip(1).any(|choice| choice.chosen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFERED: [(&str, &str); 2] = [("", "Everybody"), ("me", "Me")];

    fn selected(pick: &Pick) -> Vec<(&str, &str)> {
        let chosen = pick.options.iter().filter(|one| one.chosen);
        chosen.map(|one| (one.value.as_str(), one.label.as_str())).collect()
    }

    #[test]
    fn what_is_offered_no_more_stays_chosen_under_its_name() {
        let names = ("owner", "Owner");
        let gone = Pick::calling(names, OFFERED, "gone-1", |_| "A colleague".to_owned());
        assert_eq!(selected(&gone), [("gone-1", "A colleague")]);
        assert!(gone.narrows(), "the filter is on");
        assert_eq!(selected(&Pick::new(names, OFFERED, "gone-1")), [("gone-1", "gone-1")]);
    }

    #[test]
    fn what_is_offered_is_chosen_once_and_nothing_is_added() {
        for (chosen, label) in OFFERED {
            let pick = Pick::new(("owner", "Owner"), OFFERED, chosen);
            assert_eq!((selected(&pick), pick.options.len()), (vec![(chosen, label)], 2));
        }
        assert!(!Pick::new(("owner", "Owner"), OFFERED, "").narrows());
    }
}
