"""Imported modules as scripts: what the catalogue lacks becomes classes of its own that give the same."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from making import Case, run, say, written
from test_script import neat, true

from engine.export.script import script
from engine.export.stepping import Stepping
from engine.export.subject import Subject, subject_of
from engine.imports import imported, project_of
from engine.modules.operations import as_text, unpacked
from tests.engine.imports import zoo_more, zoo_odd, zoo_text, zoo_tutorials, zoo_vision

pytestmark = pytest.mark.filterwarnings("ignore:enable_nested_tensor")
ZOO = {
    **zoo_vision.ZOO, **zoo_text.ZOO, **zoo_odd.ZOO, **zoo_more.ZOO, **zoo_tutorials.ZOO,
}  # fmt: skip
SAMPLE = "MinGPT TutorialSeq2Seq PackedClassifier SpatialTransformer TiedAutoencoder ViT Llama Capsule".split()

CHANCE = ("VAE",)  # draws numbers as it runs


def subject(name: str) -> Subject:
    kind, axes = ZOO[name]
    torch.manual_seed(3)
    project = project_of(imported(kind(), axes), name, loss=True)
    found = subject_of(
        replace(project, runs=())
    )  # fresh weights, that their drawing is compared too
    assert isinstance(found, Subject), found
    return found


def check(names: Iterable[str], folder: Path) -> None:
    cases = [Case(f"case_{name.lower()}", subject(name)) for name in names]
    written(cases, folder)
    report = run(folder)
    for case in cases:
        true(report, case)
        assert "class Operations(" not in (folder / f"{case.name}.py").read_text()
    neat(folder)
    say(
        f"{len(cases)} imported; largest difference {max(r['difference'] for r in report.values())}"
    )


def test_imported_modules_are_scripts_that_give_the_same(tmp_path: Path) -> None:
    check(SAMPLE, tmp_path)


@pytest.mark.campaign
def test_every_imported_module_is_a_script_that_gives_the_same(tmp_path: Path) -> None:
    check([name for name in ZOO if name not in CHANCE], tmp_path)


def test_steps_read_as_a_person_would_write_them() -> None:
    text = script(subject("MinGPT"), "net")
    assert ".masked_fill(" in text
    assert 'register_buffer("mask", torch.ones((1, 1, 32, 32), dtype=torch.float32).tril())' in text


@pytest.mark.parametrize(
    "numbers",
    [
        torch.zeros(3, 4),
        torch.full((2,), 7),
        torch.arange(12).view(3, 4),
        torch.ones(5, 5).tril(),
        torch.ones(2, 4, 4, dtype=torch.bool).triu(1),
        torch.tensor([1.5, -2.25, 1 / 3]),
        torch.tensor([1.0, float("inf")]),
        torch.tensor(True),
        torch.zeros(0, 3),
        torch.linspace(0, 1, 40),
        torch.tensor([1 + 2j, 3 - 1j]),
    ],
    ids=str,
)
def test_kept_numbers_are_written_so_that_they_come_out_the_same(numbers: torch.Tensor) -> None:
    stepping = Stepping((), (), ())
    code = stepping._kept(numbers, as_text(numbers))
    made = eval(code, {"torch": torch, "unpacked": unpacked})
    assert made.dtype == numbers.dtype
    assert torch.equal(made, numbers)


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ((("get", (("in", 0), ("tuple", ("rest",), ("slice", None, -1, None))), ()),), "return x[..., :-1]"),
        (
            (("get", (("in", 0), ("slice", ("count", 0, 2, (1, (0, 1))), None, None)), ()),),
            "return x[(x.shape[1]) // 2 :]",
        ),
        ((("torch.dropout", (("in", 0), 0.5, ("training",)), ()),), "return torch.dropout(x, 0.5, self.training)"),
        ((("nn.gelu", (("in", 0),), (("approximate", "tanh"),)),), 'return nn.functional.gelu(x, approximate="tanh")'),
        (
            (("Tensor.clamp", (("in", 0), ("when", 0.5, 0), None), ()),),
            "return x.clamp(0.5 if self.training else 0, None)",
        ),
    ],
)  # fmt: skip
def test_a_step_is_a_line(steps: tuple[object, ...], wanted: str) -> None:
    text = Stepping(steps, (("step", 0),), ()).text("Some", "Some steps.")  # type: ignore[arg-type]
    assert text.splitlines()[-1].strip() == wanted
