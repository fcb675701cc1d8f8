//! Figures from traces: the one home of everything the project draws.
//!
//! A [`TraceTable`] is what a run leaves behind, one row per iteration; [`figure_from_traces`] makes a [`Figure`] of
//! two of its columns, and [`Figure::to_svg`] draws it in the house look of [`style`]. The same tables give the same
//! bytes.
//!
//! ```
//! use thalweg::report::{FigureOptions, TraceTable, figure_from_traces};
//!
//! let csv = "# solver: cd\n# seed: 0\niteration,epochs,relative_gap\n0,0,1\n1,1,0.1\n2,2,0.001\n";
//! let table = TraceTable::parse("cd.csv", csv.as_bytes())?;
//! let figure = figure_from_traces(&[table], "epochs", "relative_gap", &FigureOptions::default())?;
//! assert!(figure.to_svg()?.starts_with("<svg"));
//! # Ok::<(), thalweg::report::ReportError>(())
//! ```

mod canvas;
mod error;
mod figure;
mod layout;
mod legend;
mod paths;
mod scale;
mod seeds;
pub mod style;
mod table;
mod ticks;
mod traces;

pub use error::ReportError;
pub use figure::{AxisSpec, Curve, Figure};
pub use scale::ScaleKind;
pub use table::TraceTable;
pub use traces::{FigureOptions, figure_from_traces};
