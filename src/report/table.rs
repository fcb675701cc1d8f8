//! Traces as tables: read from CSV or made in memory, kept by column.

use std::path::Path;

use super::error::ReportError;

/// A trace: named columns of equal length, and what is known about the run.
///
/// As a file it is CSV with a header row; lines `# key: value` before the header carry metadata (`solver`, `problem`,
/// `command`, `seed`). An empty field and `nan` are [`f64::NAN`], `true` and `false` are 1 and 0.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceTable {
    name: String,
    metadata: Vec<(String, String)>,
    columns: Vec<String>,
    values: Vec<Vec<f64>>,
}

impl TraceTable {
    /// A table from rows.
    ///
    /// # Errors
    /// [`ReportError::Shape`] if there is no column, a column name occurs twice, or a row has another length than
    /// `columns`.
    pub fn new(name: impl Into<String>, columns: Vec<String>, rows: Vec<Vec<f64>>) -> Result<Self, ReportError> {
        let name = name.into();
        let shape = |message: String| ReportError::Shape { table: name.clone(), message };
        if columns.is_empty() {
            return Err(shape("it has no columns".into()));
        }
        if let Some(i) = (1..columns.len()).find(|&i| columns[..i].contains(&columns[i])) {
            return Err(shape(format!("column {i} repeats the name `{}`", columns[i])));
        }
        let mut values = vec![Vec::with_capacity(rows.len()); columns.len()];
        for (i, row) in rows.into_iter().enumerate() {
            if row.len() != columns.len() {
                return Err(shape(format!("row {i} has {} values for {} columns", row.len(), columns.len())));
            }
            for (column, value) in values.iter_mut().zip(row) {
                column.push(value);
            }
        }
        Ok(Self { name, metadata: Vec::new(), columns, values })
    }

    /// The same table with one more piece of metadata; an earlier value of the key is replaced.
    #[must_use]
    pub fn with_metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.set_metadata(key.into(), value.into());
        self
    }

    /// Reads a CSV file.
    ///
    /// # Errors
    /// [`ReportError::Read`], or as [`TraceTable::parse`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ReportError> {
        let file = path.as_ref().display().to_string();
        match std::fs::read(path) {
            Ok(bytes) => Self::parse(&file, &bytes),
            Err(source) => Err(ReportError::Read { file, source }),
        }
    }

    /// Reads CSV text; `name` is the file named in errors.
    ///
    /// # Errors
    /// [`ReportError::Parse`] with file, line and column.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, ReportError> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let mut table = Self { name: name.to_owned(), metadata: Vec::new(), columns: Vec::new(), values: Vec::new() };
        let mut line_number = 0;
        for raw in bytes.split(|&byte| byte == b'\n') {
            line_number += 1;
            let line = Line { file: name, number: line_number, text: decode(name, line_number, raw)? };
            if line.text.trim().is_empty() {
                continue;
            }
            if !table.columns.is_empty() {
                table.push_row(&line)?;
            } else if let Some(comment) = line.text.strip_prefix('#') {
                if let Some((key, value)) = comment.split_once(':') {
                    table.set_metadata(key.trim().to_owned(), value.trim().to_owned());
                }
            } else {
                table.set_header(&line)?;
            }
        }
        if table.columns.is_empty() {
            let line = Line { file: name, number: line_number, text: "" };
            return Err(line.error(1, "a header row with column names", "the end of the file"));
        }
        Ok(table)
    }

    fn set_metadata(&mut self, key: String, value: String) {
        match self.metadata.iter_mut().find(|(known, _)| *known == key) {
            Some(entry) => entry.1 = value,
            None => self.metadata.push((key, value)),
        }
    }

    fn set_header(&mut self, line: &Line<'_>) -> Result<(), ReportError> {
        let mut seen = std::collections::HashSet::new();
        for (column, field) in line.fields() {
            let name = field.trim_matches('"');
            if name.is_empty() {
                return Err(line.error(column, "a column name", "an empty field"));
            }
            if name.parse::<f64>().is_ok() {
                return Err(line.error(column, "a header row with column names", &format!("the number {name}")));
            }
            if !seen.insert(name) {
                return Err(line.error(column, "column names that differ", &format!("`{name}` again")));
            }
            self.columns.push(name.to_owned());
            self.values.push(Vec::new());
        }
        Ok(())
    }

    fn push_row(&mut self, line: &Line<'_>) -> Result<(), ReportError> {
        let width = self.columns.len();
        let mut count = 0;
        for (column, field) in line.fields() {
            let Some(values) = self.values.get_mut(count) else {
                return Err(line.error(column, &format!("the end of the line after {width} fields"), "another field"));
            };
            values.push(match field {
                "" => f64::NAN,
                "true" => 1.0,
                "false" => 0.0,
                number => number.parse().map_err(|_| line.error(column, "a number", &format!("`{number}`")))?,
            });
            count += 1;
        }
        if count < width {
            let end = line.text.chars().count() + 1;
            return Err(line.error(end, &format!("{width} fields"), &format!("{count} fields")));
        }
        Ok(())
    }

    /// Name of the table: its file, or what [`TraceTable::new`] was given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.first().map_or(0, Vec::len)
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Column names in order.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The metadata of this key.
    #[must_use]
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.metadata.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    /// The values of a column.
    ///
    /// # Errors
    /// [`ReportError::UnknownColumn`] names the nearest existing column and lists all.
    pub fn column(&self, name: &str) -> Result<&[f64], ReportError> {
        if let Some(i) = self.columns.iter().position(|column| column == name) {
            return Ok(&self.values[i]);
        }
        let similarity = |column: &String| strsim::jaro_winkler(column, name);
        let nearest = self
            .columns
            .iter()
            .max_by(|a, b| similarity(a).total_cmp(&similarity(b)))
            .filter(|column| similarity(column) > 0.7)
            .cloned();
        let available = self.columns.join(", ");
        Err(ReportError::UnknownColumn { table: self.name.clone(), column: name.to_owned(), nearest, available })
    }
}

