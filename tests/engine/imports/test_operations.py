"""Operations: data that run, and hostile records that are refused with a sentence."""

from typing import Any

import pytest
import torch
from pydantic import ValidationError

from engine.axes import Indices, Row, Sequence, Tokens
from engine.layers.operations import Operations, Own, Step
from engine.modules import operations
from engine.modules.operations import ALLOWED, PLACES, StepError, packed, unpacked
from engine.records import RecordError, layer_from, record_of_layer
from engine.sizing import Misfit, Sized
from engine.trial import answer

GATE = Operations(
    steps=(
        Step(op="Tensor.chunk", given=(("in", 0), 2), named=(("dim", -1),)),
        Step(op="torch.sigmoid", given=(("step", 0, 1),)),
        Step(op="Tensor.mul", given=(("step", 0, 0), ("step", 1))),
        Step(op="Tensor.add", given=(("step", 2), ("own", "shift"))),
    ),
    results=(("step", 3),),
    tensors=(Own(name="shift", shape=(4,)),),
)


def record(**changes: Any) -> dict[str, Any]:
    return {**record_of_layer(GATE), **changes}


def step(op: str, *given: Any, **named: Any) -> dict[str, Any]:
    return {"op": op, "given": list(given), "named": list(named.items())}


def test_steps_run_and_learn() -> None:
    sized = answer(GATE, (Row(8),), None)
    assert isinstance(sized, Sized)
    assert sized.outputs == {"out": Row(4)}
    module = sized.call.build()
    x = torch.randn(3, 8)
    assert torch.equal(module(x), x[:, :4] * torch.sigmoid(x[:, 4:]))
    module(x).sum().backward()
    assert all(one.grad is not None for one in module.parameters())


def test_a_free_length_stays_free() -> None:
    sized = answer(GATE, (Sequence("time", 8),), None)
    assert isinstance(sized, Sized)
    assert sized.outputs["out"] == Sequence("time", 4)


def test_whole_numbers_stay_whole() -> None:
    layer = Operations(steps=(Step(op="Tensor.add", given=(("in", 0), 1)),), results=(("step", 0),))
    sized = answer(layer, (Tokens(5, 9),), None)
    assert isinstance(sized, Sized)
    assert isinstance(sized.outputs["out"], Indices)


def test_what_it_is_comes_back_out_of_a_record() -> None:
    assert layer_from(record()) == GATE
    assert hash(layer_from(record())) == hash(GATE)


def test_the_printed_call_makes_the_same_module() -> None:
    source = GATE.call(Row(8)).source
    made = eval(source, {"engine": __import__("engine.modules.operations")})  # our own text
    assert made.extra_repr() == "Tensor.chunk, torch.sigmoid, Tensor.mul, Tensor.add"


HOSTILE = {
    "reads a file": record(steps=[step("torch.from_file", "/etc/passwd")]),
    "loads a pickle": record(steps=[step("torch.load", "x.pt")]),
    "in place": record(steps=[step("Tensor.add_", ["in", 0], 1)]),
    "an attribute": record(steps=[step("Tensor.__class__", ["in", 0])]),
    "a module": record(steps=[step("torch.os.system", "ls")]),
    "another place": record(steps=[step("os.system", "ls")]),
    "a dunder": record(steps=[step("nn.__dict__")]),
    "a name that is none": record(tensors=[{"name": "__class__", "shape": [1]}]),
    "an object": record(steps=[{"op": "torch.relu", "given": [{"a": 1}], "named": []}]),
    "deep": record(steps=[step("torch.relu", [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]])]),
    "huge": record(tensors=[{"name": "w", "shape": [1 << 40]}]),
    "nan": record(tensors=[{"name": "w", "shape": [1], "mean": float("nan")}]),
    "no port": record(into=0),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_record_is_refused(what: str) -> None:
    with pytest.raises(RecordError) as refused:
        layer_from(HOSTILE[what])
    assert str(refused.value).startswith("Operations: ")


MISFITS = {
    "a step to come": [step("torch.relu", ["step", 7])],
    "an input that is not there": [step("torch.relu", ["in", 3])],
    "a tensor that is not there": [step("torch.relu", ["own", "forward"])],
    "nothing known": [step("torch.relu", ["eval", "1"])],
    "a dtype that is none": [step("Tensor.to", ["in", 0], ["dtype", "__class__"])],
    "a size of nothing": [step("torch.relu", ["count", 0, 0])],
    "an option that is none": [step("torch.relu", ["in", 0], out=1)],
    "one number for all": [step("Tensor.sum", ["in", 0])],
}


@pytest.mark.parametrize("what", MISFITS)
def test_steps_that_make_no_sense_are_a_misfit(what: str) -> None:
    layer = layer_from(record(steps=MISFITS[what], results=[["step", 0]], tensors=[]))
    assert isinstance(answer(layer, (Row(8),), None), Misfit)


@pytest.mark.parametrize("place", ALLOWED)
def test_every_operation_is_there_and_none_changes_what_it_is_given(place: str) -> None:
    for word in ALLOWED[place]:
        assert callable(getattr(PLACES[place], word))
        assert not word.endswith("_")
        assert not word.startswith("__")


def test_nothing_else_is_an_operation() -> None:
    for name in (
        "torch.save",
        "put_",
        "Tensor.data_ptr",
        "torch.ops.aten.add",
        "",
        "torch",
        "get.x",
    ):
        with pytest.raises(StepError):
            operations.operation(name)


@pytest.mark.parametrize("dtype", ["bool", "int64", "float32", "complex64"])
def test_kept_values_come_back(dtype: str) -> None:
    numbers = (torch.randn(3, 4) * 3).to(operations.DTYPES[dtype])
    assert torch.equal(unpacked(packed(numbers), (3, 4), numbers.dtype), numbers)


def test_kept_values_that_unpack_to_more_are_refused() -> None:
    bomb = packed(torch.zeros(1 << 20))
    for text in (bomb, "%%%", "AAAA"):
        with pytest.raises(StepError):
            unpacked(text, (3, 4), torch.float32)


def test_inputs_are_as_they_were() -> None:
    layer = Operations(
        steps=(Step(op="put", given=(("in", 0), ("tuple", ("rest",), 0), 1.0)),),
        results=(("step", 0),),
    )
    x = torch.zeros(2, 3)
    assert layer.call(Row(3)).build()(x)[:, 0].tolist() == [1.0, 1.0]
    assert not x.any()


def test_odd_values_cannot_be_given() -> None:
    for value in (object(), float("inf"), {"a": 1}):
        with pytest.raises(ValidationError):
            Step(op="torch.relu", given=(value,))
