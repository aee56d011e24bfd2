"""Answer codes as the solver wants them: the dummies that are 1, household by household."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis.scorecard.survey.survey import Survey


@dataclass(frozen=True)
class Design:
    """Dummies of answers in compressed rows, and regions.

    Each question has a dummy for every answer but its commonest one.

    Attributes
    ----------
    indptr, index : ndarray of int
        Household i has the value 1 in the columns ``index[indptr[i]:indptr[i + 1]]``.
    region : ndarray of int
    columns, regions : int
        Number of dummies and of regions.
    question, answer : ndarray of int, shape (columns,)
        The question and the answer code of each column.
    """

    indptr: np.ndarray
    index: np.ndarray
    region: np.ndarray
    columns: int
    regions: int
    question: np.ndarray
    answer: np.ndarray

    def __len__(self) -> int:
        return len(self.region)

    def take(self, rows: np.ndarray) -> Design:
        """The same columns for some of the rows."""
        counts = np.diff(self.indptr)[rows]
        indptr = np.concatenate(([0], np.cumsum(counts)))
        offsets = np.repeat(self.indptr[rows] - indptr[:-1], counts)
        index = self.index[np.arange(indptr[-1]) + offsets]
        return replace(self, indptr=indptr, index=index, region=self.region[rows])

    def dense(self) -> np.ndarray:
        """The dummies as a matrix of shape (rows, columns), for comparison and small uses."""
        matrix = np.zeros((len(self), self.columns))
        matrix[np.repeat(np.arange(len(self)), np.diff(self.indptr)), self.index] = 1.0
        return matrix


def common_answers(survey: Survey) -> np.ndarray:
    """The commonest answer (by weight, first of equals) of each question."""
    counts = (
        np.bincount(survey.codes[:, j], weights=survey.weight, minlength=len(item.answers))
        for j, item in enumerate(survey.items)
    )
    return np.array([count.round(9).argmax() for count in counts])


def answer_positions(
    survey: Survey, questions, first: int = 0, base: np.ndarray | None = None
) -> tuple[list[np.ndarray], int]:
    """Where the dummies of some questions' answers stand among coefficients.

    Parameters
    ----------
    survey : Survey
    questions : iterable of int
    first : int
        Position of the first dummy, such as the number of regions.
    base : ndarray of int, optional
        The base answer of every question; by default :func:`common_answers`.

    Returns
    -------
    tables : list of ndarray
        For each question the position of each answer, -1 for the base: with a zero put last,
        coefficients can be taken by it.
    size : int
        One more than the last position.
    """
    base = common_answers(survey) if base is None else base
    tables = []
    for j in questions:
        table = np.arange(first, first + len(survey.items[j].answers))
        table[base[j] :] -= 1
        table[base[j]] = -1
        tables.append(table)
        first += len(table) - 1
    return tables, first


def answer_columns(tables: list[np.ndarray], codes: np.ndarray) -> np.ndarray:
    """Position of each household's answer to each question, by :func:`answer_positions`."""
    columns = np.empty(codes.shape, dtype=np.int64)
    for q, table in enumerate(tables):
        columns[:, q] = table[codes[:, q]]
    return columns


def by_answer(theta: np.ndarray, tables: list[np.ndarray]) -> tuple[np.ndarray, ...]:
    """For each question the coefficient of every answer, 0 for its base."""
    return tuple(np.append(theta, 0.0)[table] for table in tables)


def encode(survey: Survey, questions: np.ndarray | None = None) -> Design:
    """Code a survey's answers to some (by default all) of its questions.

    Parameters
    ----------
    survey : Survey
    questions : ndarray of int, optional
        Positions of the questions, in the order wanted.
    """
    chosen = np.arange(len(survey.items)) if questions is None else np.asarray(questions)
    tables, size = answer_positions(survey, chosen)
    columns = answer_columns(tables, survey.codes[:, chosen])
    present = columns >= 0
    return Design(
        indptr=np.concatenate(([0], np.cumsum(present.sum(axis=1)))),
        index=columns[present].astype(np.uint16),
        region=survey.region.astype(np.int32),
        columns=size,
        regions=len(survey.regions),
        question=np.repeat(chosen, [len(table) - 1 for table in tables]),
        answer=np.concatenate([np.flatnonzero(table >= 0) for table in tables]),
    )
