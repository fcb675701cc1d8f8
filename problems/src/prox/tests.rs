//! What must hold for every separable penalty, boxes included. A new one joins by its entry in [`members`].

mod conjugates;
mod members;
mod nonconvex;
mod optimality;
mod solutions;
mod values;

use super::*;
use crate::sets::Box as Interval;
use members::{Member, members, point_of};
use proptest::prelude::*;

/// Numbers of all sizes, with the special ones often.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -4.0..4.0f64,
        2 => -1e6..1e6f64,
        1 => -1e-9..1e-9f64,
        1 => prop::sample::select(vec![0.0, -0.0, 0.7, -0.7, -1.0, 2.0, 3.0, 0.5]),
    ]
}
