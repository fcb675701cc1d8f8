"""Times sparse-learning packages beside thalweg on the same problems, in one run.

    pip install numpy scipy scikit-learn celer skglm      # celer and skglm are optional
    cargo build --release
    python benches/peers/glm.py [--repeat 5] [--data FOLDER]
    python benches/peers/glm.py --path [--repeat 3]       # 100 strengths down to lambda_max / 100

Every answer is judged by one gap computation (here, from the residual), and every package gets the loosest of its own
tolerances (1e-2, 1e-3, ... of its default meaning) that reaches the target. Seconds are medians of `--repeat` runs of the
solve alone: no reading of files, no compilation. Prints a Markdown table. FOLDER may have leukemia-golub and
colon-cancer-alon in LIBSVM format.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
import scipy.sparse as sp

warnings.filterwarnings("ignore")
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(name, "1")

HERE = os.path.dirname(os.path.abspath(__file__))
THALWEG = os.path.join(HERE, "..", "..", "target", "release", "thalweg")
TARGET = 1e-6  # of |y|^2 / 2


def relative_gap(X, y, lam, w):
    """The Lasso's gap at w, from the residual scaled to feasibility, over |y|^2 / 2."""
    r = y - X @ w
    c = X.T @ r
    s = min(1.0, lam / np.abs(c).max())
    s = max(s, 0.0)
    best = np.clip(y @ r / (r @ r), -lam / np.abs(c).max(), lam / np.abs(c).max())
    gaps = [0.5 * np.sum((r - t * r) ** 2) + np.sum(lam * np.abs(w) - t * w * c) for t in (s, best)]
    return min(gaps) / (0.5 * y @ y)


def wide_sparse(n=2000, p=20000, per_column=100, k=200, seed=0):
    rng = np.random.default_rng(seed)
    rows = np.concatenate([rng.choice(n, per_column, replace=False) for _ in range(p)])
    cols = np.repeat(np.arange(p), per_column)
    X = sp.csc_matrix((rng.standard_normal(p * per_column), (rows, cols)), shape=(n, p))
    w = np.zeros(p)
    w[rng.choice(p, k, replace=False)] = rng.standard_normal(k)
    y = X @ w
    noise = rng.standard_normal(n)
    return X, y + noise * np.linalg.norm(y) / 3 / np.linalg.norm(noise)


