//! Input and usage that cannot be: one line, exit code 2, nothing on stdout, nothing on disk.

use crate::support::Place;
use std::io::Write;

#[test]
fn files_that_cannot_be_read() {
    let place = Place::new();
    std::fs::create_dir(place.file("folder")).unwrap();
    place.write("empty.svm", "");
    place.write("garbage.svm", [0x8f, 0x01, 0xff, 0x00, 0x1b, 0x7f, 0xc3, 0x28]);
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(crate::support::TINY.as_bytes()).unwrap();
    let whole = gz.finish().unwrap();
    place.write("cut.svm", &whole[..whole.len() - 12]);

    assert_eq!(place.refused("glm missing.svm"), "missing.svm: no such file");
    assert_eq!(place.refused("glm folder"), "folder: is a directory, expected a file");
    assert_eq!(place.refused("glm empty.svm"), "empty.svm: the file is empty");
    assert!(place.refused("glm garbage.svm").starts_with("garbage.svm:1:1: expected"));
    assert!(place.refused("glm cut.svm").starts_with("cut.svm: the gzip stream ends early"));
}

#[test]
fn entries_that_cannot_be() {
    let place = Place::new();
    for (text, start) in [
        ("1 0:1\n", "bad.svm:1:3: expected a feature index of at least 1 (--zero-based counts from 0), found \"0\""),
        ("1 1:1\n1 2:1 1:2\n", "bad.svm:2:7: expected an index larger"),
        ("1 5000000000:1\n", "bad.svm:1:3: expected a feature index of at most 4294967294, found \"5000000000\""),
        ("1 1:nan\n", "bad.svm:1:5: expected a finite number as the value, found \"nan\""),
        ("inf 1:1\n", "bad.svm:1:1: expected a finite number as the label, found \"inf\""),
        ("1 1:\n", "bad.svm:1:"),
        ("x 1:1\n", "bad.svm:1:1: expected"),
    ] {
        place.write("bad.svm", text);
        let message =
            place.refused("glm bad.svm --solution x.txt --trace t.csv --plot p.svg --checkpoint c --model-out m");
        assert!(message.starts_with(start), "{text:?}: {message}");
        let object = place.run("glm bad.svm --json").object();
        assert_eq!(object["error"]["file"], "bad.svm");
        assert!(object["error"]["line"].is_u64() && object["error"]["column"].is_u64(), "{object}");
    }
    assert!(place.refused("glm tiny.svm --features 2").contains("at most 2 (features = 2), found \"3\""));
}

#[test]
fn labels_that_the_loss_does_not_take() {
    let place = Place::new();
    place.write("one.svm", "1 1:1\n1 1:2\n");
    place.write("three.svm", "1 1:1\n2 1:2\n3 1:2\n");
    assert!(place.refused("glm one.svm --loss logistic").contains("nothing to separate"));
    assert!(place.refused("glm three.svm --loss logistic").contains("multinomial"));
    assert_eq!(place.run("glm three.svm").code, 0);
}

#[test]
fn options_that_cannot_be() {
    let place = Place::new();
    for (options, message) in [
        ("--lambda -1", "invalid value '-1' for '--lambda <L>': expected a finite number of at least 0"),
        ("--lambda nan", "invalid value 'nan' for '--lambda <L>': expected a finite number of at least 0"),
        ("--alpha -0.5", "invalid value '-0.5' for '--alpha <A>': expected a finite number of at least 0"),
        ("--lambda-ratio inf", "invalid value 'inf' for '--lambda-ratio <R>': expected a finite number of at least 0"),
        ("--tol -1", "invalid value '-1' for '--tol <T>': expected a finite number of at least 0"),
        ("--max-iter -1", "invalid value '-1' for '--max-iter <N>': expected a whole number of at least 0"),
        ("--time-limit x", "invalid value 'x' for '--time-limit <S>': expected a finite number of at least 0"),
        ("--threads 100000", "invalid value '100000' for '--threads <N>': expected a whole number from 0 to 1024"),
        ("--lambda 1 --alpha 2", "the argument '--lambda <L>' cannot be used with '--alpha <A>'"),
        ("--l1-ratio 0.5", "--l1-ratio goes with --penalty elastic-net or sparse-group only"),
        ("--penalty elastic-net --l1-ratio 2", "invalid value '2' for '--l1-ratio <R>': expected a number from 0 to 1"),
        ("--penalty elastic-net --l1-ratio 0", "--l1-ratio 0 (ridge) has no lambda_max: give --lambda or --alpha"),
        ("--penalty box", "--penalty box needs --lower, --upper or both"),
        ("--penalty nonneg --lower 1", "--lower goes with --penalty box, l1 or elastic-net only"),
        ("--penalty box --lower 1 --upper 0", "upper is 0, expected a number of at least the lower bound, or inf"),
        (
            "--penalty box --lower 0 --lambda 1",
            "--lambda, --lambda-ratio, --alpha or --cost goes with --penalty l1, elastic-net or nonneg only",
        ),
        ("--preset paper --solver coordinate-descent", "--preset paper goes with --solver working-set only"),
        ("--checkpoint-every 1", "--checkpoint-every needs --checkpoint FILE"),
        ("--start x --resume y", "the argument '--start <FILE>' cannot be used with '--resume <FILE>'"),
        ("--lamda 1", "unexpected argument '--lamda' found; tip: a similar argument exists: '--lambda'"),
        (
            "--loss logistc",
            "invalid value 'logistc' for '--loss <LOSS>' [possible values: squared, logistic, huber, poisson, gamma, squared-hinge, hinge, softmax]; \
             tip: a similar value exists: 'logistic'",
        ),
        ("--start missing.txt", "missing.txt: no such file"),
        ("--weights missing.txt", "missing.txt: no such file"),
        ("tiny.svm", "unexpected argument 'tiny.svm': one file is expected"),
    ] {
        assert_eq!(place.refused(&format!("glm tiny.svm {options}")), message);
    }
}

#[test]
fn commands_that_cannot_be() {
    let place = Place::new();
    assert_eq!(place.refused("glm"), "missing: <FILE>");
    assert_eq!(place.refused("glm predict"), "missing: <MODEL> <FILE>");
    assert!(place.refused("glmm tiny.svm").starts_with("unrecognized subcommand 'glmm'"));
    assert_eq!(place.refused("verify - -"), "only one file can be standard input");
    assert_eq!(place.refused("glm - --weights -"), "only one file can be standard input");
    let bare = place.run("");
    assert_eq!((bare.code, bare.stdout.as_str()), (2, ""));
    assert!(bare.stderr.contains("Usage: thalweg <COMMAND>"), "{}", bare.stderr);
}

#[test]
fn weights_that_do_not_fit() {
    let place = Place::new();
    place.write("w.txt", "1\n2\n");
    assert_eq!(place.refused("glm tiny.svm --weights w.txt"), "w.txt: 2 weights for 4 rows");
    place.write("w.txt", "1\n-2\n1\n1\n");
    assert!(place.refused("glm tiny.svm --weights w.txt").starts_with("w.txt:2:1: expected a finite weight"));
}
