"""A person's own table against readings that are not ours: the csv module, scikit-learn fitted on the train part."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from engine import ahead, encoding
from engine.axes import Labels, Values
from engine.dataset import DataError, Recipe, datasets_at, load, prepare
from engine.datasets.table_file import TableFile
from engine.waiting import GivenUp, heard_by

CHANCE = np.random.default_rng(5)
ROWS = 240


def titanic_like(path: Path) -> Path:
    """Mixed columns with gaps, a rare category, an id, names, and cells with commas, quotes and line ends."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "Survived", "Name", "Age", "Fare", "Port", "Ship"])
        for row in range(ROWS):
            age = "" if row % 7 == 0 else f"{CHANCE.uniform(1, 80):.1f}"
            port = "Q" if row in (3, 50) else ("", "S", "C")[row % 3]
            name = f'Mr "{row}",\nof somewhere'
            fare = f"{CHANCE.exponential(30):.4f}"
            writer.writerow([row, row % 2, name, age, fare, port, "Titanic"])
    return path


def raw(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_encodes_as_scikit_learn_fitted_on_the_train_part(tmp_path: Path) -> None:
    path = titanic_like(tmp_path / "t.csv")
    data = Recipe.usual(TableFile(file=str(path), target="Survived", rare=5)).prepare()
    assert data.encoding is not None
    rows = raw(path)
    train = data.train.indices
    numbers = np.array([[float(r["Age"] or "nan"), float(r["Fare"])] for r in rows])
    imputer = SimpleImputer(strategy="median", add_indicator=True).fit(numbers[train])
    filled = imputer.transform(numbers)
    scaled = StandardScaler().fit(filled[train][:, :2]).transform(filled[:, :2])
    ports = np.array([[r["Port"] or "?"] for r in rows])
    common = OneHotEncoder(
        min_frequency=5, handle_unknown="infrequent_if_exist", sparse_output=False
    )
    ones = common.fit(ports[train]).transform(ports)
    order = list(common.get_feature_names_out(["Port"]))
    want = {
        "Age": scaled[:, 0],
        "Fare": scaled[:, 1],
        "Age is missing": filled[:, 2],
        "Port = C": ones[:, order.index("Port_C")],
        "Port = S": ones[:, order.index("Port_S")],
        "Port is missing": ones[:, order.index("Port_?")],
    }
    if "Port_infrequent_sklearn" in order:
        want["Port = another"] = ones[:, order.index("Port_infrequent_sklearn")]
    assert set(data.encoding.features) == set(want)
    for part in (data.train, data.dev, data.sealed.open()):
        for place, name in enumerate(data.encoding.features):
            np.testing.assert_allclose(part.inputs[:, place], want[name][part.indices], atol=2e-6)
        truth = [int(rows[index]["Survived"]) for index in part.indices]
        np.testing.assert_array_equal(part.targets, truth)


def test_statistics_do_not_see_dev_and_test(tmp_path: Path) -> None:
    path = titanic_like(tmp_path / "t.csv")
    before = Recipe.usual(TableFile(file=str(path), target="Survived")).prepare()
    rows = raw(path)
    for index in np.concatenate([before.dev.indices, before.sealed.open().indices]):
        rows[index] |= {"Age": "999", "Fare": "", "Port": "elsewhere"}
    other = tmp_path / "other.csv"
    with other.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    after = Recipe.usual(TableFile(file=str(other), target="Survived")).prepare()
    np.testing.assert_array_equal(before.train.inputs, after.train.inputs)


def test_ways_of_writing_give_the_same_numbers(tmp_path: Path) -> None:
    """Comma and point, semicolon and decimal comma in latin-1, tab with a byte order mark, gzip, Parquet, UTF-16."""
    x = CHANCE.normal(size=(60, 2)).round(3)
    kind = np.array(["öl", "gas"])[CHANCE.integers(0, 2, 60)]
    lines = [
        ["länge", "breite", "art"],
        *([str(a), str(b), k] for (a, b), k in zip(x, kind, strict=True)),
    ]

    def text(mark: str, comma: bool = False) -> str:
        cells = [[c.replace(".", ",") if comma else c for c in line] for line in lines]
        return "\n".join(mark.join(line) for line in cells) + "\n"

    files = {
        "plain.csv": text(",").encode(),
        "euro.csv": text(";", comma=True).encode("cp1252"),
        "bom.tsv": text("\t").encode("utf-8-sig"),
        "wide.csv": text(",").encode("utf-16"),
        "packed.csv.gz": gzip.compress(text(",").encode()),
    }
    for name, raw_bytes in files.items():
        (tmp_path / name).write_bytes(raw_bytes)
    columns = {"länge": x[:, 0], "breite": x[:, 1], "art": kind}
    pq.write_table(pa.table(columns), tmp_path / "cols.parquet")
    for name in [*files, "cols.parquet"]:
        found = datasets_at(tmp_path / name)[0]
        assert isinstance(found, TableFile)
        samples = found.load()
        np.testing.assert_array_equal(samples.inputs, x.astype(np.float32), name)
        assert samples.target == Labels(("gas", "öl"))
        np.testing.assert_array_equal(samples.targets, kind == "öl", name)


def test_dates_and_a_number_to_be_predicted(tmp_path: Path) -> None:
    days = np.datetime64("2023-01-01") + CHANCE.integers(0, 700, 90)
    prices = CHANCE.uniform(1e5, 9e5, 90).round(2)
    path = tmp_path / "houses.csv"
    pairs = zip(days, prices, strict=True)
    lines = [f"{day.astype(object):%d.%m.%Y};{price}" for day, price in pairs]
    path.write_text("sold;price\n" + "\n".join(lines))
    data = Recipe.usual(TableFile(file=str(path), divide=1000), seed=1).prepare()
    assert data.target == Values(("price / 1000",))
    train = data.train.indices
    np.testing.assert_allclose(data.train.targets[:, 0], prices[train] / 1000, rtol=1e-6)
    passed = days.astype("datetime64[D]").astype(float)[train]
    scaled = (passed - passed.mean()) / passed.std()
    np.testing.assert_allclose(data.train.inputs[:, 0], scaled, atol=1e-5)
    assert data.encoding is not None
    sine = data.train.inputs[:, data.encoding.features.index("sold: week, sine")]
    weekday = np.array([day.astype(object).weekday() for day in days])[train]
    np.testing.assert_allclose(sine, np.sin(2 * np.pi * weekday / 7), atol=1e-4)


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        (b"", {}, "is empty"),
        (b"a,b\n", {}, "no rows"),
        (b"a,b\n1.5,x\n2.5,x\n3,x\n", {"target": "b"}, "nothing to tell apart"),
        (b"a,b\n1,\n2,\n", {"target": "b"}, "missing in every row"),
        (b"a,b\n1,x\n2,y\n", {"target": "c"}, "no column called c"),
        (b"a,b\n1,x\n2,y\n", {"target": "b", "task": "number"}, "holds words, not numbers"),
        (b"a\n1\n2\n3\n", {}, "at least two columns"),
        (b"a,b\n1,x\n3,x\n,y\n", {"target": "b", "gaps": "drop"}, "same b"),
        (b"\x00\x01\x02\x00", {}, "no table of text"),
        (b"a,b\n1,2,3\n1,2,3,4\n5,6\n1,2,3,4,5\n1\n", {}, "do not fit its columns"),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, text: bytes, options: dict[str, str], said: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(text)
    with pytest.raises(DataError, match=said):
        TableFile.model_validate({"file": str(path), **options}).load()


def test_oddities_are_read_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    lines = [f"{CHANCE.normal():.3f},{CHANCE.normal():.3f},7,{'pq'[row % 2]}" for row in range(40)]
    path.write_text("a,a,same,kind\n" + "\n".join([*lines, "1,2,7", "1,2,7,"]) + "\n")
    samples = TableFile(file=str(path)).load()
    assert samples.inputs.shape == (40, 2)
    notes = " ".join(samples.notes)
    for word in (
        "called a;",
        "1 row was left out: line 42 has 3 cells",
        "kind is missing",
        "same (alw",
    ):
        assert word in notes
    path.write_text("\n".join(lines))
    assert "numbered" in TableFile(file=str(path)).load().notes[0]


def test_ten_thousand_columns(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    values = CHANCE.normal(size=(12, 10_000)).round(2)
    names = ",".join(f"c{place}" for place in range(10_000))
    body = "\n".join(f"{','.join(map(str, row))},{'ab'[n % 2]}" for n, row in enumerate(values))
    path.write_text(f"{names},label\n{body}\n")
    assert Recipe.usual(TableFile(file=str(path))).prepare().train.inputs.shape[1] == 10_000


def test_reading_says_how_far_it_is_and_ends_when_nobody_waits(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + "".join(f"{n % 7},{'pq'[n % 2]}\n" for n in range(400_000)))
    heard: list[float] = []

    def listen(share: float, _doing: str) -> bool:
        heard.append(share)
        return len(heard) < 2

    with heard_by(listen), pytest.raises(GivenUp):
        TableFile(file=str(path)).load()
    assert 0 < heard[0] < 1
    assert len(TableFile(file=str(path)).load().inputs) == 400_000


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_remarks_above_the_table_are_left_out(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "exported.csv"
    rows = [f"{n * 0.5}{mark}{n % 5}{mark}{'pq'[n % 2]}" for n in range(40)]
    for names in (["x", "y", "kind"], []):
        head = [mark.join(names)] if names else []
        path.write_text("\n".join(["# exported in May", "of the laboratory", *head, *rows]))
        samples = TableFile(file=str(path)).load()
        assert samples.inputs.shape == (40, 2)
        np.testing.assert_array_equal(samples.inputs[:, 0], np.arange(40) * 0.5)
        assert "first 2 lines were left out" in " ".join(samples.notes)


def test_what_two_threads_make_is_what_one_makes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = titanic_like(tmp_path / "t.csv")
    recipe = Recipe.usual(TableFile(file=str(path), target="Survived", rare=5))
    alone = recipe.prepare()
    for memory in (prepare, load):
        memory.cache_clear()
    monkeypatch.setattr(ahead, "WORTH", 1)
    monkeypatch.setattr(encoding, "BLOCK", 16)
    both = recipe.prepare()
    np.testing.assert_array_equal(alone.train.inputs, both.train.inputs)
    np.testing.assert_array_equal(alone.sealed.open().inputs, both.sealed.open().inputs)
