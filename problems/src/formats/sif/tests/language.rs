//! Small files made here: what the language means, and what is refused with which words.

use super::super::*;
use crate::formats::Input;

fn read_text(text: &str) -> Result<SifProblem, crate::formats::FormatError> {
    read(Input::from_bytes("t.SIF", text.as_bytes().to_vec()), &ReadOptions::default())
}

/// A problem with one element over X with the parameter P = 7 whose function block is given.
fn element(temporaries: &str, statements: &str) -> String {
    format!(
        "NAME          T\nVARIABLES\n    X\nGROUPS\n N  OBJ\nBOUNDS\n FR B         X\nSTART POINT\n    S         X         3.0\n\
         ELEMENT TYPE\n EV T         X\n EP T         P\nELEMENT USES\n T  E         T\n V  E         X                        X\n\
         P  E         P         7.0\nGROUP USES\n E  OBJ       E\nENDATA\n\
         ELEMENTS      T\nTEMPORARIES\n{temporaries}INDIVIDUALS\n T  T\n{statements}ENDATA\n"
    )
    .replace("\nP  E", "\n P  E")
}

/// The value of the element at X = 3.
fn value(temporaries: &str, statements: &str) -> f64 {
    let problem = read_text(&element(temporaries, statements)).unwrap();
    problem.fingerprint(Derivatives::Exact).at_start.f
}

fn formula(expression: &str) -> f64 {
    value("", &format!(" F                      {expression}\n"))
}

#[test]
fn fortran_arithmetic() {
    let single = |v: f32| f64::from(v);
    for (expression, expected) in [
        ("-2**2", -4.0),
        ("1/2*4", 0.0),
        ("1.0/2*4", 2.0),
        ("2**3**2", 512.0),
        ("1. 0+1.D0", 2.0),
        ("X*-P", -21.0),
        ("2**(-1)", 0.0),
        ("2.0**(-1)", 0.5),
        ("(-7)/2", -3.0),
        ("INT(P)/2", 3.0),
        ("MOD(INT(P),4) + MOD(-7.5D0,2.D0)", 1.5),
        ("SIGN(2.0,-X) + ABS(-X)", 1.0),
        ("MAX(1.0,X,2.0) - MIN(X,P)", 0.0),
        ("NINT(2.5D0)+NINT(-2.5D0)+AINT(-1.9D0)", -1.0),
        ("0.1", single(0.1)),
        ("0.1D0", 0.1),
        ("1.0E-1 * X", 3.0 * single(0.1)),
        ("1.0/3.0", single(1.0 / 3.0)),
        ("1.0/3.0D0", 1.0 / 3.0),
        ("SQRT(2.0)", single(2.0_f32.sqrt())),
        ("DBLE(1)/3", 1.0 / 3.0),
        ("ATAN2(X,X)*4", std::f64::consts::PI),
        ("DIM(X,P)+DIM(P,X)", 4.0),
        ("x**2.0+P**0", 10.0),
        ("DEXP(0.0D0)+DLOG10(1.D2)", 3.0),
    ] {
        let found = formula(expression);
        assert!((found - expected).abs() <= 1e-15 * expected.abs(), "{expression}: {found} for {expected}");
    }
}

#[test]
fn conditions() {
    let temporaries = " L  A\n L  B\n R  V\n I  K\n";
    for (condition, holds) in [
        ("X.EQ.3", true),
        ("1.EQ.1.AND.X.GT.P", false),
        (".NOT.X>P.OR..FALSE.", true),
        ("X.GE.3.EQV.P/=7", false),
        ("X<=3.NEQV..TRUE.", false),
    ] {
        let statements = format!(
            " A  A                   {condition}\n I  A         V         X\n E  A         V         -P\n F                      V\n"
        );
        assert_eq!(value(temporaries, &statements), if holds { 3.0 } else { -7.0 }, "{condition}");
    }
    // A temporary keeps its value where the condition does not hold; integers are truncated.
    let statements = " A  A                   X .GT. P\n A  V                   1.0\n I  A         V         5.0\n\
        \n A  K                   -2.7D0\n A  B                   A .OR. K .EQ. -2\n I  B         V         V + K\n\
        \n F                      V\n";
    assert_eq!(value(temporaries, statements), -1.0);
}

