//! A bounded collection that keeps order of creation and finds by id.
//! It must never forget silently: a full shelf refuses.

use std::collections::HashMap;

/// Most objects of one kind that one account may hold.
const ITEMS_MAX: usize = 200_000;

/// Objects of one kind, oldest first.
#[derive(Debug)]
pub(crate) struct Shelf<T> {
    items: Vec<T>,
    places: HashMap<String, usize>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { items: Vec::new(), places: HashMap::new() }
    }
}

impl<T> Shelf<T> {
    /// Adds an object; false when the shelf is full.
    pub(crate) fn put(&mut self, id: &str, item: T) -> bool {
        if self.items.len() >= ITEMS_MAX {
            return false;
        }
        self.places.insert(id.to_owned(), self.items.len());
        self.items.push(item);
        true
    }

    /// The object with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.places.get(id).and_then(|place| self.items.get(*place))
    }

    /// The object with this id, to change it.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        let place = *self.places.get(id)?;
        self.items.get_mut(place)
    }

    /// Oldest first.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }
}
