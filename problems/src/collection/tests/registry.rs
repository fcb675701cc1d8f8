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

/// Members of families: name, n, m.
const FAMILIES: &[(&str, usize, usize)] = &[
    ("HAGER1(50)", 100, 50),
    ("HAGER1(1000)", 2000, 1000),
    ("DTOC3(100)", 297, 198),
    ("DTOC3(1000)", 2997, 1998),
    ("DTOC4(100)", 297, 198),
    ("DTOC4(50)", 147, 98),
    ("DTOC5(100)", 198, 99),
    ("ELEC(12)", 36, 12),
    ("ELEC(25)", 75, 25),
    ("CATENA(10)", 29, 10),
    ("CATENA(100)", 299, 100),
    ("ORTHREGC(10)", 25, 10),
    ("ORTHREGC(100)", 205, 100),
    ("ORTHREGD(10)", 23, 10),
    ("ORTHREGD(50)", 103, 50),
    ("AUG2D(5,5)", 40, 25),
    ("PDE(3)", 18, 9),
    ("PDE(10)", 200, 100),
    ("PDE(20)", 800, 400),
    ("LV1(100)", 100, 98),
    ("LV2(100)", 100, 93),
    ("LV3(1000)", 1000, 2),
    ("LV4(100)", 100, 98),
    ("LV5(100)", 100, 96),
    ("LV6(101)", 101, 50),
    ("LV7(100)", 100, 4),
    ("LV8(100)", 100, 98),
    ("LV10(100)", 100, 98),
    ("LV11(101)", 101, 66),
    ("LV11(998)", 998, 664),
    ("LV12(101)", 101, 75),
    ("LV13(998)", 998, 664),
    ("LV14(998)", 998, 664),
    ("LV15(101)", 101, 75),
    ("LV16(997)", 997, 747),
    ("LV17(997)", 997, 747),
    ("LV18(997)", 997, 747),
];

#[test]
fn families_have_the_sizes_of_the_literature() {
    for &(name, n, m) in FAMILIES {
        let program = nlp(name).expect(name);
        assert_eq!((program.name(), program.variables(), program.constraints()), (name, n, m));
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
    assert!(error("LV11(100)").contains("N is 100, expected 5, 8, 11, ..., at most 1000000"), "{}", error("LV11(100)"));
    assert!(error("AUG2D(5)").contains("expected AUG2D(NX,NY)"), "{}", error("AUG2D(5)"));
    assert!(error("ORTHREGC(x)").contains("expected ORTHREGC(P)"));
    assert!(error("ORTHREGC(5").contains("expected ORTHREGC(P)"));
    assert!(error("ORTHREGC(5,5)").contains("expected ORTHREGC(P)"));
    let error = nlp_with("ORTHREGC", &[("Q", 5)]).expect_err("no parameter Q").to_string();
    assert_eq!(error, "ORTHREGC has no parameter \"Q\": it has P");
    assert_eq!(nlp("orthregc( 12 )").expect("a size").variables(), 29);
    assert_eq!(nlp_with("ORTHREGC", &[("p", 12)]).expect("a size").name(), "ORTHREGC(12)");
}
