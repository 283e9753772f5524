"""The run of the moment, driven as the run bar drives it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from app.document import Document
from app.rerun import can_carry, carry_over, restart_anew, retry
from app.room import graph_at, with_inside
from app.session import Session
from app.studio import Studio
from engine.control import Control
from engine.dataset import Recipe, Split
from engine.datasets import DATASETS
from engine.events import Event, Failed, Steps
from engine.graph import Edge, Graph, NodeId, grouped
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.project import Project
from engine.storage import load
from engine.train import train

LIMIT_MS = 30_000


def until_idle(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: session.state == "idle", timeout=LIMIT_MS)


def reach(qtbot: QtBot, session: Session, step: int) -> None:
    qtbot.waitUntil(
        lambda: session.run is not None and session.run.history.step >= step, timeout=LIMIT_MS
    )


def test_the_app_gives_the_losses_of_the_bare_loop(qtbot: QtBot, studio: Studio) -> None:
    session, events = studio.session, list[Event]()
    session.advanced.connect(events.extend)
    session.watch(studio, frozenset({"ErrorSignal", "Activations"}))
    session.train()
    until_idle(qtbot, session)
    job = prepare(studio.document.project)
    assert isinstance(job, Job)
    bare = [event.losses for event in train(job, Control()) if isinstance(event, Steps)]
    mine = [event.losses for event in events if isinstance(event, Steps)]
    np.testing.assert_array_equal(np.concatenate(mine), np.concatenate(bare))
    assert session.run is not None
    np.testing.assert_array_equal(session.run.history.losses.values, np.concatenate(bare))


def test_pause_step_rate_go_on_stop(qtbot: QtBot, studio: Studio) -> None:
    session = studio.session
    studio.document.change(
        "Epochs",
        replace(studio.document.project, settings=studio.document.project.settings.but(epochs=500)),
    )
    session.train()
    reach(qtbot, session, 5)
    session.pause()
    qtbot.waitUntil(lambda: session.state == "paused", timeout=LIMIT_MS)
    assert session.run is not None
    step = session.run.history.step
    session.step()
    qtbot.waitUntil(
        lambda: session.run is not None and session.run.history.step == step + 1, timeout=LIMIT_MS
    )
    qtbot.waitUntil(lambda: session.state == "paused", timeout=LIMIT_MS)
    session.adjust("learning_rate", 0.01)
    session.train()
    reach(qtbot, session, step + 20)
    session.stop()
    until_idle(qtbot, session)
    history = session.run.history
    assert [(event.step, event.setting, event.after) for event in history.adjusted] == [
        (step + 1, "learning_rate", 0.01)
    ]
    assert history.ended is not None
    assert studio.document.project.runs == (session.run,)


def test_train_goes_on_and_restart_begins_anew(qtbot: QtBot, studio: Studio) -> None:
    session = studio.session
    session.train()
    until_idle(qtbot, session)
    assert session.run is not None
    first = session.run.history.losses.values.copy()
    session.train()
    until_idle(qtbot, session)
    assert session.run.name == "run 1"
    assert len(session.run.history.losses) == 2 * len(first)
    session.restart()
    until_idle(qtbot, session)
    assert session.run.name == "run 2"
    np.testing.assert_array_equal(session.run.history.losses.values, first)
    assert [run.name for run in studio.document.project.runs] == ["run 1", "run 2"]


def test_a_drawing_with_errors_is_refused_and_says_which(qtbot: QtBot, studio: Studio) -> None:
    studio.document.edit("Add", studio.document.graph.add(CATALOGUE["ReLU"]()))
    with qtbot.waitSignal(studio.session.refused) as refused:
        studio.session.train()
    assert any(problem.node == "relu_2" for problem in refused.args[0])
    assert studio.session.state == "idle"
    assert studio.session.run is None


def test_a_run_that_goes_on_does_not_know_what_is_frozen_now(qtbot: QtBot, studio: Studio) -> None:
    session = studio.session
    session.train()
    studio.document.edit("Freeze", studio.document.graph.change(NodeId("conv_1"), frozen=True))
    assert session.moved_on
    until_idle(qtbot, session)
    assert not session.moved_on  # it takes that in when it goes on from rest


def test_what_moves_inside_a_group_is_the_same_network(qtbot: QtBot, studio: Studio) -> None:
    inner = NodeId("relu_1")
    studio.document.edit("Group", grouped(studio.document.graph, [inner], "box"))
    session = studio.session
    session.train()
    until_idle(qtbot, session)
    inside = graph_at(studio.document.graph, (NodeId("box"),)).move({inner: (40.0, 80.0)})
    studio.document.edit("Move", with_inside(studio.document.graph, (NodeId("box"),), inside))
    assert not session.moved_on


def test_an_edit_while_training_leaves_the_run_alone(qtbot: QtBot, studio: Studio) -> None:
    session = studio.session
    session.train()
    assert not session.moved_on
    studio.document.edit("Move", studio.document.graph.move({NodeId("relu_1"): (5.0, 300.0)}))
    assert not session.moved_on
    studio.document.edit(
        "Units", studio.document.graph.put(NodeId("conv_1"), CATALOGUE["Conv2d"](out_channels=9))
    )
    assert session.moved_on
    until_idle(qtbot, session)
    session.train()  # another network: a run of its own
    until_idle(qtbot, session)
    assert session.run is not None
    assert session.run.name == "run 2"


def test_what_was_saved_opens_with_curves_and_weights(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    session, path = studio.session, tmp_path / "digits.chainrule"
    session.watch(studio, frozenset({"ErrorSignal", "Activations"}))
    session.train()
    until_idle(qtbot, session)
    studio.document.save(path)
    assert not studio.document.unsaved
    project = load(path)
    assert project == studio.document.project
    run = project.runs[0]
    assert session.run is not None
    np.testing.assert_array_equal(run.history.losses.values, session.run.history.losses.values)
    for name, array in session.run.weights.items():
        np.testing.assert_array_equal(run.weights[name], array)
    other = Session(Document(project, path))
    other.watch(studio, frozenset({"Activations"}))
    qtbot.waitUntil(
        lambda: other.run is not None and ("Activations", "conv_1") in other.run.history.latest
    )
    other.close()


def test_saving_while_training_keeps_the_weights_of_now(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    session = studio.session
    studio.document.change(
        "Epochs",
        replace(studio.document.project, settings=studio.document.project.settings.but(epochs=500)),
    )
    session.train()
    reach(qtbot, session, 30)
    session.keep()
    studio.document.save(tmp_path / "now.chainrule")
    assert session.state == "training"
    run = load(tmp_path / "now.chainrule").runs[0]
    assert run.checkpoint is not None
    assert run.checkpoint.step >= 30
    session.close()
    assert session.state == "idle"


def test_another_example_is_shown_at_once_while_paused_and_idle(
    qtbot: QtBot, studio: Studio
) -> None:
    session = studio.session
    session.watch(studio, frozenset({"Activations"}))
    session.step()
    qtbot.waitUntil(lambda: session.state == "paused", timeout=LIMIT_MS)
    for state, number in (("paused", 7), ("idle", 9)):
        if state == "idle":
            session.stop()
            until_idle(qtbot, session)
        session.choose_example("dev", number)
        expected = studio.document.meaning.data.dev.inputs[number]

        def shown(expected: np.ndarray = expected) -> bool:
            assert session.run is not None
            return np.array_equal(
                session.run.history.latest["Activations", "image"].value, expected
            )

        qtbot.waitUntil(shown, timeout=LIMIT_MS)


def test_divergence_is_said_once(qtbot: QtBot, studio: Studio) -> None:
    layers = {
        NodeId("loss_1"): CATALOGUE["MSELoss"](),
        NodeId("dense_1"): CATALOGUE["Dense"](out_features=1),
    }
    graph = studio.document.graph
    for name, layer in layers.items():
        graph = graph.put(name, layer)
    graph = graph.remove(NodeId("conv_1"))
    graph = graph.connect(Edge(NodeId("image"), NodeId("relu_1")))
    project = replace(
        studio.document.project,
        graph=graph,
        recipe=Recipe.usual(DATASETS["Diabetes"]()),
        settings=studio.document.project.settings.but(learning_rate=100, epochs=300),
    )
    studio.document.change("Wild", project)
    said: list[Failed] = []
    studio.session.failed.connect(said.append)
    studio.session.train()
    until_idle(qtbot, studio.session)
    assert len(said) == 1
    assert "step" in said[0].message
    assert studio.session.run is not None
    assert all(np.isfinite(array).all() for array in studio.session.run.weights.values())


def test_settings_changed_and_undone_while_paused_reach_the_run(
    qtbot: QtBot, studio: Studio
) -> None:
    session, document = studio.session, studio.document
    session.step()
    qtbot.waitUntil(lambda: session.state == "paused", timeout=LIMIT_MS)
    project = document.project
    rate = project.settings.learning_rate
    changed = project.settings.but(learning_rate=0.025, epochs=9)
    document.change("Set Rate", replace(project, settings=changed))
    document.undo_stack.undo()
    session.step()
    reach(qtbot, session, 2)
    assert session.run is not None
    adjusted = [(event.setting, event.after) for event in session.run.history.adjusted]
    assert adjusted == [("learning_rate", 0.025), ("learning_rate", rate)]


def test_data_that_cannot_be_shared_out_are_a_problem_and_refused(
    qtbot: QtBot, studio: Studio
) -> None:
    document = studio.document
    split = Split(train=0.999998, dev=0.000001, test=0.000001)
    recipe = Recipe(dataset=DATASETS["Iris"](), split=split)
    document.change("Set Train", replace(document.project, recipe=recipe))
    assert "too few to share out" in document.meaning.problems[0].message
    assert not document.meaning.shapes.sized
    with qtbot.waitSignal(studio.session.refused) as refused:
        studio.session.train()
    assert refused.args[0] == document.meaning.problems


def test_another_project_gets_nothing_of_the_run_that_was_going(
    qtbot: QtBot, studio: Studio, project: Project
) -> None:
    session, document = studio.session, studio.document
    slow = replace(document.project, settings=document.project.settings.but(epochs=500))
    document.change("Epochs", slow)
    session.train()
    reach(qtbot, session, 10)
    document.begin(replace(project, title="Another"))
    assert session.state == "idle"
    assert session.run is None
    assert document.project.runs == ()
    assert not document.unsaved


def edit_settings(studio: Studio, **changes: object) -> None:
    project = studio.document.project
    settings = project.settings.but(**changes)
    studio.document.change("Set", replace(project, settings=settings))


def test_to_the_end_of_the_epoch(qtbot: QtBot, studio: Studio) -> None:
    session = studio.session
    edit_settings(studio, epochs=50)
    for epoch in (1, 2):
        session.epoch()
        qtbot.waitUntil(
            lambda: session.state == "paused" and session.run.history.epoch >= epoch,  # noqa: B023
            timeout=LIMIT_MS,
        )
        assert session.run is not None
        assert session.run.history.epoch == epoch
    session.stop()
    until_idle(qtbot, session)


def test_other_initial_weights_are_one_undoable_seed_away(qtbot: QtBot, studio: Studio) -> None:
    session = studio.session
    session.train()
    until_idle(qtbot, session)
    assert session.run is not None
    first = session.run.history.losses.values.copy()
    restart_anew(studio)
    until_idle(qtbot, session)
    assert studio.document.project.settings.seed == 1
    assert not np.array_equal(session.run.history.losses.values, first)
    studio.document.undo_stack.undo()
    assert studio.document.project.settings.seed == 0
    session.restart()
    until_idle(qtbot, session)
    np.testing.assert_array_equal(session.run.history.losses.values, first)


def test_weights_that_still_fit_are_carried_over(qtbot: QtBot, studio: Studio) -> None:
    session = studio.session
    session.train()
    until_idle(qtbot, session)
    assert session.run is not None
    learnt = dict(session.run.weights)
    studio.document.edit(
        "Wider", studio.graph.put(NodeId("conv_1"), CATALOGUE["Conv2d"](out_channels=9))
    )
    edit_settings(studio, learning_rate=1e-30, weight_decay=0.0)
    assert session.moved_on
    assert can_carry(studio)
    carry_over(studio)
    until_idle(qtbot, session)
    assert session.run.name == "run 2"
    (said,) = session.run.history.remarked
    assert said.step == 0
    assert "New: conv_1" in said.detail
    same = [n for n, a in session.run.weights.items() if n in learnt and learnt[n].shape == a.shape]
    assert same
    for name in same:
        np.testing.assert_allclose(session.run.weights[name], learnt[name], atol=1e-12)


def test_a_dropout_edited_while_training_reaches_the_run(qtbot: QtBot, studio: Studio) -> None:
    session = studio.session
    graph = studio.graph.add(CATALOGUE["Dropout"](p=0.2))
    edge = next(edge for edge in graph.edges if edge.source == "relu_1")
    new = NodeId("drop_1")
    graph = graph.disconnect(edge).connect(Edge(NodeId("relu_1"), new), replace(edge, source=new))
    studio.document.edit("Drop", graph)
    edit_settings(studio, epochs=500)
    session.train()
    reach(qtbot, session, 5)
    studio.document.edit("More", studio.graph.put(new, CATALOGUE["Dropout"](p=0.7)))
    assert not session.moved_on
    assert session.run is not None
    qtbot.waitUntil(lambda: bool(session.run and session.run.history.adjusted), timeout=LIMIT_MS)
    (said,) = session.run.history.adjusted
    assert (said.setting, said.before, said.after) == ("drop_1.p", 0.2, 0.7)
    studio.document.undo_stack.undo()  # which reaches it too
    qtbot.waitUntil(
        lambda: session.run is not None and len(session.run.history.adjusted) == 2,
        timeout=LIMIT_MS,
    )
    assert session.run.history.adjusted[-1].after == 0.2
    session.stop()
    until_idle(qtbot, session)


def test_what_a_failure_advises_is_one_step_away(qtbot: QtBot, studio: Studio) -> None:
    session, failures = studio.session, list[Failed]()
    session.failed.connect(failures.append)
    graph = Graph().add(CATALOGUE["Input"](), name="data").add(CATALOGUE["Dense"](out_features=1))
    graph = graph.add(CATALOGUE["MSELoss"](), name="loss")
    dense = next(iter(graph.of_kind(CATALOGUE["Dense"]))).id
    graph = graph.connect(
        Edge(NodeId("data"), dense), Edge(dense, NodeId("loss"), target_port="prediction")
    )
    recipe = Recipe.usual(DATASETS["Diabetes"]())
    wild = replace(studio.document.project, graph=graph, recipe=recipe)
    studio.document.change("Regression", wild)
    edit_settings(studio, learning_rate=900.0, optimizer="Momentum", epochs=60)
    session.train()
    until_idle(qtbot, session)
    (failed,) = failures
    assert failed.advice == {"learning_rate": 90.0}
    retry(studio, failed.advice)
    until_idle(qtbot, session)
    assert studio.document.project.settings.learning_rate == 90.0
    assert session.run is not None
    assert session.run.settings.learning_rate == 90.0


def test_a_rate_of_its_own_waits_for_the_next_run(qtbot: QtBot, studio: Studio) -> None:
    session = studio.session
    edit_settings(studio, epochs=500)
    session.train()
    reach(qtbot, session, 3)
    studio.document.edit("Slow", studio.graph.change(NodeId("conv_1"), rate=0.1))
    assert session.moved_on
    session.stop()
    until_idle(qtbot, session)
    assert not session.moved_on
