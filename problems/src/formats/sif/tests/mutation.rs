//! Damaged files: whatever happens to the bytes, reading ends with a problem that can be evaluated or with an error.

use super::super::*;
use crate::formats::Input;
use crate::nlp::NonlinearProgram;
use proptest::prelude::*;

/// The project's own files.
fn files() -> Vec<Vec<u8>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/sif");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

#[derive(Clone, Debug)]
enum Damage {
    Flip(prop::sample::Index, u8),
    Delete(prop::sample::Index, usize),
    Insert(prop::sample::Index, Vec<u8>),
    /// Copies a line to another place.
    Line(prop::sample::Index, prop::sample::Index),
    Truncate(prop::sample::Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let any_index = any::<prop::sample::Index>;
    let texts = prop::sample::select(vec![
        "\n DO I         1                        N\n",
        "\n ND\n",
        "\n OD I\n",
        "\nENDATA\n",
        "\nELEMENTS\n",
        "\nFREE FORMAT\n",
        "\nFIXED FORMAT\n",
        " IE N                   999999999999\n",
        " RE D                   1.0D+999\n",
        "(I,J,K,L)",
        "(",
        ")",
        "'DEFAULT'",
        "'SCALE'",
        "**(-1)",
        ".NOT.",
        "1./0.",
        "LOG(0.0)",
        "\t",
        "$",
        "\0",
        "\u{fc}",
        ";;_",
    ]);
    prop_oneof![
        (any_index(), any::<u8>()).prop_map(|(at, mask)| Damage::Flip(at, mask)),
        (any_index(), 1_usize..80).prop_map(|(at, count)| Damage::Delete(at, count)),
        (any_index(), texts).prop_map(|(at, text)| Damage::Insert(at, text.as_bytes().to_vec())),
        (any_index(), any_index()).prop_map(|(from, to)| Damage::Line(from, to)),
        any_index().prop_map(Damage::Truncate),
    ]
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
    if bytes.is_empty() {
        return;
    }
    let length = bytes.len();
    match damage {
        Damage::Flip(at, mask) => bytes[at.index(length)] ^= mask,
        Damage::Delete(at, count) => {
            let at = at.index(length);
            bytes.drain(at..(at + count).min(length));
        }
        Damage::Insert(at, text) => {
            let at = at.index(length);
            bytes.splice(at..at, text.iter().copied());
        }
        Damage::Line(from, to) => {
            let lines: Vec<&[u8]> = bytes.split(|&b| b == b'\n').collect();
            let mut copy = lines.clone();
            copy.insert(to.index(lines.len()), lines[from.index(lines.len())]);
            *bytes = copy.join(&b'\n');
        }
        Damage::Truncate(at) => bytes.truncate(at.index(length)),
    }
}

fn survives(bytes: Vec<u8>) -> Result<(), TestCaseError> {
    let lines = bytes.iter().filter(|&&b| b == b'\n').count() as u64 + 1;
    let options = ReadOptions { most_steps: 20_000, most_items: 20_000, ..ReadOptions::default() };
    match read(Input::from_bytes("t.SIF", bytes), &options) {
        Ok(problem) => {
            let sizes = problem.sizes();
            prop_assert_eq!(problem.start().len(), sizes.variables);
            prop_assert_eq!(problem.bounds().0.len(), sizes.variables);
            prop_assert!(sizes.equalities <= sizes.constraints && sizes.fixed_variables <= sizes.variables);
            let fingerprint = problem.fingerprint(Derivatives::Stated);
            if sizes.constraints == 0 {
                prop_assert_eq!(fingerprint.at_start.constraints, 0.0);
            }
            let _ = problem.compare_stated(problem.start(), 1e-6);
            if let Ok(program) = problem.program() {
                prop_assert_eq!(program.variables(), sizes.variables);
                prop_assert_eq!(program.jacobian_pattern().entries(), sizes.jacobian_nonzeros);
                let mut constraints = vec![0.0; program.constraints()];
                if let Ok(f) = program.evaluator().values(program.start(), &mut constraints) {
                    let size = f.abs().max(fingerprint.at_start.f.abs()).max(1.0);
                    let close = (f - fingerprint.at_start.f).abs() <= 1e-6 * size;
                    prop_assert!(close || !fingerprint.at_start.f.is_finite(), "{f} {fingerprint:?}");
                }
            }
        }
        Err(error) => {
            let text = error.to_string();
            prop_assert!(text.starts_with("t.SIF:") && text.len() < 600, "{}", text);
            prop_assert!(text.chars().all(|c| !c.is_control()), "{}", text);
            prop_assert!(error.line().is_none_or(|line| (1..=lines + 1).contains(&line)), "{}", text);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn damaged_files(which in any::<prop::sample::Index>(), damages in prop::collection::vec(damage(), 1..5)) {
        let files = files();
        let mut bytes = files[which.index(files.len())].clone();
        for damage in &damages {
            apply(&mut bytes, damage);
        }
        survives(bytes)?;
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut text = b"NAME          X\n".to_vec();
        text.extend(bytes);
        survives(text)?;
    }
}
