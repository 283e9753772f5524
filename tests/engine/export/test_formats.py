"""pt2, ONNX and safetensors: read in a fresh interpreter by who is to run them and compared, or refused by name."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from fitting import Drawing, drawing
from making import around, say, subject
from safetensors.torch import load_file, save_file
from trials import Trial, usable

import engine.modules
from engine.axes import Axes, Labels, Sequence, Signal
from engine.export import FORMATS, CannotExport, Missing, export, refusals
from engine.export.bare import bare, flat_results
from engine.export.format import Format
from engine.export.formats.onnx import Onnx
from engine.export.formats.pt2 import Pt2
from engine.export.formats.safetensors import Safetensors
from engine.export.sources import Sources
from engine.export.subject import Subject, subject_of
from engine.export.table import page
from engine.export.traceable import PLAIN, USUAL
from engine.export.writing import write_all
from engine.graph import Edge, Graph, NodeId
from engine.layer import Layer, Loss
from engine.layers import CATALOGUE
from engine.layers.recurrent import GRU, LSTM, RNN
from engine.project import Project
from engine.sizing import Sized
from engine.template import template, template_names
from engine.trial import answer
from resources import resource

NEAR = 1e-5
KINDS = [name for name, kind in CATALOGUE.items() if name != "Input" and not issubclass(kind, Loss)]
SAMPLE = ("LSTM", "MultiheadAttention", "MaxPool1d", "RMSNorm", "BatchNorm2d")
"""Layers that exporters stumble over, and some plain ones."""

RUNNER = """
import json, sys
from pathlib import Path
import torch
from safetensors.torch import load_file
torch.set_num_threads(1)
sys.modules["engine"] = None
def pt2(path, inputs):
    module = torch.export.load(path).module()
    with torch.no_grad():
        return module(*inputs.values())
def onnx(path, inputs):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.log_severity_level, options.intra_op_num_threads = 4, 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    read = {entry.name for entry in session.get_inputs()}
    given = {name: tensor.numpy() for name, tensor in inputs.items() if name in read}
    return [torch.from_numpy(array) for array in session.run(None, given)]
report = {}
for path in sorted(Path(sys.argv[1]).glob("*.safetensors")):
    kept = load_file(path)
    file = next(path.parent.glob(f"{path.stem}.[op]*"))
    worst = 0.0
    for turn in ("first", "second"):
        places = sorted({int(name.split("_")[1]) for name in kept if name.startswith(f"{turn}_") and "_in_" in name})
        names = [next(name for name in kept if name.startswith(f"{turn}_{place}_in_")) for place in places]
        inputs = {name.split("_in_")[1]: kept[name] for name in names}
        results = (pt2 if file.suffix == ".pt2" else onnx)(file, inputs)
        for place, value in enumerate(results):
            wanted = kept[f"{turn}_{place}_out"]
            assert wanted.shape == value.shape, (file.name, wanted.shape, value.shape)
            scale = max(1.0, float(wanted.double().abs().max())) if wanted.numel() else 1.0
            if wanted.numel():
                worst = max(worst, float((wanted.double() - value.double()).abs().max()) / scale)
    report[file.name] = worst
print("REPORT" + json.dumps(report))
"""


def keep(found: Subject, path: Path) -> None:
    """Two batches and what the program's network gives for them."""
    plain, tensors = bare(found), {}
    for turn, second in (("first", False), ("second", True)):
        batch = plain.batch(second)
        with torch.no_grad():
            results = flat_results(plain.module(*batch))
        tensors |= {
            f"{turn}_{n}_in_{name}": t
            for n, (name, t) in enumerate(zip(plain.takes, batch, strict=True))
        }
        tensors |= {f"{turn}_{n}_out": t.clone().contiguous() for n, t in enumerate(results)}
    save_file(tensors, path)


def fresh(folder: Path) -> dict[str, float]:
    """The largest difference of each file, run where this program is not at hand."""
    (folder / "runner.py").write_text(RUNNER)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-I", "-W", "ignore", "runner.py", str(folder)],
        capture_output=True, text=True, cwd=folder, env=environment, timeout=3000,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    report: dict[str, float] = json.loads(done.stdout.rpartition("REPORT")[2])
    return report


def sweep(
    kind: type[Format], subjects: Iterable[tuple[str, Subject]], folder: Path
) -> dict[str, list[str]]:
    """Write and compare all that the format carries; what it refuses, by the names that were given."""
    refused: dict[str, list[str]] = {}
    count = 0
    for number, (name, found) in enumerate(subjects):
        form = kind()
        out = folder / f"case_{number:05}{form.suffix}"
        if why := list(form.refusals(found)):
            refused.setdefault(name, []).extend(why)
            continue
        write_all(form.writers(found, out))
        keep(found, out.with_suffix(".safetensors"))
        count += 1
    report = fresh(folder) if count else {}
    assert len(report) == count
    worst = max(report.values(), default=0.0)
    assert worst <= NEAR, {name: far for name, far in report.items() if far > NEAR}
    say(f"{kind.name}: {count} carried, largest difference {worst:.2g}; refused {sorted(refused)}")
    return refused


