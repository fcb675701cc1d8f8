//! Layouts: what they report, and fingerprints.

use super::*;

fn fingerprint(design: &Design) -> u64 {
    let mut hash = Fingerprint::default();
    design.fingerprint(&mut hash);
    hash.finish()
}

fn example() -> Table {
    let columns = vec![vec![1.0, 0.0, -2.0, 0.5], vec![0.0; 4], vec![0.0, 3.0, 0.0, 0.0]];
    Table { rows: 4, columns }
}

#[test]
fn sizes_and_names() {
    let layouts = example().layouts();
    let facts: Vec<_> = layouts.iter().map(|d| (d.layout(), d.nonzeros(), d.column_nonzeros(0))).collect();
    assert_eq!(facts, [("dense", 12, 4), ("sparse", 4, 3), ("sparse", 4, 3), ("dense", 12, 4)]);
    for design in &layouts {
        assert_eq!((design.rows(), design.columns()), (4, 3));
        assert!(design.scaling().is_none());
        assert_eq!(design.to_column_major(), example().column_major());
    }
    let ones = Design::from_pattern(3, vec![0, 2, 2, 3], vec![0, 2, 1]).unwrap();
    assert_eq!((ones.layout(), ones.nonzeros(), ones.column_nonzeros(1)), ("ones", 3, 0));
    assert_eq!(ones.to_column_major(), [1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    let no_columns = Design::from_column_major(3, 0, vec![]).unwrap();
    let mut fit = [7.0; 3];
    no_columns.multiply(&[], &mut fit);
    assert_eq!((fit, no_columns.to_column_major().len()), ([0.0; 3], 0));
}

#[test]
fn fingerprints_follow_the_data() {
    let table = example();
    let layouts = table.layouts();
    // Equal data in the same layout, however it was made.
    assert_eq!(fingerprint(&layouts[0]), fingerprint(&layouts[3]));
    assert_eq!(fingerprint(&layouts[1]), fingerprint(&layouts[2]));
    for design in &layouts {
        let mut seen = vec![fingerprint(design)];
        // Any entry, by one bit.
        for j in 0..3 {
            for i in 0..4 {
                let mut changed = table.clone();
                let x = &mut changed.columns[j][i];
                *x = if *x == 0.0 { 5e-324 } else { f64::from_bits(x.to_bits() ^ 1) };
                let design = if design.layout() == "dense" { changed.dense() } else { changed.sparse() };
                seen.push(fingerprint(&design));
            }
        }
        // Scalings, and the shape.
        seen.push(fingerprint(&design.clone().standardized(false, None).unwrap()));
        seen.push(fingerprint(&design.clone().standardized(true, None).unwrap()));
        seen.push(fingerprint(&design.clone().standardized(true, Some(&[1.0, 2.0, 1.0, 1.0])).unwrap()));
        let long = Table { rows: 12, columns: vec![table.column_major()] };
        seen.push(fingerprint(&if design.layout() == "dense" { long.dense() } else { long.sparse() }));
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count, "{}", design.layout());
    }
    let a = Design::from_pattern(3, vec![0, 1, 2], vec![0, 1]).unwrap();
    let b = Design::from_pattern(3, vec![0, 1, 2], vec![0, 2]).unwrap();
    assert_ne!(fingerprint(&a), fingerprint(&b));
}

/// Many columns and rows: the parallel product is the sequential one.
#[test]
fn large_products() {
    let (n, p) = (300, 400);
    let mut random = SplitMix64::new(11);
    let column = |_| (0..n).map(|_| if random.uniform() < 0.3 { random.normal() } else { 0.0 }).collect();
    let table = Table { rows: n, columns: (0..p).map(column).collect() };
    let v = vector(n, 3);
    for design in table.layouts() {
        let design = design.standardized(true, None).unwrap();
        let mut out = vec![f64::NAN; p];
        design.multiply_transposed(&v, &mut out);
        let total = thalweg_kernels::dense::sum(&v);
        for j in 0..p {
            assert_eq!(out[j], design.dot(j, &v, total));
        }
    }
}
