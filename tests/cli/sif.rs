//! SIF files: `info`, `info --fingerprint`, `check --derivatives`.

use crate::support::Place;
use serde_json::json;

fn data(name: &str) -> String {
    format!("{}/data/sif/{name}.SIF", env!("CARGO_MANIFEST_DIR"))
}

/// A place with a file under another name.
fn place_with(name: &str, as_name: &str) -> Place {
    let place = Place::new();
    std::fs::copy(data(name), place.file(as_name)).unwrap();
    place
}

#[test]
fn info_of_sizes_and_classification() {
    let place = place_with("RANGED", "ranged.sif");
    insta::assert_snapshot!(place.run("info ranged.sif").stdout, @r"
    ranged.sif: SIF problem RANGED (class nlp)
    classification  C-CNLR2-AN-2-4: continuous variables, no objective, linear constraints, smooth, academic, without internal variables
    variables       2: 1 bounded, 0 fixed, 0 integer
    constraints     4: 1 equations, 2 ranges, 4 linear
    objective       0 groups
    elements        0
    nonzeros        8 in the Jacobian, 8 in the linear parts
    freedom         1 (variables that are not fixed, less equations)
    ");
    let object = place.json("info ranged.sif");
    assert_eq!((&object["class"], &object["problem"]["name"]), (&json!("nlp"), &json!("RANGED")));
    assert_eq!(object["problem"]["degrees_of_freedom"], 1);
    assert_eq!(object["problem"]["classification"], "C-CNLR2-AN-2-4");
}

#[test]
fn info_with_parameters_and_vectors() {
    let place = place_with("CHAIN", "c.SIF");
    let text = place.run("info c.SIF").stdout;
    assert!(text.contains("parameter       N = 6; also 1000, 100000\n"), "{text}");
    assert_eq!(place.json("info c.SIF --param N=20 --param LOAD=-1")["problem"]["variables"], 21);
    for (line, message) in [
        ("info c.SIF --param M=20", "c.SIF: the file has no changeable parameter `M`; it has: `N`, `LOAD`"),
        ("info c.SIF --param N=x", "c.SIF:10: the parameter N needs an integer, given is `x`"),
        ("info c.SIF --param N", "--param needs NAME=VALUE, given is 'N'"),
        ("info c.SIF --vector bounds=B2", "c.SIF: there is no vector `B2` of bounds; the file has: `CHAIN`"),
        (
            "info c.SIF --vector x=y",
            "--vector needs SECTION=NAME with constants, ranges, bounds or start, given is 'x=y'",
        ),
        ("info missing.SIF", "missing.SIF: no such file"),
    ] {
        assert_eq!(place.refused(line), message);
    }
    let place = place_with("VECTORS", "v.sif");
    let numbers = |line: &str| place.json(line)["f_x0"].clone();
    assert_eq!(numbers("info v.sif --fingerprint"), 0.5);
    assert_eq!(numbers("info v.sif --fingerprint --vector start=FAR"), 10.0);
    place.write("t.svm", "1 1:1\n");
    assert_eq!(place.refused("info t.svm --param N=1"), "--param is for SIF files");
}

#[test]
fn fingerprints() {
    let place = place_with("SCALED", "SCALED.SIF");
    let object = place.json("info SCALED.SIF --fingerprint");
    let keys: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = "name n m equalities bounded_variables fixed_variables f_x0 grad_d_x0 c_w_x0 w_jac_d_x0 d_hess_d_x0 \
                    f_x1 grad_d_x1 c_w_x1 w_jac_d_x1 d_hess_d_x1";
    assert_eq!(keys, expected.split_whitespace().collect::<Vec<_>>());
    assert_eq!([&object["n"], &object["m"], &object["equalities"]], [&json!(2), &json!(1), &json!(0)]);
    // f = 10 (x - 3)^2 + 10 (x - y)^2 - (x + 8) / 4 and c = 2 (2 x + y - 1) at (1, -1).
    let (d1, d2) = (1.0_f64.cos(), 2.0_f64.cos());
    for (name, expected) in [
        ("f_x0", 77.75),
        ("grad_d_x0", -0.25 * d1 - 40.0 * d2),
        ("c_w_x0", 0.0),
        ("w_jac_d_x0", d1 * (4.0 * d1 + 2.0 * d2)),
        ("d_hess_d_x0", 20.0 * d1 * d1 + 20.0 * (d1 - d2) * (d1 - d2)),
    ] {
        let found = object[name].as_f64().unwrap();
        assert!((found - expected).abs() <= 1e-13 * expected.abs(), "{name}: {found} for {expected}");
    }
    let text = place.run("info SCALED.SIF --fingerprint").stdout;
    assert!(text.contains("f_x0               77.75\n"), "{text}");
    // The derivatives that the file states, and the true ones.
    let place = place_with("MISSTATED", "m.sif");
    let stated = place.json("info m.sif --fingerprint")["d_hess_d_x0"].clone();
    assert_ne!(stated, place.json("info m.sif --fingerprint --exact-derivatives")["d_hess_d_x0"]);
}

#[test]
fn what_is_not_finite_is_null() {
    let place = Place::new();
    let text = std::fs::read_to_string(data("MISSTATED")).unwrap().replace("A * A * B + B ** 3", "LOG( - A )");
    place.write("n.sif", &text);
    let object = place.json("info n.sif --fingerprint");
    assert!(object["f_x0"].is_null() && object["grad_d_x0"].is_number(), "{object}");
}

#[test]
fn files_are_recognised_by_name_and_content() {
    let place = place_with("RANGED", "plain.txt");
    assert_eq!(place.json("info plain.txt")["problem"]["name"], "RANGED");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, &std::fs::read(data("RANGED")).unwrap()).unwrap();
    std::fs::write(place.file("Ranged.SIF.gz"), encoder.finish().unwrap()).unwrap();
    assert_eq!(place.json("info Ranged.SIF.gz")["problem"]["name"], "RANGED");
    place.write("bad.sif", "NAME          X\nVARIABLES\n X  X(I)\nENDATA\n");
    assert_eq!(place.refused("info bad.sif"), "bad.sif:3: the parameter `I` has no value here");
}

