//! `--options FILE.toml`: a file of options, merged into the arguments.
//!
//! Flag over file over default: a key of the file that was also typed (or excludes one that was) is left out.

use super::error::CliError;
use clap::{ArgMatches, Command, parser::ValueSource};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;
use thalweg::formats::Input;
use toml::de::{DeTable, DeValue};

/// The options that came from the file.
#[derive(Debug)]
pub(super) struct FileOptions {
    path: String,
    ids: BTreeSet<String>,
}

/// Inserts the options of the file that the arguments name, if they name one, behind the command.
pub(super) fn merge(
    arguments: Vec<OsString>,
    command: &Command,
) -> Result<(Vec<OsString>, Option<FileOptions>), CliError> {
    // What is wrong without the file is reported without it, but for what the file itself may supply.
    let Ok(typed) = command.clone().ignore_errors(false).try_get_matches_from(&arguments) else {
        return Ok((arguments, None));
    };
    let Some((name, typed)) = typed.subcommand() else { return Ok((arguments, None)) };
    let Ok(Some(path)) = typed.try_get_one::<PathBuf>("options") else { return Ok((arguments, None)) };
    let Some(subcommand) = command.find_subcommand(name) else { return Ok((arguments, None)) };

    let text = Input::open(path)?.read_to_end()?;
    let text = String::from_utf8(text).map_err(|_| CliError::file("options", path, "it is not UTF-8 text"))?;
    let line_of = |offset: usize| 1 + text.bytes().take(offset).filter(|&b| b == b'\n').count() as u64;
    let fail = |offset: usize, message: String| {
        let file = path.display().to_string();
        let line = line_of(offset);
        CliError::Input {
            kind: "options",
            message: format!("{file}:{line}: {message}"),
            file: Some(file),
            line: Some(line),
            column: None,
        }
    };
    let table = DeTable::parse(&text)
        .map_err(|e| fail(e.span().map_or(0, |s| s.start), e.message().lines().collect::<Vec<_>>().join(" ")))?;

    let mut file = FileOptions { path: path.display().to_string(), ids: BTreeSet::new() };
    let mut inserted: Vec<OsString> = Vec::new();
    let mut keys: Vec<_> = table.get_ref().iter().collect();
    keys.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in keys {
        let (offset, key) = (key.span().start, key.get_ref().as_ref());
        let Some(argument) = subcommand.get_arguments().find(|a| a.get_long() == Some(key)) else {
            let known = || subcommand.get_arguments().filter_map(clap::Arg::get_long);
            let nearest = known().max_by(|a, b| strsim::jaro(a, key).total_cmp(&strsim::jaro(b, key)));
            let hint = nearest.map_or(String::new(), |n| format!("; the nearest is \"{n}\""));
            return Err(fail(offset, format!("unknown option \"{key}\"{hint}")));
        };
        let id = argument.get_id().as_str();
        if id == "options" {
            return Err(fail(offset, "a file of options cannot name another".to_owned()));
        }
        if was_typed(typed, id) || excluded_by_typed(subcommand, typed, id) {
            continue;
        }
        let value = match value.get_ref() {
            DeValue::Boolean(true) if !argument.get_action().takes_values() => None,
            DeValue::Boolean(false) if !argument.get_action().takes_values() => continue,
            _ if !argument.get_action().takes_values() => {
                return Err(fail(offset, format!("\"{key}\" is a switch: expected true or false")));
            }
            DeValue::String(s) => Some(s.to_string()),
            DeValue::Integer(i) => Some(i.as_str().replace('_', "")),
            DeValue::Float(x) => Some(x.as_str().replace('_', "")),
            DeValue::Boolean(b) => Some(b.to_string()),
            _ => return Err(fail(offset, format!("\"{key}\": expected a number, a text or a truth value"))),
        };
        let mut added = inserted.clone();
        added.push(value.map_or_else(|| format!("--{key}"), |v| format!("--{key}={v}")).into());
        let trial = with_inserted(&arguments, &added);
        if let Err(error) = command.clone().try_get_matches_from(trial) {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
            return Err(fail(offset, first));
        }
        inserted = added;
        file.ids.insert(id.to_owned());
    }
    Ok((with_inserted(&arguments, &inserted), Some(file)))
}

/// The arguments with others between the command and its own.
fn with_inserted(arguments: &[OsString], inserted: &[OsString]) -> Vec<OsString> {
    let (head, tail) = arguments.split_at(arguments.len().min(2));
    [head, inserted, tail].concat()
}

fn was_typed(matches: &ArgMatches, id: &str) -> bool {
    matches.try_contains_id(id).is_ok() && matches.value_source(id) == Some(ValueSource::CommandLine)
}

/// Whether another member of a group of alternatives was typed.
fn excluded_by_typed(command: &Command, typed: &ArgMatches, id: &str) -> bool {
    command.get_groups().any(|group| {
        let members: Vec<&str> = group.get_args().map(clap::Id::as_str).collect();
        !group.clone().is_multiple() && members.contains(&id) && members.iter().any(|m| was_typed(typed, m))
    })
}

/// The options of the command that are not defaults: `--name value` and where each came from.
pub(super) fn origins(command: &Command, matches: &ArgMatches, file: Option<&FileOptions>) -> Vec<(String, String)> {
    let Some((name, matches)) = matches.subcommand() else { return Vec::new() };
    let Some(subcommand) = command.find_subcommand(name) else { return Vec::new() };
    let mut options = Vec::new();
    for argument in subcommand.get_arguments() {
        let (id, Some(long)) = (argument.get_id().as_str(), argument.get_long()) else { continue };
        if !was_typed(matches, id) {
            continue;
        }
        let values: Vec<String> = matches
            .get_raw(id)
            .filter(|_| argument.get_action().takes_values())
            .map(|raw| raw.map(|v| v.to_string_lossy().into_owned()).collect())
            .unwrap_or_default();
        let from = match file {
            Some(file) if file.ids.contains(id) => file.path.clone(),
            _ => "command line".to_owned(),
        };
        options.push((format!("--{long} {}", values.join(" ")).trim_end().to_owned(), from));
    }
    options
}
