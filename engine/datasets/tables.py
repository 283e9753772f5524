"""Classic tables of measurements, as scikit-learn ships them."""

from typing import Any

import numpy as np

from engine.axes import Labels, Row, Values
from engine.dataset import Dataset
from engine.samples import Samples


def _classified(stored: Any, *names: str) -> Samples:
    inputs = stored.data.astype(np.float32)
    return Samples(inputs, stored.target.astype(np.int64), Row(inputs.shape[1]), Labels(names))


class Iris(Dataset, title="Iris", scaling="standardise"):
    """150 irises of three species, by the length and width of sepal and petal in cm.

    Fisher, 1936; from the UCI repository.
    """

    def load(self) -> Samples:
        from sklearn.datasets import load_iris

        return _classified(load_iris(), "setosa", "versicolor", "virginica")


class Wine(Dataset, title="Wine", scaling="standardise"):
    """178 wines from three growers in one region of Italy, by 13 chemical measurements.

    Forina and others, 1988; from the UCI repository.
    """

    def load(self) -> Samples:
        from sklearn.datasets import load_wine

        return _classified(load_wine(), "grower 1", "grower 2", "grower 3")


class BreastCancer(Dataset, title="Breast cancer", scaling="standardise"):
    """569 tumours, malignant or benign, by 30 measurements of cell nuclei under the microscope.

    Wolberg, Street and Mangasarian, 1995; from the UCI repository.
    """

    def load(self) -> Samples:
        from sklearn.datasets import load_breast_cancer

        return _classified(load_breast_cancer(), "malignant", "benign")


class Diabetes(Dataset, title="Diabetes", scaling="standardise"):
    """442 patients by age, sex, body mass index, blood pressure and six blood values.

    To be predicted is a number: how far the disease went in a year, on a scale from 25 to 346.
    Efron, Hastie, Johnstone and Tibshirani, 2004.
    """

    def load(self) -> Samples:
        from sklearn.datasets import load_diabetes

        stored = load_diabetes(scaled=False)
        return Samples(
            stored.data.astype(np.float32),
            stored.target.astype(np.float32)[:, None],
            Row(stored.data.shape[1]),
            Values(("disease progression",)),
        )
