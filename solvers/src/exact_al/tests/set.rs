//! The 56 problems of the published counts.

use thalweg_problems::collection;
use thalweg_problems::expression::PartiallySeparable;

/// Name, and iterations of the reference setting as published.
#[rustfmt::skip]
pub(super) const SET: [(&str, u64); 56] = [
    ("HS6", 5), ("HS7", 11), ("HS8", 6), ("HS9", 3), ("HS26", 23), ("HS27", 18), ("HS28", 1), ("HS39", 10),
    ("HS40", 3), ("HS42", 4), ("HS46", 24), ("HS47", 19), ("HS48", 1), ("HS49", 20), ("HS50", 9), ("HS51", 1),
    ("HS52", 1), ("HS56", 13), ("HS61", 25), ("HS77", 9), ("HS78", 4), ("HS79", 4), ("HS100LNP", 10),
    ("HS111LNP", 37), ("BT1", 7), ("BT2", 12), ("BT3", 1), ("BT4", 6), ("BT5", 6), ("BT6", 9), ("BT7", 20),
    ("BT8", 14), ("BT9", 10), ("BT10", 7), ("BT11", 8), ("BT12", 10), ("MARATOS", 4), ("MARATOS2", 5),
    ("BYRDSPHR", 17), ("MWRIGHT", 8), ("GENHS28", 1), ("ORTHREGB", 2), ("HIMMELBA", 1), ("HIMMELBC", 6),
    ("HIMMELBE", 2), ("GOTTFR", 5), ("BOOTH", 1), ("ZANGWIL3", 1), ("CUBENE", 1), ("RSNBRNE", 1), ("SINVALNE", 1),
    ("DENSCHNCNE", 7), ("DENSCHNFNE", 5), ("HELIXNE", 9), ("MOREBVNE", 3), ("TRIGON1NE", 5),
];

/// A problem of the collection.
pub(super) fn problem(name: &str) -> PartiallySeparable {
    collection::nlp(name).unwrap()
}

/// How far an objective is from the nearest known optimum, relative where that is above 1.
pub(super) fn error(name: &str, objective: f64) -> f64 {
    let record = collection::nlp_record(name).unwrap();
    let distance = |optimum: f64| (objective - optimum).abs() / optimum.abs().max(1.0);
    record.optima_at(&record.default_sizes()).map(distance).fold(f64::INFINITY, f64::min)
}