#[test]
fn derivatives_do_not_come_from_branches_not_taken() {
    // The logarithm is not defined for X = 3 - 7, its branch is not taken.
    let statements = " A  A                   X .GT. P\n I  A         V         LOG( X - P )\n\
         \n E  A         V         X * X\n F                      V\n";
    let problem = read_text(&element(" L  A\n R  V\n", statements)).unwrap();
    let fingerprint = problem.fingerprint(Derivatives::Exact);
    let d = libm::cos(1.0);
    assert_eq!((fingerprint.at_start.f, fingerprint.at_start.gradient), (9.0, 6.0 * d));
    let tapes = super::tapes::tape_probes(&problem.program().unwrap(), &[3.0]).unwrap();
    assert_eq!((tapes[0], tapes[1]), (9.0, 6.0 * d));
}

#[test]
fn parameter_arithmetic() {
    let text = "NAME          P\n IE 2                   2\n IE 7                   7\n\
        RE R                   -2.7\n IR T         R\n IS S         2         5\n ID D         7         20\n\
        I/ Q         7                        2\n IM M         7         -3\n I- MINUS     M                        2\n\
        RI R7        7\n RD RD        R7        14.0\n RF ROOT      SQRT      16.0\n R( EXP       ABS                      R\n\
        AE A(2)                1.25\n A* A(7)      A(2)                     R7\n A= COPY      A(7)\n\
        VARIABLES\n X  X(2,7)\n X  X(S)\n X  X(D)\n X  X(Q)\n X  X(MINUS)\n X  X(T,,2)\n X  X()\n    X(I)\n\
        GROUPS\n ZN O         X(2,7)                   COPY\n ZN O         X()                      ROOT\n\
        ZN O         X(T,,2)                  RD\n ZN O         X(S)                     EXP\nENDATA\n"
        .replace("\nRE", "\n RE")
        .replace("\nI/", "\n I/")
        .replace("\nRI", "\n RI")
        .replace("\nAE", "\n AE")
        .replace("\nZN", "\n ZN");
    let problem = read_text(&text).unwrap();
    let names: Vec<String> = problem.variable_names().iter().map(ToString::to_string).collect();
    assert_eq!(
        names,
        ["X2,7", "X3", "X2", "X-23", "X-2,2", "X", "X(I)"][..].iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()
    );
    let unit = |j: usize| {
        let mut x = [0.0; 7];
        x[j] = 1.0;
        problem.probes(&x, &x, |_| 0.0, Derivatives::Exact).f
    };
    assert_eq!([unit(0), unit(5), unit(4), unit(1), unit(2)], [8.75, 4.0, 2.0, 2.7, 0.0]);
}

#[test]
fn loops() {
    // Zero passes, a downward loop, ND over two levels, an index that the body changes.
    let text = "NAME          L\n IE 1                   1\n IE 3                   3\n IE -2                  -2\n\
        VARIABLES\n DO I         3                        1\n X  NEVER(I)\n OD I\n\
        DO I         3                        1\n DI I         -2\n IA K         I         10\n X  D(I,K)\n OD I\n\
        DO I         1                        3\n DO J         I                        3\n X  X(I,J)\n ND\n\
        GROUPS\n N  O\nENDATA\n"
        .replace("\nDO", "\n DO");
    let names: Vec<String> = read_text(&text).unwrap().variable_names().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["D3,13", "D1,11", "X1,1", "X1,2", "X1,3", "X2,2", "X2,3", "X3,3"]);
}

