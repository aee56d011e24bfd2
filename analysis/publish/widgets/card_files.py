"""The files of a scorecard study, below the site's results."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from analysis.publish import site_files, site_root
from analysis.publish.chapter.show import Shown, on_paper, on_site
from analysis.scorecard.build import Study
from analysis.scorecard.output.files import OUTPUT_FILES, write_study

FOLDER = "scorecard"

CARD_FILES = {file.name: file.what for file in OUTPUT_FILES}
"""Each file of a study and what it holds, or what one row of it is."""


def write_card_files(study: Study) -> list[str]:
    """Write every file of a study to ``results/scorecard/<survey>/``.

    Files appear whole or not at all.

    Returns
    -------
    list of str
        Their paths relative to the project.

    Raises
    ------
    ReportError
        If the folder can't be written to.
    """
    folder = site_files.RESULTS / FOLDER / study.card.name
    return [path.relative_to(site_files.ROOT).as_posix() for path in write_study(study, folder)]


def file_list(study: Study, words: Mapping[str, str]) -> Shown:
    """List the files of a study with links; on paper, where they are.

    The build has written them before it runs chapters (`write_card_files`).

    Parameters
    ----------
    words : mapping of str
        What each file is, by its name.
    """
    folder = f"results/{FOLDER}/{study.card.name}"
    links = "".join(
        f'<li><a href="{site_root.site_root()}{folder}/{file}">{escape(what)}</a></li>'
        for file, what in words.items()
    )
    return Shown(f"{on_site(f'<ul>{links}</ul>')}\n\n{on_paper(f'On the site: `{folder}/`.')}\n")