/// One line of a file, for errors that name their place.
struct Line<'a> {
    file: &'a str,
    number: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    /// The trimmed fields, each with the column where it starts.
    fn fields(&self) -> impl Iterator<Item = (usize, &'a str)> + use<'a> {
        let mut column = 1;
        self.text.split(',').map(move |field| {
            let blanks = field.chars().take_while(|c| c.is_whitespace()).count();
            let place = column + blanks;
            column += field.chars().count() + 1;
            (place, field.trim())
        })
    }

    fn error(&self, column: usize, expected: &str, found: &str) -> ReportError {
        let mut found: String = found.chars().take(40).filter(|c| !c.is_control()).collect();
        if found.is_empty() {
            found.push_str("nothing");
        }
        ReportError::Parse {
            file: self.file.to_owned(),
            line: self.number,
            column,
            expected: expected.to_owned(),
            found,
        }
    }
}

fn decode<'a>(file: &str, number: usize, raw: &'a [u8]) -> Result<&'a str, ReportError> {
    let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
    std::str::from_utf8(raw).map_err(|error| {
        let valid = String::from_utf8_lossy(&raw[..error.valid_up_to()]).chars().count();
        let byte = raw.get(error.valid_up_to()).copied().unwrap_or(0);
        Line { file, number, text: "" }.error(valid + 1, "UTF-8 text", &format!("the byte 0x{byte:02x}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        TraceTable::parse("t.csv", text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn reads_metadata_header_and_special_values() {
        let text = "\u{feff}# solver: cd\r\n# command: thalweg glm a:b\r\n#note\r\niteration, gap ,acyclic\r\n0,nan,true\r\n\r\n1,,false\r\n2,-1.5e-3,inf\r\n";
        let table = TraceTable::parse("t.csv", text.as_bytes()).unwrap();
        assert_eq!(table.metadata("solver"), Some("cd"));
        assert_eq!(table.metadata("command"), Some("thalweg glm a:b"));
        assert_eq!(table.metadata("seed"), None);
        assert_eq!(table.columns(), ["iteration", "gap", "acyclic"]);
        assert_eq!(table.column("iteration").unwrap(), [0.0, 1.0, 2.0]);
        let gap = table.column("gap").unwrap();
        assert!(gap[0].is_nan() && gap[1].is_nan());
        assert_eq!(gap[2], -1.5e-3);
        assert_eq!(table.column("acyclic").unwrap(), [1.0, 0.0, f64::INFINITY]);
        assert_eq!(table.len(), 3);
    }

    #[test]
    fn errors_name_file_line_and_column() {
        assert_eq!(message("a,b\n1,2\n3, x\n"), "t.csv:3:4: expected a number, found `x`");
        assert_eq!(message("a,b\n1\n"), "t.csv:2:2: expected 2 fields, found 1 fields");
        assert_eq!(
            message("a,b\n1,2,3\n"),
            "t.csv:2:5: expected the end of the line after 2 fields, found another field"
        );
        assert_eq!(message("1,2\n"), "t.csv:1:1: expected a header row with column names, found the number 1");
        assert_eq!(message("a,,b\n"), "t.csv:1:3: expected a column name, found an empty field");
        assert_eq!(message("a,b,a\n"), "t.csv:1:5: expected column names that differ, found `a` again");
        assert_eq!(message(""), "t.csv:1:1: expected a header row with column names, found the end of the file");
        assert_eq!(message("a\n1\n# late: x\n"), "t.csv:3:1: expected a number, found `# late: x`");
        let error = TraceTable::parse("t.csv", b"a\n1\n\xc3\xa9\xff\n").unwrap_err().to_string();
        assert_eq!(error, "t.csv:3:2: expected UTF-8 text, found the byte 0xff");
        assert!(TraceTable::read("/no/such/trace.csv").unwrap_err().to_string().starts_with("/no/such/trace.csv: "));
    }

    #[test]
    fn damaged_files_are_errors_and_not_panics() {
        let valid = b"\xEF\xBB\xBF# solver: cd\r\niteration,\xc3\xa9,gap\n0,,1e-3\n1,nan,inf\n";
        for at in 0..valid.len() {
            let _ = TraceTable::parse("cut", &valid[..at]);
            for byte in 0..=u8::MAX {
                let mut damaged = valid.to_vec();
                damaged[at] = byte;
                if let Ok(table) = TraceTable::parse("damaged", &damaged) {
                    assert!(table.columns.iter().all(|column| table.column(column).unwrap().len() == table.len()));
                }
            }
        }
    }

    #[test]
    fn an_unknown_column_names_the_nearest_and_lists_all() {
        let table = TraceTable::parse("t.csv", b"iteration,epochs,relative_gap\n").unwrap();
        assert!(table.is_empty());
        assert_eq!(
            table.column("relativ_gap").unwrap_err().to_string(),
            "t.csv has no column `relativ_gap`, did you mean `relative_gap`?; it has iteration, epochs, relative_gap"
        );
        assert!(matches!(table.column("zzz"), Err(ReportError::UnknownColumn { nearest: None, .. })));
    }

    #[test]
    fn a_table_from_memory_is_checked() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let table = TraceTable::new("m", names(&["a", "b"]), vec![vec![1.0, 2.0], vec![3.0, 4.0]]).unwrap();
        assert_eq!(table.column("b").unwrap(), [2.0, 4.0]);
        let error = TraceTable::new("m", names(&["a"]), vec![vec![1.0], vec![]]).unwrap_err();
        assert_eq!(error.to_string(), "table m: row 1 has 0 values for 1 columns");
        assert!(TraceTable::new("m", names(&["a", "a"]), vec![]).is_err());
        assert!(TraceTable::new("m", vec![], vec![]).is_err());
    }
}
