"""The command, from a specification to scored households."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis import paths
from analysis.__main__ import main
from analysis.scorecard import settings
from analysis.scorecard.output.files import OUTPUT_FILES
from analysis.scorecard.spec.spec_file import find_spec
from analysis.scorecard.wording import counted, have
from tests.scorecard.conftest import TINY


@pytest.fixture
def spec(tmp_path, monkeypatch):
    """A small simulated survey, and a build that is quick and keeps nothing elsewhere."""
    from analysis.scorecard.evaluation import other_survey
    from analysis.scorecard.selection import runner

    monkeypatch.setattr(other_survey, "SAMPLES", 30)

    monkeypatch.setitem(settings.PROFILES, "quick", TINY)
    monkeypatch.setattr(runner.paths, "CACHE", tmp_path / "cache")
    text = find_spec("simulated").read_text(encoding="utf-8")
    path = tmp_path / "own.yml"
    path.write_text(text.replace("households: 4000", "households: 900"), encoding="utf-8")
    return path


def test_check_build_and_score(spec, tmp_path, capsys):
    assert main(["scorecard", "check", str(spec)]) == 0
    said = capsys.readouterr().out
    assert "900 households" in said
    assert "Nothing is wrong" in said
    assert "not an official PPI" in said

    out = tmp_path / "card"
    arguments = ["--profile", "quick", "--jobs", "1", "--out", str(out)]
    assert main(["scorecard", "build", str(spec), *arguments]) == 0
    assert {path.name for path in out.iterdir()} == {file.name for file in OUTPUT_FILES}
    said = capsys.readouterr().out
    assert "simulated" in said
    assert "AUC" in said

    from analysis.scorecard.card.card import read_card

    card = read_card(out / "scorecard.json")
    rng = np.random.default_rng(0)
    answers = pd.DataFrame({q.name: rng.choice(q.answers, 30) for q in card.questions})
    answers.to_csv(tmp_path / "answers.csv", index=False)
    command = ["scorecard", "score", str(out / "scorecard.json"), str(tmp_path / "answers.csv")]
    assert main([*command, "--out", str(tmp_path / "scored.csv")]) == 0
    said = capsys.readouterr().out
    assert "30 households" in said
    assert "standard error" in said
    scored = pd.read_csv(tmp_path / "scored.csv")
    assert list(scored.columns[-2:]) == ["score", "probability"]
    assert f"{scored['probability'].mean():.1%}" in said
    assert main(command) == 0
    assert capsys.readouterr().out.count("\n") == 31

    answers.iloc[3, 0] = "?"
    answers.to_csv(tmp_path / "answers.csv", index=False)
    assert main(command) == 0
    said = capsys.readouterr()
    assert said.out.count("\n") == 30
    assert "Row 5 is not scored: '?' is no answer" in said.err
    rejects = pd.read_csv(tmp_path / "answers-rejects.csv")
    assert list(rejects["row"]) == [5]
    assert main([*command, "--out", str(tmp_path / "all.xlsx.csv"),
                 "--rejects", str(tmp_path / "no.csv")]) == 0  # fmt: skip
    assert (tmp_path / "no.csv").is_file()
    capsys.readouterr()
    answers.iloc[:, 0] = "?"
    answers.to_csv(tmp_path / "answers.csv", index=False)
    assert main([*command, "--out", str(tmp_path / "none.csv")]) == 2
    assert "no household that can be scored" in capsys.readouterr().err
    assert not (tmp_path / "none.csv").exists()

    # the same card on a later round
    later = spec.with_name("later.yml")
    later.write_text(spec.read_text(encoding="utf-8").replace("seed: 2024", "seed: 7"))
    measured = ["scorecard", "compare", str(out / "scorecard.json"), str(later)]
    assert main([*measured, "--out", str(tmp_path / "measured")]) == 0
    said = capsys.readouterr().out
    assert "900 households" in said
    assert f"{card.build_info['auc']:.3f} when it was made" in said
    accuracy = pd.read_csv(tmp_path / "measured" / "accuracy.csv")
    assert set(accuracy["line"]) == {"poorest-40", "poorest-20"}


def test_faults_end_with_2_and_no_traceback(spec, tmp_path, capsys):
    content = spec.read_text(encoding="utf-8")
    spec.write_text(content.replace("cluster: ea", "cluster: eaa\n  colour: red"), encoding="utf-8")
    assert main(["scorecard", "check", str(spec)]) == 2
    said = capsys.readouterr().out
    assert "fault: design: the key 'colour' is unknown" in said
    assert "no column 'eaa'; did you mean 'ea'?" in said
    assert "2 faults" in said
    assert main(["scorecard", "build", str(spec), "--profile", "quick"]) == 2
    assert "no column 'eaa'" in capsys.readouterr().err
    assert main(["scorecard", "build", "nowhere"]) == 2
    assert main(["scorecard", "check", str(tmp_path)]) == 2


def test_options_that_make_no_sense(spec, capsys):
    for wrong in (["--questions", "0"], ["--jobs", "0"], ["--seed", "x"], ["--profile", "huge"]):
        with pytest.raises(SystemExit) as ended:
            main(["scorecard", "build", str(spec), *wrong])
        assert ended.value.code == 2
    capsys.readouterr()
    assert main(["scorecard", "build", str(spec), "--line", "far"]) == 2
    assert "no line 'far'; it has poorest-40, poorest-20" in capsys.readouterr().err


def test_the_shipped_specification_of_zambia_says_that_its_file_is_wanted(capsys, raw):
    assert main(["scorecard", "check", "zambia-lcms-2015"]) == 2
    assert "zambia-lcms-2015-households.csv was not found" in capsys.readouterr().out


def test_the_default_survey_is_the_simulated_one_where_no_file_is_found(raw):
    from analysis.scorecard.survey.shipped import default_spec

    assert default_spec().stem == "simulated"
    assert yaml.safe_load(default_spec().read_text())["simulate"]


def test_make_takes_a_path_with_spaces():
    made = subprocess.run(
        ["make", "-n", "scorecard", "SURVEY=my surveys/own one.yml"],
        cwd=paths.ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert 'scorecard build "my surveys/own one.yml"' in made.stdout
    plain = subprocess.run(
        ["make", "-n", "scorecard"], cwd=paths.ROOT, capture_output=True, text=True, check=True
    )
    assert '""' not in next(line for line in plain.stdout.splitlines() if "scorecard build" in line)


def test_the_command_runs_from_any_folder(spec, tmp_path):
    folder = tmp_path / "some where"
    folder.mkdir()
    spec.rename(folder / "own survey.yml")
    done = subprocess.run(
        [sys.executable, str(paths.ROOT / "analysis"), "scorecard", "check", "own survey.yml"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "900 households" in done.stdout


def test_counts_agree_with_their_nouns():
    assert counted(1) == "1 household"
    assert counted(1200, "person") == "1,200 persons"
    assert counted(2, "country") == "2 countries"
    assert have(1, "row") == "1 row has"
    assert have(3) == "3 households have"
