//! What a problem borrows from its caller, or has made itself.

use std::ops::Deref;

/// Borrowed or owned.
#[derive(Debug)]
pub enum Held<'a, T: ?Sized> {
    /// The caller's.
    Borrowed(&'a T),
    /// Made for this problem.
    Owned(Box<T>),
}

impl<T: ?Sized> Deref for Held<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        match self {
            Self::Borrowed(t) => t,
            Self::Owned(t) => t,
        }
    }
}
