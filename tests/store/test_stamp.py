"""A stamp is believed only while every file is as it was."""

import pytest

from analysis.store.stamp import read_stamp, write_stamp


@pytest.fixture
def stamped(tmp_path):
    (tmp_path / "a").mkdir()
    for name in ("a/one", "two"):
        (tmp_path / name).write_text(name)
    write_stamp(tmp_path / "stamp.json", {"inputs": "x"}, tmp_path, ["a/one", "two"])
    return tmp_path


def test_it_says_what_the_files_were_made_from(stamped):
    info = read_stamp(stamped / "stamp.json", stamped)
    assert info["inputs"] == "x"
    assert list(info["files"]) == ["a/one", "two"]


@pytest.mark.parametrize("change", ["other", None])
def test_a_file_that_has_changed_or_gone_ends_it(stamped, change):
    if change is None:
        (stamped / "two").unlink()
    else:
        (stamped / "two").write_text(change)
    assert read_stamp(stamped / "stamp.json", stamped) == {}
