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
    return np.array(
        [
            np.bincount(survey.codes[:, j], weights=survey.weight, minlength=len(item.answers))
            .round(9)
            .argmax()
            for j, item in enumerate(survey.items)
        ]
    )


def encode(survey: Survey, questions: np.ndarray | None = None) -> Design:
    """Code a survey's answers to some (by default all) of its questions.

    Parameters
    ----------
    survey : Survey
    questions : ndarray of int, optional
        Positions of the questions, in the order wanted.

    Returns
    -------
    Design
    """
    chosen = np.arange(len(survey.items)) if questions is None else np.asarray(questions)
    base = common_answers(survey)
    question, answer, column_of = [], [], []
    for j in chosen:
        table = np.full(len(survey.items[j].answers), -1, dtype=np.int16)
        for code in range(len(table)):
            if code != base[j]:
                table[code] = len(question)
                question.append(j)
                answer.append(code)
        column_of.append(table)
    columns = np.column_stack(
        [table[survey.codes[:, j]] for j, table in zip(chosen, column_of, strict=True)]
    )
    present = columns >= 0
    return Design(
        indptr=np.concatenate(([0], np.cumsum(present.sum(axis=1)))),
        index=columns[present].astype(np.uint16),
        region=survey.region.astype(np.int32),
        columns=len(question),
        regions=len(survey.regions),
        question=np.array(question),
        answer=np.array(answer),
    )
