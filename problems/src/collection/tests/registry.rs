//! Names, sizes, errors.

use super::super::{CollectionError, Kind, nlp, nlp_names, nlp_record, nlp_records, nlp_with};
use crate::nlp::NonlinearProgram;
use std::collections::HashSet;

/// Name, n, m of the fixed problems.
const SIZES: &[(&str, usize, usize)] = &[
    ("HS6", 2, 1),
    ("HS7", 2, 1),
    ("HS8", 2, 2),
    ("HS9", 2, 1),
    ("HS26", 3, 1),
    ("HS27", 3, 1),
    ("HS28", 3, 1),
    ("HS39", 4, 2),
    ("HS40", 4, 3),
    ("HS42", 4, 2),
    ("HS46", 5, 2),
    ("HS47", 5, 3),
    ("HS48", 5, 2),
    ("HS49", 5, 2),
    ("HS50", 5, 3),
    ("HS51", 5, 3),
    ("HS52", 5, 3),
    ("HS56", 7, 4),
    ("HS61", 3, 2),
    ("HS77", 5, 2),
    ("HS78", 5, 3),
    ("HS79", 5, 3),
    ("HS100LNP", 7, 2),
    ("HS111LNP", 10, 3),
    ("BT1", 2, 1),
    ("BT2", 3, 1),
    ("BT3", 5, 3),
    ("BT4", 3, 2),
    ("BT5", 3, 2),
    ("BT6", 5, 2),
    ("BT7", 5, 3),
    ("BT8", 5, 2),
    ("BT9", 4, 2),
    ("BT10", 2, 2),
    ("BT11", 5, 3),
    ("BT12", 5, 3),
    ("MARATOS", 2, 1),
    ("MARATOS2", 2, 1),
    ("BYRDSPHR", 3, 2),
    ("MWRIGHT", 5, 3),
    ("GENHS28", 10, 8),
    ("ORTHREGB", 27, 6),
    ("HIMMELBA", 2, 2),
    ("HIMMELBC", 2, 2),
    ("HIMMELBE", 3, 3),
    ("GOTTFR", 2, 2),
    ("BOOTH", 2, 2),
    ("ZANGWIL3", 3, 3),
    ("CUBENE", 2, 2),
    ("RSNBRNE", 2, 2),
    ("SINVALNE", 2, 2),
    ("DENSCHNCNE", 2, 2),
    ("DENSCHNFNE", 2, 2),
    ("HELIXNE", 3, 3),
    ("MOREBVNE", 10, 10),
    ("TRIGON1NE", 10, 10),
];

#[test]
fn the_56_equality_problems_have_the_sizes_of_the_literature() {
    assert_eq!(SIZES.len(), 56);
    for &(name, n, m) in SIZES {
        let program = nlp(name).expect(name);
        assert_eq!((program.name(), program.variables(), program.constraints()), (name, n, m));
        assert_eq!(Kind::of(&program), Kind::Equality, "{name}");
    }
}

#[test]
fn records_are_complete() {
    let mut names = HashSet::new();
    for record in nlp_records() {
        assert!(names.insert(record.name), "{} occurs twice", record.name);
        assert_eq!(record.name, record.name.to_ascii_uppercase());
        assert!(!record.source.is_empty(), "{}", record.name);
        assert_eq!(record.feasible, !record.optima.is_empty(), "{}", record.name);
        let sizes = record.default_sizes();
        let program = record.build(&sizes).expect(record.name);
        for (length, expected) in
            [(record.solution.len(), program.variables()), (record.multipliers.len(), program.constraints())]
        {
            assert!(length == 0 || length == expected, "{}", record.name);
        }
        for optimum in record.optima {
            assert_eq!(optimum.sizes.len(), sizes.len(), "{}", record.name);
            assert!(record.parameters.iter().zip(optimum.sizes).all(|(p, &s)| p.allows(s)), "{}", record.name);
        }
        if record.feasible {
            assert!(record.optima_at(&sizes).next().is_some(), "{}: no optimum at the default size", record.name);
        }
    }
}

#[test]
fn an_unknown_name_gets_the_nearest_ones() {
    let error = nlp("HS1O0LNP").expect_err("a letter for a digit");
    let CollectionError::Unknown { nearest, .. } = &error else { panic!("{error}") };
    assert_eq!(nearest[0], "HS100LNP");
    assert!(error.to_string().contains("did you mean HS100LNP"), "{error}");
    assert_eq!(nlp("zzz").expect_err("no such name").to_string(), "there is no problem \"zzz\"");
    assert_eq!(nlp_record("hs6").expect("case does not matter").name, "HS6");
    assert!(nlp_names().count() >= 56);
}

#[test]
fn sizes_are_checked() {
    let error = |name: &str| nlp(name).expect_err(name).to_string();
    assert!(error("HS6(3)").contains("expected HS6()"), "{}", error("HS6(3)"));
    assert!(error("ORTHREGC(2)").contains("P is 2, expected a whole number from 3"), "{}", error("ORTHREGC(2)"));
    assert!(error("ORTHREGC(x)").contains("expected ORTHREGC(P)"));
    assert!(error("ORTHREGC(5").contains("expected ORTHREGC(P)"));
    assert!(error("ORTHREGC(5,5)").contains("expected ORTHREGC(P)"));
    let error = nlp_with("ORTHREGC", &[("Q", 5)]).expect_err("no parameter Q").to_string();
    assert_eq!(error, "ORTHREGC has no parameter \"Q\": it has P");
    assert_eq!(nlp("orthregc( 12 )").expect("a size").variables(), 29);
    assert_eq!(nlp_with("ORTHREGC", &[("p", 12)]).expect("a size").name(), "ORTHREGC(12)");
}