def has_free(trial: Trial) -> bool:
    return any(axes is not None and axes.free for axes in trial.inputs)


def of_layers(names: Iterable[str], each: bool) -> Iterable[tuple[str, Subject]]:
    """Layers by name, with free lengths and without; every setting, or one."""
    for name in names:
        seen = set()
        for trial in usable(name):
            key = (has_free(trial), trial.layer if each else None)
            if key not in seen:
                seen.add(key)
                yield f"{name}{' free' if has_free(trial) else ''}", subject(around(trial))


def of_drawings(seeds: Iterable[int]) -> Iterable[tuple[str, Subject]]:
    return ((f"drawing {seed}", subject(drawing(seed))) for seed in seeds)


TRANSLATORS = (
    "number-words",
    "real-phrases",
    "real-verses",
    "translation",
    "translation-one-vector",
)


def of_templates(*without: str) -> Iterable[tuple[str, Subject]]:
    for name in sorted({*template_names()} - {*without}):
        found = subject_of(template(name))
        assert isinstance(found, Subject)
        yield name, found


LOOPS = {"RNN free", "GRU free", "LSTM free", "MaxPool1d free"}


def free_templates() -> set[str]:
    """Those in which a recurrent layer reads sequences of unequal length."""
    return {
        name
        for name in template_names()
        if template(name).graph.flat.of_kind(RNN, GRU, LSTM)
        and any(axes.free for axes in template(name).recipe.prepare().parts.values())
    }


def test_pt2_of_a_sample_is_the_network(tmp_path: Path) -> None:
    subjects = [*of_layers(SAMPLE, each=False), *of_drawings(range(6)), *of_templates(*TRANSLATORS)]
    refused = sweep(Pt2, subjects, tmp_path)
    layers = {name for name in refused if not name.startswith("drawing")}
    assert layers == LOOPS & {f"{n} free" for n in SAMPLE} | free_templates() - {*TRANSLATORS}
    for name, why in refused.items():
        assert not name.startswith("drawing") or all(
            any(k in w for k in Pt2.refuses) for w in why
        ), why


@pytest.mark.campaign
def test_pt2_of_translators_is_refused_for_their_loops(tmp_path: Path) -> None:
    found = [pair for pair in of_templates() if pair[0] in TRANSLATORS]
    assert set(sweep(Pt2, found, tmp_path)) == {*TRANSLATORS}


def test_onnx_of_a_sample_is_the_network(tmp_path: Path) -> None:
    assert not sweep(Onnx, [*of_layers(SAMPLE, each=False), *of_drawings(range(2))], tmp_path)


GROUPED = {
    group: [name for name in KINDS if CATALOGUE[name].group == group]
    for group in dict.fromkeys(CATALOGUE[name].group for name in KINDS)
}


@pytest.mark.campaign
@pytest.mark.parametrize("group", GROUPED)
def test_pt2_of_every_layer(group: str, tmp_path: Path) -> None:
    refused = sweep(Pt2, of_layers(GROUPED[group], each=True), tmp_path)
    assert set(refused) == LOOPS & {f"{name} free" for name in GROUPED[group]}, refused
    assert {f"{name} free" for name in Pt2.refuses} == LOOPS


@pytest.mark.campaign
@pytest.mark.parametrize("group", GROUPED)
def test_onnx_of_every_layer(group: str, tmp_path: Path) -> None:
    refused = sweep(Onnx, of_layers(GROUPED[group], each=True), tmp_path)
    assert {name.removesuffix(" free") for name in refused} == set(Onnx.refuses) & set(
        GROUPED[group]
    )
    assert all("projection" in why for sentences in refused.values() for why in sentences)


@pytest.mark.campaign
@pytest.mark.parametrize("first", range(3000, 3200, 50))
@pytest.mark.parametrize("kind", [Pt2, Onnx])
def test_many_drawings_are_carried_or_refused_by_name(
    kind: type[Format], first: int, tmp_path: Path
) -> None:
    refused = sweep(kind, of_drawings(range(first, first + 50)), tmp_path)
    for why in refused.values():
        assert not any("as a whole" in sentence for sentence in why), why


@pytest.mark.campaign
def test_templates_are_carried_by_onnx(tmp_path: Path) -> None:
    assert not sweep(Onnx, of_templates(), tmp_path)


