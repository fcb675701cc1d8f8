//! The names in JSON output, in one place. Measures and counts have theirs in the certificates and in `run::Oracle`.

macro_rules! names {
    ($($constant:ident = $name:literal;)*) => { $(pub(super) const $constant: &str = $name;)* };
}

names! {
    CLASS = "class";
    PROBLEM = "problem";
    NAME = "name";
    ROWS = "rows";
    COLUMNS = "columns";
    FEATURES = "features";
    NONZEROS = "nonzeros";
    LOSS = "loss";
    PENALTY = "penalty";
    LAMBDA = "lambda";
    LAMBDA_MAX = "lambda_max";
    L1_RATIO = "l1_ratio";
    LOWER = "lower";
    UPPER = "upper";
    STANDARDIZED = "standardized";
    SOLVER = "solver";
    STATUS = "status";
    REASON = "reason";
    OBJECTIVE = "objective";
    CERTIFICATE = "certificate";
    ITERATIONS = "iterations";
    COUNTS = "counts";
    SECONDS = "seconds";
    SEED = "seed";
    THREADS = "threads";
    WARNINGS = "warnings";
    SOLUTION = "solution";
    INTERCEPT = "intercept";
    COEFFICIENTS = "coefficients";
    CLASSES = "classes";
    FORMAT = "format";
    VERSION = "version";
    ERROR = "error";
    KIND = "kind";
    MESSAGE = "message";
    FILE = "file";
    LINE = "line";
    COLUMN = "column";
    VERIFIED = "verified";
    TOLERANCE = "tolerance";
    PREDICTIONS = "predictions";
    SCORES = "scores";
    ACCURACY = "accuracy";
    AUC = "auc";
    DEVIANCE = "deviance";
    R2 = "r2";
    RMSE = "rmse";
    ABOUT = "about";
    FORMATS = "formats";
    SOLVERS = "solvers";
    DENSITY = "density";
    ALL_ONES = "all_ones";
    LABELS = "labels";
    SQUARED = "squared";
    SQUARED_WITH_INTERCEPT = "squared_with_intercept";
    LOGISTIC = "logistic";
    LOGISTIC_WITH_INTERCEPT = "logistic_with_intercept";
    VALUES = "values";
    NODES = "nodes";
    EDGES = "edges";
    UNKNOWN = "unknown";
    X = "x";
    MULTIPLIERS = "multipliers";
    VARIABLES = "variables";
    CONSTRAINTS = "constraints";
}
