//! `--options FILE.toml`: flag over file over default.

use crate::support::Place;

/// The line of the header that lists what is no default.
fn listed(stdout: &str) -> &str {
    stdout.lines().find(|line| line.starts_with("options: ")).unwrap_or_default()
}

#[test]
fn flag_over_file_over_default() {
    let place = Place::new();
    place.write("o.toml", "# a comment\nlambda-ratio = 0.2\nintercept = true\nstandardize = false\ntol = 1e-9\n");
    let ran = place.run("glm tiny.svm --options o.toml --tol 1e-7");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(
        listed(&ran.stdout),
        "options: --lambda-ratio 0.2 (o.toml), --intercept (o.toml), --tol 1e-7 (command line), \
         --options o.toml (command line)"
    );
    // A typed strength overrules any other strength of the file.
    let object = place.json("glm tiny.svm --options o.toml --lambda 3");
    assert_eq!((&object["problem"]["lambda"], &object["problem"]["intercept"]), (&3.0.into(), &true.into()));
    let same = place.json("glm tiny.svm --lambda-ratio 0.2 --intercept --tol 1e-9");
    assert_eq!(place.json("glm tiny.svm --options o.toml")["objective"], same["objective"]);
}

#[test]
fn switches_of_output_come_from_the_file_too() {
    let place = Place::new();
    place.write("o.toml", "json = true\npenalty = \"box\"\nlower = -1\nupper = inf\n");
    let object = place.run("glm tiny.svm --options o.toml").object();
    assert_eq!((&object["problem"]["lower"], &object["problem"]["upper"]), (&(-1.0).into(), &serde_json::Value::Null));
}

#[test]
fn mistakes_name_file_and_line() {
    let place = Place::new();
    for (text, message) in [
        (
            "tol = 1e-9\nlambda_ratio = 1\n",
            "o.toml:2: unknown option \"lambda_ratio\"; the nearest is \"lambda-ratio\"",
        ),
        ("\nintercpt = true\n", "o.toml:2: unknown option \"intercpt\"; the nearest is \"intercept\""),
        (
            "tol = 1e-9\nlambda = -3\n",
            "o.toml:2: invalid value '-3' for '--lambda <L>': expected a finite number of at least 0",
        ),
        (
            "lambda = \"abc\"\n",
            "o.toml:1: invalid value 'abc' for '--lambda <L>': expected a finite number of at least 0",
        ),
        ("lambda = 1\nalpha = 2\n", "o.toml:2: the argument '--lambda <L>' cannot be used with '--alpha <A>'"),
        ("intercept = 3\n", "o.toml:1: \"intercept\" is a switch: expected true or false"),
        ("solution = [1]\n", "o.toml:1: \"solution\": expected a number, a text or a truth value"),
        ("options = \"o.toml\"\n", "o.toml:1: a file of options cannot name another"),
    ] {
        place.write("o.toml", text);
        assert_eq!(place.refused("glm tiny.svm --options o.toml"), message);
        let object = place.run("glm tiny.svm --options o.toml --json").object();
        assert_eq!((&object["error"]["kind"], &object["error"]["file"]), (&"options".into(), &"o.toml".into()));
    }
    for (text, line) in [("tol = 1\ntol = 2\n", 2), ("\ntol = = 1\n", 2), ("[glm\n", 1)] {
        place.write("o.toml", text);
        assert!(place.refused("glm tiny.svm --options o.toml").starts_with(&format!("o.toml:{line}: ")), "{text:?}");
    }
    place.write("o.toml", [0xff, 0xfe]);
    assert_eq!(place.run("glm tiny.svm --options o.toml").code, 2);
    assert_eq!(place.refused("glm tiny.svm --options none.toml"), "none.toml: no such file");
    assert_eq!(place.refused("glm tiny.svm --options ."), ".: is a directory, expected a file");
}