#[test]
fn checks_of_derivatives() {
    let place = place_with("INTERNAL", "INTERNAL.SIF");
    let ran = place.run("check INTERNAL.SIF --derivatives");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("the start: 15 stated derivatives compared, 0 wrong\n"), "{ran:?}");
    assert!(ran.stdout.contains("a point near the start: 11 central differences compared, 0 wrong\n"), "{ran:?}");
    let ran = place.run("check INTERNAL.SIF --derivatives --quiet");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));

    let place = place_with("MISSTATED", "M.SIF");
    let ran = place.run("check M.SIF --derivatives");
    assert_eq!(ran.code, 1);
    let first = "first: line 29: d2/dA dB of `E` (type CUBIC) is stated as 0, it is 2\n";
    assert!(ran.stdout.contains(first), "{ran:?}");
    let ran = place.run("check M.SIF --derivatives --json");
    let object = ran.object();
    assert_eq!((ran.code, &object["checks"][0]["wrong"]), (1, &json!(2)));
    assert_eq!(object["checks"][0]["first"]["derivative"], "d2/dA dB");
    // Where A and B are 0 both cards are right.
    place.write("zero.txt", "# x and y\n0 0\n");
    assert_eq!(place.run("check M.SIF --derivatives --at zero.txt").code, 0);
    place.write("short.txt", "0\n");
    assert_eq!(place.refused("check M.SIF --derivatives --at short.txt"), "short.txt: 1 numbers for 2 variables");
    assert_eq!(place.refused("check M.SIF"), "missing: --derivatives");
    place.write("t.svm", "1 1:1\n");
    assert!(place.refused("check t.svm --derivatives").contains("only SIF files"));
}