#[test]
fn defects_are_named_with_their_line() {
    let start = "NAME          D\n IE N                   3\n";
    for (rest, line, kind, message) in [
        ("VARIABLES\n X  X(M)\nENDATA\n", 4, "inconsistent", "the parameter `M` has no value here"),
        ("VARIABLES\n X  X(N\nENDATA\n", 4, "syntax", "the array name `X(N` has no closing parenthesis"),
        ("VARIABLES\n X  (N,N,N,N)\nENDATA\n", 4, "syntax", "the array name `(N,N,N,N)` has more than 3 indices"),
        (" ID Q         N         x\nENDATA\n", 3, "syntax", "expected an integer in columns 25 to 36, found \"x\""),
        (
            " IS Z         N         3\n I/ Q         N                        Z\nENDATA\n",
            4,
            "range",
            "an integer parameter is divided by zero",
        ),
        (" RF R         LOG       -1.0\nENDATA\n", 3, "range", "LOG of -1 is not defined"),
        (" RF R         FOO       1.0\nENDATA\n", 3, "syntax", "there is no function `FOO` of parameters"),
        ("GROUPS\n Q  OBJ\nENDATA\n", 4, "syntax", "the code `Q` has no meaning in section GROUPS"),
        (
            "GROUPS\n N  OBJ\nVARIABLES\n    X         COST      1.0\nENDATA\n",
            6,
            "inconsistent",
            "there is no group `COST`",
        ),
        (
            "GROUPS\n N  OBJ\nVARIABLES\n    X         OBJ       1.x\nENDATA\n",
            6,
            "syntax",
            "expected a number in columns 25 to 36, found \"1.x\"",
        ),
        (
            "VARIABLES\n    X\nBOUNDS\n UP B         Y         1.0\nENDATA\n",
            6,
            "inconsistent",
            "there is no variable `Y`",
        ),
        (
            "VARIABLES\n DO I         N                        N\n    X\nGROUPS\nENDATA\n",
            6,
            "syntax",
            "the loop that begins in line 4 is not closed",
        ),
        ("VARIABLES\n OD I\nENDATA\n", 4, "syntax", "the code OD closes a loop, but none is open"),
        ("VARIABLES\n    X\n", 4, "truncated", "the file ends where an ENDATA card is expected"),
        ("FOO\nENDATA\n", 3, "syntax", "expected a section keyword, found \"FOO\""),
        (
            "GROUPS\n N  O\n N  O         'SCALE'   0.0\nVARIABLES\n    X\nENDATA\n",
            5,
            "range",
            "the group `O` is scaled by 0",
        ),
        ("GROUPS\n N  O\n DN D         P         1.0\nENDATA\n", 5, "inconsistent", "there is no group `P`"),
        (
            "GROUPS\n N  O\nVARIABLES\n    X\nELEMENT TYPE\n EV T         A\nELEMENT USES\n T  E         T\nENDATA\n",
            10,
            "inconsistent",
            "the variable `A` of the element `E` is not given",
        ),
        (
            "GROUPS\n N  O\nVARIABLES\n    X\nELEMENT USES\n V  E         A                        X\nENDATA\n",
            8,
            "inconsistent",
            "the element `E` has no type, and there is no default",
        ),
        ("GROUPS\n N  O\nGROUP USES\n T  O         L2\nENDATA\n", 6, "inconsistent", "there is no group type `L2`"),
        (
            "GROUPS\n N  O\nVARIABLES\n    X\nELEMENT TYPE\n EV T         A\nELEMENT USES\n T  E         T\n V  E         A                        X\nENDATA\n",
            12,
            "inconsistent",
            "the element type `T` is used and its function is not defined",
        ),
    ] {
        let error = read_text(&format!("{start}{rest}")).unwrap_err();
        assert_eq!((error.line(), error.kind()), (Some(line), kind), "{rest}: {error}");
        assert!(error.message().starts_with(message), "{rest}: {error}");
    }
    assert_eq!(read_text("").unwrap_err().kind(), "empty");
    assert_eq!(read_text("GROUPS\n").unwrap_err().message(), "expected a NAME card before any section");
}