def test_safetensors_hold_the_state_bit_for_bit(tmp_path: Path) -> None:
    for name, found in [*of_templates(), *of_drawings(range(20))]:
        out = tmp_path / "weights.st"
        write_all(Safetensors().writers(found, out))
        state, kept = found.network.module.state_dict(), load_file(out)
        assert set(state) == set(kept), name
        assert all(torch.equal(state[key], kept[key]) for key in state), name


# -- refusals --------------------------------------------------------------------------------------


def recurrent() -> Subject:
    graph = Graph().add(CATALOGUE["Input"](), name="data")
    for layer in (CATALOGUE["LSTM"](hidden_size=4), CATALOGUE["Select"](), CATALOGUE["Dense"](out_features=2),
                  CATALOGUE["CrossEntropyLoss"]()):  # fmt: skip
        graph = graph.add(layer)
    names = list(graph.nodes)
    ends = [graph.nodes[name].layer.inputs[0].name for name in names[1:]]
    graph = graph.connect(
        *(Edge(a, b, "out", port) for a, b, port in zip(names, names[1:], ends, strict=False))
    )
    return subject(Drawing(graph, {"": Sequence("time", 3)}, Labels(("a", "b"))))


def mixed(*kinds: Layer) -> Subject:
    """These layers in a row, on sequences of any length."""
    graph, last = Graph().add(CATALOGUE["Input"](), name="data"), NodeId("data")
    ends = (
        CATALOGUE["Select"](),
        CATALOGUE["Dense"](out_features=2),
        CATALOGUE["CrossEntropyLoss"](),
    )
    for layer in (*kinds, *ends):
        name = graph.free_name(layer.stem)
        edge = Edge(last, name, last_port(graph, last), layer.inputs[0].name)
        graph, last = graph.add(layer, name=name).connect(edge), name
    return subject(Drawing(graph, {"": Sequence("time", 12)}, Labels(("a", "b"))))


def last_port(graph: Graph, name: NodeId) -> str:
    return graph.nodes[name].layer.outputs[0].name


def test_onnx_carries_loops_beside_what_only_one_exporter_knows(tmp_path: Path) -> None:
    """Recurrent layers of each kind, RMS norm and attention at a free length, in one network."""
    made = mixed(
        CATALOGUE["GRU"](hidden_size=12),
        CATALOGUE["RMSNorm"](),
        CATALOGUE["TransformerEncoderLayer"](nhead=3, dim_feedforward=16, causal=True),
        CATALOGUE["LSTM"](hidden_size=12, bidirectional=True, num_layers=2),
        CATALOGUE["RMSNorm"](),
        CATALOGUE["RNN"](hidden_size=12),
        CATALOGUE["MultiheadAttention"](num_heads=4, add_bias_kv=True, add_zero_attn=True),
    )
    assert not sweep(Onnx, [("mixed", made)], tmp_path)


def test_what_onnx_cannot_carry_is_refused_by_name() -> None:
    made = mixed(CATALOGUE["RMSNorm"](), CATALOGUE["LSTM"](hidden_size=6, proj_size=3))
    (why,) = Onnx().refusals(made)
    assert why.startswith("LSTM lstm_1 cannot be carried by ONNX: ONNX knows no projection")


@pytest.mark.parametrize("name", USUAL)
def test_simpler_functions_give_what_torchs_give(name: str) -> None:
    torch.manual_seed(0)
    x, w, wide = torch.randn(3, 4, 6), torch.randn(6), torch.randn(2, 3, 5, 6, 7)
    given: dict[str, tuple[object, ...]] = {
        "rms_norm": (x, (6,), w, 1e-3),
        "bilinear": (x, x, torch.randn(5, 6, 6), torch.randn(5)),
        "channel_shuffle": (x, 2),
        "threshold": (x, 0.2, -3.0),
        "batch_norm": (x, None, None, torch.randn(4), torch.randn(4), True, 0.1, 1e-2),
        "avg_pool2d": (wide[0], (2, 3), (1, 2), (1, 1), False, True, 5),
        "avg_pool3d": (wide, 2, None, 0, False, True, 3),
        "adaptive_avg_pool2d": (wide[0], (3, None)),
        "adaptive_avg_pool3d": (wide, (3, 2, 4)),
        "adaptive_max_pool1d": (x, 4),
        "adaptive_max_pool2d": (wide[0], (2, 3)),
        "adaptive_max_pool3d": (wide, 3),
        "multi_head_attention_forward": (
            x, x, x, 6, 2, torch.randn(18, 6), torch.randn(18), torch.randn(1, 1, 6), torch.randn(1, 1, 6), True, 0.0,
            torch.randn(6, 6), torch.randn(6), False, torch.rand(4, 3) > 0.7,
        ),
    }  # fmt: skip
    if name == "multi_head_attention_forward":
        args = given[name]
        found = PLAIN[name](*args[:-1], key_padding_mask=args[-1])
        wanted = USUAL[name](*args)
        assert torch.allclose(found[1], wanted[1], atol=1e-6)
        found, wanted = found[0], wanted[0]
    else:
        found, wanted = PLAIN[name](*given[name]), USUAL[name](*given[name])
    assert torch.allclose(found, wanted, atol=1e-5)


