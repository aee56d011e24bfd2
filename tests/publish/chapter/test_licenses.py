"""Licenses, as packages state them."""

from email.message import Message

import pytest

from analysis.publish.chapter import licenses as module
from analysis.publish.chapter.licenses import licenses


def test_every_installed_package_has_a_row():
    found = licenses().set_index("package")
    assert found.loc["requests", "family"] == "Apache"
    assert found.loc["pandas", "stated"] == "BSD-3-Clause"
    assert found.loc["packaging", "family"] == "Apache, BSD"
    assert len(found) > 100
    assert found["stated"].map(len).max() < 100
    assert (found["family"] == module.OTHER).sum() < 6


@pytest.mark.parametrize(
    ("fields", "stated", "family"),
    [
        ([("License-Expression", "MIT"), ("License", "x")], "MIT", "MIT"),
        ([("Classifier", "License :: OSI Approved :: BSD License")], "BSD License", "BSD"),
        ([("License", "MPL-2.0 AND MIT")], "MPL-2.0 AND MIT", "MIT, MPL"),
        ([("Classifier", "Topic :: Text")], module.OTHER, module.OTHER),
    ],
)
def test_the_standard_name_comes_first(fields, stated, family):
    about = Message()
    for name, value in fields:
        about[name] = value
    assert module._stated(about) == stated
    assert module._family(stated) == family
