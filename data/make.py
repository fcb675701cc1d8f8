"""Writes the LIBSVM files of this folder from the data sets that come with scikit-learn.

    pip install scikit-learn==1.9.1
    python make.py            # into the folder of this script

Every number is written as the shortest decimal that reads back to the same double; zeros are not written; indices start
at 1. The script ends with the facts that README.md states.
"""

from pathlib import Path

import numpy as np
from sklearn import datasets

SETS = {
    # +1 = benign, -1 = malignant
    "wdbc": lambda: signed(datasets.load_breast_cancer(return_X_y=True)),
    "diabetes": lambda: datasets.load_diabetes(return_X_y=True, scaled=False),
    "iris": lambda: datasets.load_iris(return_X_y=True),
    "digits": lambda: datasets.load_digits(return_X_y=True),
    "wine": lambda: datasets.load_wine(return_X_y=True),
}


def signed(data):
    features, labels = data
    return features, 2 * labels - 1


def shortest(number):
    """The shortest decimal, without the `.0` of whole numbers."""
    text = repr(float(number))
    return text.removesuffix(".0")


def largest_centred_correlation(features, target):
    """max over j of |x_j'(t - mean t)|; t = +-1 for two classes, the larger label being +1."""
    values = np.unique(target)
    t = np.where(target == values[1], 1.0, -1.0) if len(values) == 2 else target.astype(float)
    return np.abs(features.T @ (t - t.mean())).max()


def main():
    folder = Path(__file__).resolve().parent
    for name, load in SETS.items():
        features, target = load()
        lines = []
        for row, label in zip(features, target):
            entries = [f"{j + 1}:{shortest(x)}" for j, x in enumerate(row) if x != 0]
            lines.append(" ".join([shortest(label), *entries]))
        (folder / f"{name}.svm").write_text("\n".join(lines) + "\n", encoding="ascii", newline="\n")
        print(
            f"{name}: {features.shape[0]} rows, {features.shape[1]} features, {np.count_nonzero(features)} nonzeros, "
            f"largest centred correlation {largest_centred_correlation(features, target):.8e}"
        )


if __name__ == "__main__":
    main()