def dense_gaussian(n=200, p=5000, seed=1):
    rng = np.random.default_rng(seed)
    X = np.asfortranarray(rng.standard_normal((n, p)))
    w = np.zeros(p)
    w[:: p // 20] = rng.standard_normal(20)
    return X, X @ w + 0.5 * rng.standard_normal(n)


def from_libsvm(path):
    from sklearn.datasets import load_svmlight_file

    X, y = load_svmlight_file(path)
    X = X.toarray()
    if len(set(y)) == 2:
        y = np.where(y == y.max(), 1.0, -1.0)
    sd = X.std(axis=0)
    X = np.asfortranarray((X - X.mean(axis=0)) / np.where(sd > 0, sd, 1))
    return X, y - y.mean()


def write_libsvm(path, X, y):
    R = sp.csr_matrix(X)
    with open(path, "w") as f:
        for i in range(R.shape[0]):
            a, b = R.indptr[i], R.indptr[i + 1]
            f.write(repr(float(y[i])) + " " + " ".join(f"{j + 1}:{v!r}" for j, v in zip(R.indices[a:b], R.data[a:b].tolist())) + "\n")


class Thalweg:
    name = "thalweg"
    tolerances = [1e-6]

    def prepare(self, X, y, folder):
        self.file = os.path.join(folder, "data.svm")
        write_libsvm(self.file, X, y)

    def fit(self, X, y, lam, tol):
        solution = self.file + ".txt"
        out = subprocess.run(
            [THALWEG, "glm", self.file, "--lambda", repr(lam), "--tol", repr(tol), "--threads", "1", "--json", "--solution", solution],
            capture_output=True, text=True, check=True,
        )
        w = np.zeros(X.shape[1])
        for line in open(solution):
            j, v = line.split()
            if j != "intercept":
                w[int(j) - 1] = float(v)
        return w, json.loads(out.stdout)["seconds"]


class Python:
    """A package whose Lasso has scikit-learn's interface."""

    tolerances = [10.0 ** -k for k in range(2, 13)]

    def __init__(self, name, module, **options):
        self.name, self.options = name, options
        self.Lasso = __import__(module, fromlist=["Lasso"]).Lasso

    def fit(self, X, y, lam, tol):
        model = self.Lasso(alpha=lam / len(y), fit_intercept=False, tol=tol, **self.options)
        start = time.perf_counter()
        model.fit(X, y)
        return model.coef_, time.perf_counter() - start


PACKAGES = [
    ("scikit-learn", "sklearn.linear_model", {"max_iter": 100_000}),
    ("celer", "celer", {"max_iter": 200}),
    ("skglm", "skglm", {}),
]


def measure(peer, X, y, lam, repeat):
    """Median seconds and gap at the loosest tolerance that reaches the target."""
    for tol in peer.tolerances:
        w, _ = peer.fit(X, y, lam, tol)  # also compiles what compiles
        gap = relative_gap(X, y, lam, w)
        if gap <= TARGET:
            times = [peer.fit(X, y, lam, tol)[1] for _ in range(repeat)]
            return statistics.median(times), gap, int(np.count_nonzero(w))
    return None


STRENGTHS = 100
LAST = 1e-2


class ThalwegPath(Thalweg):
    def fit_path(self, X, y, lams, tol):
        solution = self.file + ".path"
        out = subprocess.run(
            [THALWEG, "glm", self.file, "--path", str(len(lams)), "--path-ratio", repr(LAST), "--full-path", "--tol", repr(tol),
             "--threads", "1", "--json", "--solution", solution],
            capture_output=True, text=True, check=True,
        )
        W = np.zeros((X.shape[1], len(lams)))
        place = {}
        for line in open(solution):
            if line[0] == "#":
                continue
            lam, j, v = line.split()
            k = place.setdefault(lam, len(place))
            if j != "intercept":
                W[int(j) - 1, k] = float(v)
        return W, json.loads(out.stdout)["seconds"]


class PythonPath:
    """lasso_path and celer_path: one call for all strengths."""

    tolerances = [10.0 ** -k for k in range(3, 11)]

    def __init__(self, name, function, **options):
        self.name, self.function, self.options = name, function, options

    def fit_path(self, X, y, lams, tol):
        start = time.perf_counter()
        _, W, *_ = self.function(X, y, alphas=np.array(lams) / len(y), tol=tol, **self.options)
        return W, time.perf_counter() - start


def measure_path(peer, X, y, lams, repeat):
    """Median seconds and the largest gap at the loosest tolerance that reaches the target at every strength."""
    for tol in peer.tolerances:
        W, _ = peer.fit_path(X, y, lams, tol)
        gap = max(relative_gap(X, y, lam, W[:, k]) for k, lam in enumerate(lams))
        if gap <= TARGET:
            times = [peer.fit_path(X, y, lams, tol)[1] for _ in range(repeat)]
            return statistics.median(times), gap
    return None


def paths(problems, repeat):
    peers = [ThalwegPath()]
    try:
        from sklearn.linear_model import lasso_path
        peers.append(PythonPath("scikit-learn", lasso_path, max_iter=100_000))
    except ImportError:
        print("scikit-learn is not installed: left out", file=sys.stderr)
    try:
        from celer import celer_path
        peers.append(PythonPath("celer", lambda X, y, **o: celer_path(X, y, "lasso", **o), max_iter=200))
    except ImportError:
        print("celer is not installed: left out", file=sys.stderr)
    print(f"| problem, {STRENGTHS} strengths to max / {round(1 / LAST)} | " + " | ".join(p.name for p in peers) + " |")
    print("| --- |" + " --- |" * len(peers))
    for title, (X, y) in problems:
        with tempfile.TemporaryDirectory() as folder:
            peers[0].prepare(X, y, folder)
            lambda_max = float(np.abs(X.T @ y).max())
            lams = [lambda_max * LAST ** (k / (STRENGTHS - 1)) for k in range(STRENGTHS)]
            results = [measure_path(p, X, y, lams, repeat) for p in peers]
            base = results[0][0]
            cells = ["not reached" if r is None else f"{r[0]:.2f} s ({r[0] / base:.1f}x, {r[1]:.0e})" for r in results]
            print(f"| {title} | " + " | ".join(cells) + " |", flush=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--path", action="store_true")
    arguments.add_argument("--repeat", type=int, default=5)
    arguments.add_argument("--data")
    arguments = arguments.parse_args()
    peers = [Thalweg()]
    for name, module, options in PACKAGES:
        try:
            peers.append(Python(name, module, **options))
        except ImportError:
            print(f"{name} is not installed: left out", file=sys.stderr)
    problems = [("wide sparse, 2000 x 20000", wide_sparse()), ("dense Gaussian, 200 x 5000", dense_gaussian())]
    for name in ("leukemia-golub", "colon-cancer-alon"):
        path = os.path.join(arguments.data or "", name)
        if arguments.data and os.path.exists(path):
            problems.append((name, from_libsvm(path)))

    if arguments.path:
        return paths(problems, arguments.repeat)
    print("| problem | lambda | support | " + " | ".join(p.name for p in peers) + " |")
    print("| --- | --- | --- |" + " --- |" * len(peers))
    for title, (X, y) in problems:
        with tempfile.TemporaryDirectory() as folder:
            peers[0].prepare(X, y, folder)
            lambda_max = np.abs(X.T @ y).max()
            for ratio in (10, 100):
                lam = float(lambda_max / ratio)
                results = [measure(p, X, y, lam, arguments.repeat) for p in peers]
                base = results[0][0]
                cells = [
                    "not reached" if r is None else f"{r[0] * 1e3:.1f} ms ({r[0] / base:.1f}x, {r[1]:.0e})" for r in results
                ]
                print(f"| {title} | max / {ratio} | {results[0][2]} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
