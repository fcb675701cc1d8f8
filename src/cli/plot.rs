//! `thalweg plot`: figures from traces.

use super::error::CliError;
use super::output::Output;
use super::output_file::{OutputFile, check_distinct};
use clap::Args;
use std::path::PathBuf;
use thalweg::formats::Input;
use thalweg::report::{FigureOptions, TraceTable, figure_from_traces};

/// Draw traces into one figure; runs that differ in the seed alone become quartiles.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  thalweg glm data/wdbc.svm --loss logistic --trace a.csv
  thalweg glm data/wdbc.svm --loss logistic --solver coordinate-descent --trace b.csv
  thalweg plot a.csv b.csv --x epochs --y relative_gap --out gap.svg")]
pub(super) struct PlotCommand {
    /// Traces written by --trace.
    #[arg(required = true)]
    traces: Vec<PathBuf>,
    /// Column on the horizontal axis.
    #[arg(long, default_value = "iteration")]
    x: String,
    /// Column on the vertical axis.
    #[arg(long, default_value = "objective")]
    y: String,
    /// Title [default: the problem's name].
    #[arg(long)]
    title: Option<String>,
    /// The figure.
    #[arg(long, value_name = "FILE.svg")]
    out: PathBuf,
    /// Print nothing.
    #[arg(long, short)]
    quiet: bool,
}

impl PlotCommand {
    pub(super) fn run(self) -> Result<u8, CliError> {
        let file = OutputFile::check_figure(&self.out)?;
        let inputs: Vec<_> = self.traces.iter().map(|path| ("a trace", path.as_path())).collect();
        check_distinct(&[("--out", &self.out)], &inputs)?;
        let mut tables = Vec::new();
        for path in &self.traces {
            let input = Input::open(path)?;
            let name = input.name().to_owned();
            tables.push(TraceTable::parse(&name, &input.read_to_end()?)?);
        }
        let options = FigureOptions { title: self.title, ..FigureOptions::default() };
        let svg = figure_from_traces(&tables, &self.x, &self.y, &options)?.to_svg()?;
        file.write(|out| out.write_all(svg.as_bytes()))?;
        let mut out = Output::default();
        if !self.quiet {
            out.line(format!("written: {}", self.out.display()));
        }
        out.print()?;
        Ok(0)
    }
}