def test_what_pt2_cannot_carry_is_refused_by_name() -> None:
    (why,) = Pt2().refusals(recurrent())
    assert why.startswith("LSTM lstm_1 cannot be carried by pt2: ")
    assert "free" in why


@pytest.mark.parametrize(
    ("kind", "parameters", "axes"),
    [
        ("Conv1d", {"dilation": 4}, Signal(4, "time")),
        ("AvgPool1d", {"kernel_size": 50}, Signal(4, "time")),
    ],
)
def test_samples_are_as_long_as_the_network_asks_for(
    kind: str, parameters: dict[str, object], axes: Axes
) -> None:
    sized = answer(layer := CATALOGUE[kind](**parameters), (axes,), None)
    assert isinstance(sized, Sized)
    assert not list(Pt2().refusals(subject(around(Trial(layer, (axes,), None, sized)))))


def test_nothing_is_written_where_something_is_refused(
    moons: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pt2, "refusals", lambda *_: iter(["Dense dense_1 cannot."]))
    with pytest.raises(CannotExport, match="dense_1"):
        export(moons, "pt2", tmp_path / "it.pt2")
    assert refusals(moons, "pt2") == ("Dense dense_1 cannot.",)
    assert not list(tmp_path.iterdir())


def test_errors_of_the_project_are_said(moons: Project, tmp_path: Path) -> None:
    graph = moons.graph.remove(NodeId("loss_1"))
    with pytest.raises(CannotExport) as caught:
        export(replace(moons, graph=graph), "safetensors", tmp_path / "it.safetensors")
    assert caught.value.problems
    assert not list(tmp_path.iterdir())


def test_a_missing_package_is_named(moons: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "engine.export.format.find_spec", lambda name: None if name == "onnx" else 1
    )
    with pytest.raises(Missing, match=r"needs onnx, which is not installed.*pip install"):
        refusals(moons, "onnx")


def test_files_come_together_or_not_at_all(tmp_path: Path) -> None:
    def fail(_: Path) -> None:
        raise OSError("no room")

    (tmp_path / "a").write_text("old")
    with pytest.raises(OSError, match="no room"):
        write_all(
            {tmp_path / "a": lambda path: path.write_text("new") and None, tmp_path / "b": fail}
        )
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_text() == "old"


def test_the_page_of_help_says_what_the_declarations_say() -> None:
    assert resource("help", "export.md").read_text(encoding="utf-8") == page()
    for kind in FORMATS.values():
        assert kind.help()
        assert kind.carries
        assert kind.leaves


def test_all_our_modules_fit_into_one_script_together() -> None:
    """No two of them mean different things by a name, and none needs more of this program than its own file."""
    sources = Sources()
    for path in sorted(Path(engine.modules.__path__[0]).glob("*.py")):
        for entry in ast.parse(path.read_text()).body:
            if isinstance(entry, ast.ClassDef):
                sources.copy(f"engine.modules.{path.stem}", entry.name)
    ast.parse("\n".join([*sources.imports.lines(), *sources.definitions()]))
    bound = [name for names in sources.imports.names.values() for name in names]
    assert len(bound) == len(set(bound)), "a name is imported from two places"
    assert not set(bound) & set(sources.copied)


def test_a_network_without_a_loss_is_handed_on_to_be_run(moons: Project, tmp_path: Path) -> None:
    graph = moons.graph.remove(NodeId("loss_1")).add(CATALOGUE["Output"](), name="result")
    bare = replace(moons, graph=graph.connect(Edge(NodeId("dense_2"), NodeId("result"))))
    for name in ("safetensors", "pt2"):
        assert refusals(bare, name) == ()
        assert all(
            path.exists() for path in export(bare, name, tmp_path / f"it{FORMATS[name].suffix}")
        )
    with pytest.raises(CannotExport, match="no loss"):
        export(bare, "python", tmp_path / "it.py")
    without = replace(moons, graph=graph.remove(NodeId("result")))
    with pytest.raises(CannotExport, match="no loss"):
        export(without, "pt2", tmp_path / "it.pt2")
