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
    /// A list in which `chosen` is selected, or its first choice if that is not in it.
    pub(crate) fn new<V: Into<String>, L: Into<String>>(
        (name, label): (&'static str, &'static str),
        options: impl IntoIterator<Item = (V, L)>,
        chosen: &str,
    ) -> Self {
        let choice = |(value, label): (V, L)| {
            let value = value.into();
            Choice { chosen: value == chosen, value, label: label.into() }
        };
        Self { name, label, options: options.into_iter().map(choice).collect() }
    }

    /// Whether something but the first choice, which is "all", is selected.
    pub(crate) fn narrows(&self) -> bool {
        self.options.iter().skip(1).any(|choice| choice.chosen)
    }
}
