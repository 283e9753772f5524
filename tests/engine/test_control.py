import dataclasses
import pickle
import threading

import pytest

from engine import control
from engine.control import (
    Adjust,
    Command,
    Control,
    Epoch,
    Keep,
    Pause,
    Resume,
    Step,
    Stop,
    Tune,
    Watch,
)

COMMANDS = (
    Pause(),
    Resume(),
    Step(3),
    Epoch(),
    Stop(),
    Adjust("learning_rate", 0.1),
    Tune("drop_1", "p", 0.3),
    Watch(frozenset({"ErrorSignal"}), "train", 7),
    Keep(),
)


def test_commands_come_out_in_the_order_they_went_in() -> None:
    control = Control(*COMMANDS[:2])
    for command in COMMANDS[2:]:
        control.send(command)
    assert tuple(control.take() for _ in COMMANDS) == COMMANDS


def test_an_empty_box_gives_none_at_once() -> None:
    assert Control().take() is None


def test_waiting_ends_when_somebody_sends() -> None:
    control = Control()
    got: list[Command] = []
    listener = threading.Thread(target=lambda: got.append(control.wait()))
    listener.start()
    control.send(Stop())
    listener.join(10)
    assert got == [Stop()]


def test_every_kind_of_command_is_tried_here() -> None:
    kinds = {
        kind
        for kind in vars(control).values()
        if isinstance(kind, type) and issubclass(kind, Command)
    }
    assert {type(command) for command in COMMANDS} == kinds - {Command}


@pytest.mark.parametrize("command", COMMANDS, ids=repr)
def test_a_command_is_a_frozen_value_that_travels(command: Command) -> None:
    assert pickle.loads(pickle.dumps(command)) == command
    for field in dataclasses.fields(command):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(command, field.name, None)
