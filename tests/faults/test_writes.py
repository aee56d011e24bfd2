"""Kills, full disks and refusals at every write: what was there is there, or the new is, whole."""

import shutil
import subprocess
from pathlib import Path

import pytest

from analysis.scorecard.card.card import write_card
from tests.faults.damage import HALF, HELD, SILENT, contents, count, told_well
from tests.faults.struck import KILL, REFUSALS, run
from tests.faults.works import (
    answers,
    as_a_command,
    cache_entry,
    card_into,
    make_site,
    small_card,
    steady_card,
    volume_of_card,
)


class Place:
    """A folder with what was there before, and a fresh one for each case."""

    def __init__(self, folder: Path):
        self.folder, self.spare, self.turn = folder, folder / "spare", 0
        self.spare.mkdir()

    def fresh(self, before: dict[str, bytes]) -> Path:
        self.turn += 1
        place = self.folder / f"case{self.turn}"
        for name, content in before.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(content)
        place.mkdir(exist_ok=True)
        return place


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def visible(folder: Path) -> dict[str, bytes]:
    """What a user sees: leftovers of a kill have names that begin with a point."""
    return {
        name: content
        for name, content in contents(folder).items()
        if not any(part.startswith(".") for part in Path(name).parts)
    }


def matrix(group, place, before, work, *, every=1, ways=(KILL, *REFUSALS)):
    """Strike at each write in each way, then run once more undisturbed."""
    first = place.fresh(before)
    whole = run(*work(first), watched=first, spare=place.spare)
    after = visible(first)
    assert (whole.code, whole.err) == (0, "")
    assert after != before
    made = {}
    for how in ways:
        for at in range(1, whole.writes + 1, every):
            target = place.fresh(before)
            ended = run(*work(target), watched=target, spare=place.spare, at=at, how=how)
            made[f"write {at} of {whole.writes}, {how}"] = judge(target, ended, how, before, after)
            run(*work(target), watched=target, spare=place.spare)
            same = contents(target).keys() == after.keys() and visible(target) == after
            made[f"again after write {at}, {how}"] = HELD if same else HALF
            shutil.rmtree(target)
    count(group, made)


def judge(target, ended, how, before, after):
    seen = visible(target)
    if seen not in (before, after):
        return HALF
    if how == KILL:
        return HELD
    if ended.code == 0:  # it could do without this write
        return HELD if seen == after else SILENT
    return told_well(ended.code, ended.out, ended.err)


def scored(folder):
    card, given = folder.parent / "scorecard.json", folder.parent / "answers.csv"
    write_card(small_card(), card)
    answers().to_csv(given, index=False)
    return (["scorecard", "score", str(card), str(given), "--out", str(folder / "out.csv")],)


SITE = {"_book/index.html": b"old", "_book/gone.html": b"old"}
OLD_CARD = {f"card/{name}": b"old" for name in ("scorecard.json", "lookup.csv", "form.xlsx")}
OLD_CARD |= {"card/notes.txt": b"mine"}
WORKS = {
    "scored households, new": (scored, {}),
    "scored households": (scored, {"out.csv": b"old\n"}),
    "site, new": (lambda folder: (as_a_command, make_site, folder), {}),
    "site": (lambda folder: (as_a_command, make_site, folder), SITE),
    "card, new": (lambda folder: (as_a_command, steady_card, folder), {}),
    "card": (lambda folder: (as_a_command, steady_card, folder), OLD_CARD),
    "cache entry": (lambda folder: (as_a_command, cache_entry, folder), {"pages/entry": b"old"}),
}


@pytest.mark.parametrize(("work", "every"), [("scored households", 1), ("site", 3), ("card", 5)])
def test_what_was_there_survives_a_kill(place, work, every):
    make, before = WORKS[work]
    matrix("writes", place, before, make, every=every, ways=(KILL,))


@pytest.mark.slow
@pytest.mark.parametrize("work", WORKS)
def test_every_write_can_be_struck(place, work):
    make, before = WORKS[work]
    matrix("writes", place, before, make)


SIZES = [300, 700, 1000, 3000, 10_000, 30_000]


@pytest.mark.parametrize("work", [scored, lambda folder: (as_a_command, card_into, folder)],
                         ids=["scored", "card"])  # fmt: skip
@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.slow)])
def test_a_disk_that_fills_up_in_a_file_ends_in_one_sentence(place, work, step):
    before = OLD_CARD | {"out.csv": b"old\n"}
    made = {}
    for largest in SIZES[::step]:
        target = place.fresh(before)
        ended = run(*work(target), watched=target, spare=place.spare, largest=largest)
        outcome = told_well(ended.code, ended.out, ended.err)
        kept = visible(target) == before
        made[f"{largest} bytes"] = outcome if kept or ended.code == 0 else HALF
        if any(name.startswith(".") for path in target.rglob("*") for name in [path.name]):
            made[f"{largest} bytes"] = HALF
    count("full disk", made)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of some size, where this machine lets one be mounted."""
    place = tmp_path / "disk"
    place.mkdir()

    def mounted(kilobytes):
        given = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place)]
        if shutil.which("mount") is None or subprocess.run(given, capture_output=True).returncode:
            pytest.skip("no file system can be mounted here")
        return place

    yield mounted
    subprocess.run(["umount", "-l", str(place)], capture_output=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("kilobytes", [8, 16, 32, 64, 128])
def test_a_small_file_system_that_is_full_ends_in_one_sentence(small_disk, tmp_path, kilobytes):
    disk = small_disk(kilobytes)
    spare = tmp_path / "spare"
    spare.mkdir()
    (disk / "mine").write_bytes(b"mine")
    made = {}
    for name, work in {
        "card": (as_a_command, card_into, disk),
        "scored": scored(disk),
        "whole volume": (as_a_command, volume_of_card, disk),
    }.items():
        ended = run(*work, watched=disk, spare=spare)
        made[f"{name}, {kilobytes} kB"] = told_well(ended.code, ended.out, ended.err)
        if (disk / "mine").read_bytes() != b"mine":
            made[f"{name}, {kilobytes} kB"] = HALF
    count("full disk", made)
