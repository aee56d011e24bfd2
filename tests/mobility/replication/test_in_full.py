"""Where the original's own search was run, the next build shows it."""

from analysis import paths
from analysis.book import fingerprint
from analysis.mobility.replication.in_full import full_replication
from analysis.mobility.replication.published_call import converged_choice
from analysis.store.cache import entry_path


def test_a_build_notices_what_was_replicated(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "CACHE", tmp_path)
    assert fingerprint.replicated() == []
    entry = entry_path(converged_choice, {"task": "binary"})
    entry.parent.mkdir()
    entry.touch()
    assert fingerprint.replicated() == [entry.name]


def test_what_was_not_run_in_full_is_not_there(simulated_study):
    assert full_replication(simulated_study) is None
