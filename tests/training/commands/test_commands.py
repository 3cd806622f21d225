# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Every training command once for real, on a corpus of seconds."""

import csv
import dataclasses
import hashlib
import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from kinesis_ros.cli import main
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.body import load_body
from kinesis_ros.core.motion import Clip, is_validation
from kinesis_ros.core.policy import PolicySession
from kinesis_training.checkpoints import load_expert, load_parts
from kinesis_training.commands.running import held
from kinesis_training.environment import ImitationEnv
from kinesis_training.networks.network import Learner
from kinesis_training.refinement import RefinementConfig, Refiner
from kinesis_training.runs.run_config import TRAINED

TINY = ["--envs", "4", "--workers", "1", "--horizon", "8"]


def kinesis(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, clips: list[Clip]) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    for clip in clips:
        clip.save(folder / f"{clip.name}.npz")
    return folder


@pytest.fixture(scope="module")
def skeleton_run(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Path:
    run = tmp_path_factory.mktemp("runs") / "skeleton"
    arguments = ("train", "skeleton", "--clips", folder, "--run", run, *TINY)
    assert kinesis(*arguments, "--steps", 0.0001) == 0
    return run


def metrics(run: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def test_a_run_describes_itself_and_continues(skeleton_run: Path, folder: Path) -> None:
    config = json.loads((skeleton_run / "config.json").read_text())
    assert config["clips"] == [str(folder)]
    assert (skeleton_run / "commit.txt").exists()
    before = metrics(skeleton_run)[-1]["steps"]
    arguments = ("train", "skeleton", "--clips", folder, "--run", skeleton_run, *TINY)
    assert kinesis(*arguments, "--steps", 0.0002) == 0
    steps = [line["steps"] for line in metrics(skeleton_run)]
    assert steps[-1] >= 200
    assert before in steps
    assert steps == sorted(set(steps))
    assert list(skeleton_run.glob("events.out.tfevents.*"))


def test_finetune_export_and_benchmark(
    skeleton_run: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, policy, report = tmp_path / "finetune", tmp_path / "policy.onnx", tmp_path / "result.json"
    arguments = ("--clips", folder, "--from", skeleton_run, "--run", run, *TINY)
    assert kinesis("train", "finetune", *arguments, "--steps", 0.0001) == 0
    assert kinesis("export", run, "--out", policy) == 0
    assert policy.with_suffix(".pt").exists()
    session = PolicySession.load(policy, load_body("legs80"), "coordinated")
    assert session.metadata.provenance["stage"] == "finetune"
    assert session.metadata.embodiment == TRAINED  # as the skeleton was
    assert len(session.metadata.provenance["clips"][folder.name]) == 64
    assert kinesis("benchmark", "imitation", folder, "--policy", policy, "--json", report) == 0
    result = json.loads(report.read_text())
    assert result["summary"]["n"] == 2
    assert set(result["clips"][0]) == {
        "file",
        "label",
        "duration_s",
        "coverage",
        "success",
        "success_strict",
        "mpjpe_mm",
        "expert_weights",
    }
    assert result["labels"]["stand"]["n"] == 2
    assert result["labels"]["stand"]["expert_weights"] == [1.0]
    assert "MPJPE" in capsys.readouterr().out


@pytest.fixture
def quick_refinement(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refinement with few gradient steps: enough to see that everything is wired."""

    def make(env: ImitationEnv, network: Learner, config: RefinementConfig, run: Path) -> Refiner:
        few = dataclasses.replace(config, single_steps=2, model_steps=2, policy_steps=2)
        return Refiner(env, network, few, run)

    monkeypatch.setattr("kinesis_training.runs.run.Refiner", make)


@pytest.mark.usefixtures("quick_refinement")
def test_a_policy_is_refined_exported_and_refined_on(
    skeleton_run: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, policy, on = tmp_path / "refine", tmp_path / "refined.onnx", tmp_path / "on"
    tiny = ("--clips", folder, "--envs", "4", "--workers", "1", "--horizon", "9")
    arguments = ("train", "refine", *tiny, "--from", skeleton_run)
    assert kinesis(*arguments, "--run", run, "--steps", 0.00003) == 0
    assert [line["steps"] for line in metrics(run)] == [36]
    assert kinesis("export", run, "--out", policy) == 0
    session = PolicySession.load(policy, load_body("legs80"), "coordinated")
    assert session.metadata.provenance["stage"] == "refine"
    again = ("train", "refine", *tiny, "--from", policy.with_suffix(".pt"), "--expert", 0)
    assert kinesis(*again, "--model", run, "--run", on, "--steps", 0) == 0
    saved = torch.load(on / "checkpoint.pt", weights_only=True)
    model = torch.load(run / "checkpoint.pt", weights_only=True)["world_model"]
    assert torch.equal(saved["world_model"]["inputs.mean"], model["inputs.mean"])
    capsys.readouterr()
    wrong = ("--model", skeleton_run, "--run", tmp_path / "wrong")
    assert kinesis(*again, *wrong) == 2
    assert "has no model of the body" in capsys.readouterr().err
    assert kinesis(*again, "--learn", 0, "--run", tmp_path / "both") == 2
    assert "--expert takes one expert alone" in capsys.readouterr().err
    alone = ("train", "refine", *tiny, "--from", skeleton_run, "--learn", 1)
    assert kinesis(*alone, "--run", tmp_path / "alone") == 2
    assert "expert 1 cannot learn: the policy is not a mixture" in capsys.readouterr().err
    assert not (tmp_path / "alone").exists()


def test_a_gate_over_experts_is_exported_distilled_and_trained_on(
    skeleton_run: Path, folder: Path, tmp_path: Path
) -> None:
    run, policy, direct = tmp_path / "gate", tmp_path / "mixture.onnx", tmp_path / "direct.onnx"
    experts = ("--expert", skeleton_run, "--expert", skeleton_run)
    sizes = ("--envs", 8, "--workers", 1)
    clips = ("--clips", folder)
    arguments = (*clips, *experts, "--run", run, *sizes)
    assert kinesis("train", "gate", *arguments, "--steps", 0.0001) == 0
    assert kinesis("export", run, "--out", policy) == 0
    reference = np.zeros((2, ks.STATE_SIZE))
    reference[:, 3] = 1.0
    session = PolicySession.load(policy, load_body("legs80"), "coordinated")
    weights = session.act(reference[0], reference).expert_weights
    assert weights.shape == (2,)
    assert weights.sum() == pytest.approx(1.0)
    student, taught = tmp_path / "distil", ("--teacher", run, *sizes, "--horizon", 12)
    assert (
        kinesis("train", "distil", "--clips", folder, *taught, "--run", student, "--steps", 0) == 0
    )
    assert kinesis("export", student, "--out", direct) == 0
    session = PolicySession.load(direct, load_body("legs80"), "direct")
    signals = np.zeros(3 * len(session.metadata.muscles))
    act = session.act(reference[0], reference, signals)
    np.testing.assert_allclose(act.expert_weights, weights, atol=1e-5)
    shipped = ("--from", policy.with_suffix(".pt"), "--expert", 1)
    again = (*clips, *shipped, "--run", tmp_path / "on", *sizes, "--horizon", 12)
    assert kinesis("train", "finetune", *again, "--steps", 0.0001) == 0


def test_an_expert_that_learned_on_takes_its_place_in_the_mixture(
    skeleton_run: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, policy, better = tmp_path / "gate", tmp_path / "mixture.onnx", tmp_path / "better.onnx"
    experts = ("--expert", skeleton_run, "--expert", skeleton_run)
    sizes = ("--envs", 4, "--workers", 1)
    gate = ("train", "gate", "--clips", folder, *experts, "--run", run, *sizes)
    assert kinesis(*gate, "--steps", 0.0001) == 0
    assert kinesis("export", run, "--out", policy) == 0
    weights = policy.with_suffix(".pt")
    alone = ("--clips", folder, "--from", weights, "--expert", 1, "--run", tmp_path / "on", *TINY)
    assert kinesis("train", "finetune", *alone, "--steps", 0.0001) == 0
    both = ("--expert", f"1={tmp_path / 'on'}", "--expert", f"1={weights}")
    assert kinesis("export", weights, *both, "--out", better) == 0
    before, after = (
        torch.load(path, weights_only=True)["experts"]
        for path in (weights, better.with_suffix(".pt"))
    )
    learned = torch.load(tmp_path / "on" / "checkpoint.pt", weights_only=True)["network"]
    name = "actor.layers.0.weight"
    torch.testing.assert_close(after[0][name], before[0][name])
    torch.testing.assert_close(after[1][name], 0.5 * (before[1][name] + learned[name]))
    origin = PolicySession.load(better, load_body("legs80")).metadata.provenance
    assert origin["stage"] == "gate"
    assert [part.get("stage", part.get("weights")) for part in origin["experts"]["1"]] == [
        "finetune",
        weights.name,
    ]
    for wrong, complaint in (
        ("2=" + str(run), "there is no expert 2: the policy has 2"),
        (str(run), "does not name an expert and a run"),
        ("1=nowhere", "'nowhere' do not exist"),
    ):
        assert kinesis("export", weights, "--expert", wrong, "--out", tmp_path / "no.onnx") == 2
        assert complaint in capsys.readouterr().err
    assert not list(tmp_path.glob("*no.*"))


@pytest.mark.usefixtures("quick_refinement")
def test_the_whole_training_makes_both_policies_and_stops_and_goes_on(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "all"
    stages = ("skeleton", "muscle", "gate", "joint")
    steps = [text for stage in stages for text in (f"--{stage}-steps", 0.0001)]
    steps += ["--skeleton-steps", 0.0016]  # iterations have 1,024 steps
    sizes = ("--experts", 2, "--references", 1, "--envs", 4, "--workers", 1)
    steps += ["--refine-steps", 0.0001]
    arguments = ("train", "all", "--clips", folder, "--run", run, *steps, *sizes)
    assert kinesis(*arguments, "--distil-steps", 0) == 0
    for control, stage in (("coordinated", "finetune"), ("direct", "distil")):
        policy = run / "policies" / f"legs80_{control}.onnx"
        session = PolicySession.load(policy, load_body("legs80"), control)
        assert session.metadata.provenance["stage"] == stage
    experts = load_parts(run / "policies" / "legs80_coordinated.pt")[0]
    refined = [k for k in range(2) if (run / f"refined{k}").exists()]
    assert refined, "some expert does some clip best"
    for k, expert in enumerate(experts):
        name = "actor.layers.0.weight"
        own = before = load_expert(run / "joint", k)[name]
        if k in refined:
            after = load_expert(run / f"refined{k}", k)[name]
            distances = json.loads((run / f"refined{k}" / "distances.json").read_text())
            candidates = {"before": before, "refined": after, "mean": (before + after) / 2}
            own = candidates[min(distances, key=distances.__getitem__)]
        assert torch.allclose(expert[name], own, atol=1e-7)
    for before, k in itertools.pairwise(refined):
        config = json.loads((run / f"refined{k}" / "config.json").read_text())
        assert config["world_model"] == str(run / f"refined{before}")
        assert config["refinement"]["experts"] == [k]
    assert load_parts(run / "coordinated.pt")[0][0].keys() == experts[0].keys()
    failed = json.loads((run / "expert1" / "config.json").read_text())["only"]
    assert [len(metrics(run / f"expert{k}_skeleton")) for k in range(2)] == [2, 1]
    assert failed, "nobody walks after a hundred steps: there is something to mine"
    assert not any(name.endswith("_mirrored") for name in failed)
    capsys.readouterr()
    assert kinesis(*arguments, "--distil-steps", 0) == 0
    said = capsys.readouterr().out
    assert said.count("done before") == 10 + 2 * len(refined)
    times = json.loads((run / "seconds.json").read_text())
    assert len(times) == 10 + 2 * len(refined)
    assert min(times.values()) > 0.0
    assert all(name in said for name in times)


def test_one_expert_needs_no_gate(
    skeleton_run: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kinesis("train", "gate", "--clips", folder, "--expert", skeleton_run) == 2
    assert "two experts or more" in capsys.readouterr().err


def test_distil_and_export(
    skeleton_run: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, policy = tmp_path / "distil", tmp_path / "direct.onnx"
    arguments = ("--clips", folder, "--teacher", skeleton_run, "--run", run, *TINY)
    assert kinesis("train", "distil", *arguments, "--steps", 0.0001) == 0
    assert kinesis("train", "distil", *arguments, "--steps", 0.0002) == 0
    assert metrics(run)[-1]["labels"] >= 200
    assert kinesis("export", run, "--out", policy) == 0
    session = PolicySession.load(policy, load_body("legs80"), "direct")
    assert len(session.metadata.muscles) == 80
    clips = ("--clips", folder, "--teacher", skeleton_run, *TINY)
    on = (*clips, "--from", policy.with_suffix(".pt"), "--run", tmp_path / "on")
    assert kinesis("train", "distil", *on, "--steps", 0) == 0
    assert kinesis("export", tmp_path / "on", "--out", tmp_path / "on.onnx") == 0
    weights, begun = (
        torch.load(path, weights_only=True)["network"]
        for path in (policy.with_suffix(".pt"), tmp_path / "on.pt")
    )
    torch.testing.assert_close(begun, weights)
    mean = tmp_path / "mean.onnx"
    assert kinesis("export", run, "--mean", tmp_path / "on", "--out", mean) == 0
    origin = PolicySession.load(mean, load_body("legs80"), "direct").metadata.provenance
    assert [each["stage"] for each in origin["mean_with"]] == ["distil"]
    capsys.readouterr()
    assert kinesis("export", run, "--mean", skeleton_run, "--out", tmp_path / "no.onnx") == 2
    assert f"'{skeleton_run}' holds no network of the shape" in capsys.readouterr().err
    assert kinesis("export", skeleton_run, "--mean", run, "--out", tmp_path / "no.onnx") == 2
    assert "is not a run of distil" in capsys.readouterr().err
    assert not list(tmp_path.glob("*no.*"))
    wrong = (*clips, "--from", skeleton_run, "--run", tmp_path / "wrong")
    assert kinesis("train", "distil", *wrong) == 2
    assert "holds no direct policy of legs80" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["train", "skeleton", "--clips", "nowhere"], "clip folder 'nowhere' does not exist"),
        (["train", "all", "--body", "legs8"], "body 'legs8' does not exist"),
        (["train", "all", "--clips", "nowhere"], "clip folder 'nowhere' does not exist"),
        (["export", "nowhere"], "'nowhere' has no config.json"),
        (["benchmark", "imitation", "nowhere"], "nowhere"),
    ],
)
def test_bad_input_gets_one_line_and_status_2(
    arguments: list[str],
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert kinesis(*arguments) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert len(error.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir()), "a refused command leaves nothing behind"


def test_a_run_folder_of_another_stage_is_refused(
    skeleton_run: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--clips", folder, "--from", skeleton_run, "--run", skeleton_run)
    assert kinesis("train", "finetune", *arguments) == 2
    assert "holds a skeleton run" in capsys.readouterr().err


def test_a_run_folder_that_another_process_trains_in_is_refused(
    skeleton_run: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = metrics(skeleton_run)
    arguments = ("--clips", folder, "--run", skeleton_run, "--envs", 4)
    with held(skeleton_run):
        for stage in ("skeleton", "all"):
            assert kinesis("train", stage, *arguments) == 2
            assert "another process is training in" in capsys.readouterr().err
    assert metrics(skeleton_run) == before
    assert kinesis("train", "skeleton", *arguments, "--steps", 0.0001) == 0, "free again"


def test_weights_that_are_not_weights_are_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.pt"
    broken.write_bytes(b"not weights")
    run = tmp_path / "run"
    arguments = ("--clips", folder, "--from", broken, "--run", run, *TINY)
    assert kinesis("train", "finetune", *arguments) == 2
    assert "broken.pt" in capsys.readouterr().err


def test_the_split_is_listed_with_the_checksums_of_the_sources(
    tmp_path: Path, clips: list[Clip], capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "motion.bvh"
    source.write_text("a motion")
    folder, table = tmp_path / "clips", tmp_path / "split.csv"
    folder.mkdir()
    for i in range(12):
        dataclasses.replace(clips[0], name=f"c{i}", source=str(source)).save(folder / f"c{i}.npz")
    dataclasses.replace(clips[0], name="lost", source="gone").save(folder / "lost.npz")
    assert kinesis("train", "split", "--clips", folder, "--csv", table) == 0
    rows = {row["clip"]: row for row in csv.DictReader(table.read_text().splitlines())}
    checksum = hashlib.sha256(b"a motion").hexdigest()
    assert rows["c3"]["source_sha256"] == checksum
    assert rows["lost"]["source_sha256"] == ""
    for name, row in rows.items():
        assert row["split"] == ("validation" if is_validation(name) else "training")
    assert {row["split"] for row in rows.values()} == {"training", "validation"}
    assert clips[0].label in capsys.readouterr().out
    assert kinesis("train", "split", "--clips", tmp_path / "nowhere") == 2
    assert "nowhere" in capsys.readouterr().err.replace("\n", "")