#[test]
fn defects_of_functions() {
    for (temporaries, statements, message) in [
        ("", " F                      FOO( X )\n", "external Fortran function FOO needed (line 24)"),
        (" F  BAR\n", " A  Y                   BAR( X )\n", "external Fortran function BAR needed (line 25)"),
        ("", " F                      Y + 1\n", "`Y` is no variable, parameter or temporary"),
        (" R  Y\n", " F                      Y + 1\n", "the temporary `Y` is used before it is set"),
        (
            "",
            " A  Y                   1.0\n F                      X\n",
            "`Y` is set but not declared under TEMPORARIES",
        ),
        ("", " G  X                   1.0\n", "the type `T` has no F card"),
        ("", " F                      X .GT. 1\n", "a logical value stands where a number is expected"),
        ("", " F                      SIN( X, P )\n", "SIN cannot have 2 arguments"),
        ("", " F                      ( X\n", "expected `)`, found the end of the expression"),
        ("", " F+                     X\n", "`F+` continues no statement of this sort"),
        ("", " Q  X                   1\n", "the code `Q` has no meaning in section INDIVIDUALS"),
        (
            " R  V\n",
            " I  L         V         1.0\n F                      V\n",
            "the condition `L` is no logical temporary",
        ),
    ] {
        let error = read_text(&element(temporaries, statements)).unwrap_err();
        assert!(error.message().starts_with(message), "{statements}: {error}");
        assert!(error.line().is_some());
    }
}

#[test]
fn odd_files_are_read_with_warnings() {
    // A misaligned name in the function block, lower case, a derivative that cannot be understood.
    let text = element(" R  eps\n", " A epsl                 2.0D0\n f                      x*x + eps\n")
        .replace(" R  eps", " R epsl")
        .replace("+ eps", "+ epsl");
    let problem = read_text(&text).unwrap();
    assert_eq!(problem.fingerprint(Derivatives::Exact).at_start.f, 11.0);
    assert_eq!(problem.warnings().len(), 2, "{:?}", problem.warnings());
    let text = element("", " F                      X*X\n G  X                   FOO( X )\n");
    let problem = read_text(&text).unwrap();
    assert_eq!(
        problem.warnings(),
        ["line 25: derivatives from here on are not compared: external Fortran function FOO needed (line 25)"]
    );
    let text = "NAME          W\n   Constants\nVARIABLES\n    X         INTEGER\nGROUPS\n N  O         X         1.0\nENDATA\n";
    let problem = read_text(text).unwrap();
    assert_eq!(problem.variable_kinds(), [VariableKind::Integer]);
    assert_eq!(problem.warnings().len(), 2, "{:?}", problem.warnings());
}

#[test]
fn digits_are_those_of_the_reference_decoder_unless_all_are_asked_for() {
    let text = " RE D                   3.0\n RD THIRD     D         1.0\nVARIABLES\n    X\nGROUPS\n ZN O         X                        THIRD\n\
        START POINT\n ZV S         X                        THIRD\nENDATA\n";
    let text = format!("NAME          P\n{text}");
    let problem = |full_precision| {
        let options = ReadOptions { full_precision, ..ReadOptions::default() };
        read(Input::from_bytes("t", text.clone().into_bytes()), &options).unwrap()
    };
    assert_eq!(problem(false).start(), [0.333_333_333_33]);
    assert_eq!(problem(true).start(), [1.0 / 3.0]);
    assert_eq!(problem(false).fingerprint(Derivatives::Exact).at_start.f, 0.333_333_333_33 * 0.333_333_333_33);
}

#[test]
fn bounds_of_the_objective() {
    let text = "NAME          O\n RE B                   -2.5\nVARIABLES\n    X\nGROUPS\n N  OBJ\nOBJECT BOUND\n\
        \n ZL OBJ                                B\n UP OBJ                 7.0\n UP OTHER               1.0\nENDATA\n";
    assert_eq!(read_text(text).unwrap().objective_bounds(), (Some(-2.5), Some(7.0)));
}

#[test]
fn loops_without_end_are_refused() {
    for body in ["", " X  X(I)\n", " IA K         I         1\n"] {
        let text = format!(
            "NAME          E\n IE 1                   1\n IE N                   1000000000\nVARIABLES\n DO I         1                        N\n{body} OD I\nENDATA\n"
        );
        let options = ReadOptions { most_steps: 100_000, ..ReadOptions::default() };
        let error = read(Input::from_bytes("t", text.into_bytes()), &options).unwrap_err();
        assert_eq!((error.kind(), error.line()), ("too_large", Some(5)));
    }
}
