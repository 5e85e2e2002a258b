"""Reference numbers for src/classifiers/transforms/principal-components.ts. Run: python make_pca.py > pca.json

scikit-learn's PCA (full SVD) on rows that a formula makes, so that they need not be committed: 150 x 110 (more rows than
columns) and 110 x 150 (more columns than rows). Columns 3 and 7 are constant. Kept: 8 components; their explained
variance, directions at a few columns, and the first rows transformed.
"""

import json
import sys

import numpy as np
import sklearn
from sklearn.decomposition import PCA


def rows_of(rows, columns):
    i, j = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
    x = np.zeros((rows, columns))
    for f in range(1, 31):
        x += np.sin(1.3 * f * i + f * f) * np.cos(0.7 * f * j + f) / f
    x[:, [3, 7]] = 2.5
    return x.astype(np.float32).astype(np.float64)


def numbers(rows, columns):
    x = rows_of(rows, columns)
    model = PCA(n_components=8, svd_solver="full").fit(x)
    return {
        "rows": rows,
        "columns": columns,
        "variance": np.round(model.explained_variance_, 9).tolist(),
        "directions": np.round(model.components_[:, :12], 9).tolist(),
        "transformed": np.round(model.transform(x)[:6], 9).tolist(),
    }


json.dump(
    {
        "versions": {"python": sys.version.split()[0], "scikit-learn": sklearn.__version__, "numpy": np.__version__},
        "cases": [numbers(150, 110), numbers(110, 150)],
    },
    sys.stdout,
    indent=1,
)
