"""The schema of a survey specification (``data/surveys/*.yml``).

Unknown keys are errors, so that a misspelt option can't be lost in silence.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

Scalar = str | int | float


def _printable(text: str) -> str:
    if odd := [letter for letter in text if unicodedata.category(letter) in _UNPRINTABLE]:
        raise ValueError(f"it holds a control character or a line break ({odd[0]!r}); remove it")
    return text


_UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")
Text = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_printable)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=60)]


def _as_list(value):
    return value if isinstance(value, list) else [value]


def _as_text(value):
    return str(value) if isinstance(value, int) else value


Values = Annotated[list[Scalar], BeforeValidator(_as_list), Field(min_length=1)]
Columns = Annotated[list[str], BeforeValidator(_as_list), Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Range(_Strict):
    """Numbers from ``from`` to ``to``, both included; either may be left out."""

    low: float | None = Field(default=None, alias="from")
    high: float | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _ordered(self):
        if self.low is None and self.high is None:
            raise ValueError("give 'from', 'to' or both")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"'from' ({self.low:g}) is above 'to' ({self.high:g})")
        return self


Condition = Annotated[
    Annotated[Range, Tag("range")] | Annotated[Values, Tag("values")],
    Discriminator(lambda value: "range" if isinstance(value, dict | Range) else "values"),
]
"""What a column must hold: numbers in a range, or one of some labels or codes."""


DROP, IMPUTE, ANSWER = "drop", "impute most common", "answer"
Policy = Literal["answer", "drop", "impute most common"]
"""What becomes of households without an answer to a question."""


TAKEN = frozenset(
    ("about", "area", "instanceid", "instance_id", "meta", "probability", "region", "result",
     "result_persons", "row", "score", "size", "weight", "why")
)  # fmt: skip
TAKEN_BEGINNINGS = ("persons_table_", "points_", "probability_", "table_")


def is_taken(name: str) -> bool:
    """Whether forms, answers or scored households have a column of the name already."""
    plain = name.replace("-", "_")
    return plain in TAKEN or plain.startswith(TAKEN_BEGINNINGS)


class Source(_Strict):
    """Where the data come from, and when households were asked, for the reader."""

    citation: Text
    date: Annotated[Text, BeforeValidator(_as_text)] | None = None
    licence: Text | None = None
    address: Text | None = None


class Files(_Strict):
    """Names of the data files.

    ``other`` holds more files with several rows a household, such as one of assets, each
    under a name that derived questions use.
    """

    household: Text
    individual: Text | None = None
    other: dict[Name, Text] = {}


class Simulation(_Strict):
    """A simulated survey in place of files (see :mod:`analysis.scorecard.survey.simulate`)."""

    households: int = Field(ge=200, le=2_000_000)
    seed: int = Field(ge=0)


class Urban(_Strict):
    """The column that tells urban from rural, and its urban values."""

    column: str
    urban: Values


class Design(_Strict):
    """Weight, household size and sample design.

    Without ``weight`` all households weigh the same; without ``cluster`` each household
    is drawn by itself. Every output then says so.
    """

    weight: str | None = None
    size: str
    region: str
    urban: Urban | None = None
    stratum: Columns | None = None
    cluster: str | None = None


class Welfare(_Strict):
    """The welfare variable and every column that it is made of or that is made of it."""

    column: str
    unit: Text = "per person"
    related: list[str] = []


DAYS = {"day": 1.0, "month": 365 / 12, "year": 365.0}


class Prices(_Strict):
    """A consumer price index: in the year of the conversion factor, and at the survey."""

    base: float = Field(gt=0, allow_inf_nan=False)
    survey: float = Field(gt=0, allow_inf_nan=False)


class International(_Strict):
    """An international line in dollars a day at purchasing power parity.

    ``factor`` is the conversion factor of private consumption (local currency to the
    international dollar) in the base year of the line, ``cpi`` carries that year's prices to
    the survey's, and ``per`` is the time that welfare is counted for.
    """

    dollars: float = Field(gt=0, allow_inf_nan=False)
    factor: float = Field(gt=0, allow_inf_nan=False)
    cpi: Prices
    per: Literal["day", "month", "year"]

    @property
    def amount(self) -> float:
        """Dollars a day × factor × prices at the survey / prices in the base year × days."""
        return self.dollars * self.factor * self.cpi.survey / self.cpi.base * DAYS[self.per]


class Line(_Strict):
    """A poverty line: an amount, a quantile of persons, or a published status.

    ``amounts`` names a column with the line of each household, as where lines differ by
    region; ``ppp`` is an international line.
    """

    name: Name
    label: Text
    quantile: float | None = Field(default=None, gt=0, lt=1)
    amount: float | None = Field(default=None, gt=0)
    amounts: str | None = None
    ppp: International | None = None
    column: str | None = None
    poor: Values | None = None

    @model_validator(mode="after")
    def _one_kind(self):
        kinds = (self.quantile, self.amount, self.amounts, self.ppp, self.column)
        if sum(kind is not None for kind in kinds) != 1:
            raise ValueError(
                "give exactly one of 'quantile', 'amount', 'amounts', 'ppp' and 'column'"
            )
        if (self.column is None) != (self.poor is None):
            raise ValueError("'column' and 'poor' go together")
        return self


class Derivation(_Strict):
    """An answer worked out from a file with several rows a household.

    ``count`` counts the persons that meet ``where``; ``any`` and ``all`` ask whether
    those persons meet ``test``; ``head`` takes the head's ``column``; ``greatest`` takes
    the greatest value of ``column`` among them. ``from`` names one of ``files: other``
    in place of the individual file.
    """

    of: Literal["count", "any", "all", "head", "greatest"]
    source: str | None = Field(default=None, alias="from")
    where: dict[str, Condition] = {}
    test: dict[str, Condition] = {}
    column: str | None = None
    nobody: Text | None = None

    @model_validator(mode="after")
    def _complete(self):
        if self.of in ("any", "all") and not self.test:
            raise ValueError(f"'{self.of}' needs 'test': what the persons are asked about")
        if self.of not in ("any", "all") and self.test:
            raise ValueError(f"'{self.of}' takes no 'test'")
        if (self.of in ("head", "greatest")) != (self.column is not None):
            raise ValueError("'column' goes with 'head' and 'greatest', and only with them")
        if self.nobody is not None and self.of not in ("any", "all", "greatest"):
            raise ValueError("'nobody' goes with 'any', 'all' and 'greatest'")
        if self.of == "head" and self.source is not None:
            raise ValueError("the head is known in the individual file alone; leave 'from' out")
        return self


class Ratio(_Strict):
    """One column of the household file divided by another, such as persons per room."""

    of: str
    by: str


class Question(_Strict):
    """A candidate question: its text as read out, where its answer is, and the answers.

    ``one_hot`` makes one question of several yes-or-no columns: each answer with its column.
    ``missing`` says what becomes of households without an answer: one of the policies of the
    survey, or the words of an answer that they are given.
    ``lock``, ``exclude``, ``group`` and ``cost`` steer the choice; with ``ordered`` the points
    rise or fall along the answers.
    """

    name: Name
    text: Text
    column: str | None = None
    derive: Derivation | None = None
    one_hot: dict[Text, str] | None = Field(default=None, min_length=1)
    ratio: Ratio | None = None
    answers: dict[Text, Values] | None = Field(default=None, min_length=1)
    bins: dict[Text, Range] | None = Field(default=None, min_length=2)
    other: Text | None = None
    missing: Text | None = None
    ordered: bool = False
    lock: bool = False
    exclude: bool = False
    group: Name | None = None
    cost: float = Field(default=1.0, gt=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _one_source(self):
        if self.lock and self.exclude:
            raise ValueError("a question can't be both locked and excluded")
        sources = (self.column, self.derive, self.one_hot, self.ratio)
        if sum(source is not None for source in sources) != 1:
            raise ValueError("give exactly one of 'column', 'derive', 'one_hot' and 'ratio'")
        if self.answers is not None and self.bins is not None:
            raise ValueError("give 'answers' or 'bins', not both")
        if self.one_hot is not None and (self.answers is not None or self.bins is not None):
            raise ValueError("the answers of 'one_hot' stand beside its columns")
        if self.other is not None and self.answers is None and self.one_hot is None:
            raise ValueError("'other' goes with 'answers': it takes every value they leave")
        if self.derive is not None and self.derive.of == "count" and self.bins is None:
            raise ValueError("a count needs 'bins'")
        if self.ratio is not None and self.bins is None:
            raise ValueError("a ratio needs 'bins'")
        yes_or_no = self.derive is not None and self.derive.of in ("any", "all")
        if yes_or_no and (self.answers is not None or self.bins is not None):
            raise ValueError("the answers of 'any' and 'all' are Yes and No")
        return self


class Keep(_Strict):
    """Which rows of each file are used: those that meet every condition."""

    household: dict[str, Condition] = {}
    individual: dict[str, Condition] = {}
    other: dict[Name, dict[str, Condition]] = {}


class Head(_Strict):
    """How to know the head of a household in the individual file.

    ``by`` names columns, such as the head's sex, by which errors of rates are reported.
    """

    column: str
    values: Values
    by: Columns | None = None


class Spec(_Strict):
    """A survey specification."""

    name: Name
    title: Text
    notice: Text | None = None
    tested: bool = True
    source: Source | None = None
    files: Files | None = None
    simulate: Simulation | None = None
    key: Columns
    keep: Keep = Keep()
    missing: Policy | None = None
    head: Head | None = None
    design: Design
    welfare: Welfare | None = None
    lines: list[Line] = Field(min_length=1)
    regions: Literal["choose", "national", "pooled", "separate"] = "choose"
    cards: Literal["national", "region"] = "national"
    limits: dict[Name, Annotated[int, Field(ge=0)]] = {}
    budget: float | None = Field(default=None, gt=0)
    questions: list[Question] = Field(min_length=1)

    def contradictions(self) -> list[str]:
        """What does not go together, one sentence each."""
        messages = []
        if (self.files is None) == (self.simulate is None):
            messages.append("give exactly one of 'files' and 'simulate'")
        if self.welfare is None and any(line.column is None for line in self.lines):
            messages.append("a line other than by 'column' needs 'welfare'")
        for kind, names in (
            ("line", [line.name for line in self.lines]),
            ("question", [question.name for question in self.questions]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            messages += [f"the {kind} name {name!r} stands twice" for name in twice]
        messages += self._unfit_names()
        groups = {question.group for question in self.questions}
        messages += [f"no question is of the group {group!r} that 'limits' names"
                 for group in self.limits if group not in groups]  # fmt: skip
        derived = [q.derive for q in self.questions if q.derive]
        if self.head is None and any(derive.of == "head" for derive in derived):
            messages.append("a question about the head needs 'head'")
        if self.files is None:
            return messages
        if self.files.individual is None and self.head is not None and self.head.by:
            messages.append("'head: by' needs 'files: individual'")
        if self.files.individual is None and any(derive.source is None for derive in derived):
            messages.append("a derived question needs 'files: individual'")
        named = {derive.source for derive in derived} - {None} | set(self.keep.other)
        messages += [f"no file is named {name!r} in 'files: other'"
                 for name in sorted(named - set(self.files.other))]  # fmt: skip
        return messages

    def _unfit_names(self) -> list[str]:
        """Names that a phone form or a file of answers can't carry beside what it has already."""
        messages = []
        for kind, names in (
            ("line", {line.name for line in self.lines}),
            ("question", {question.name for question in self.questions}),
        ):
            plain = {}
            for name in sorted(names):
                other = plain.setdefault(name.replace("-", "_"), name)
                if other != name:
                    messages.append(
                        f"the {kind} names {other!r} and {name!r} are one name in a phone form, "
                        "which writes '-' as '_'; rename one"
                    )
        for question in self.questions:
            if is_taken(question.name):
                messages.append(
                    f"the question name {question.name!r} is taken by a column of the phone form "
                    "or of the files of answers; choose another"
                )
        return messages

    def line(self, name: str | None) -> Line:
        """The line of that name, or the first one when no name is given."""
        return next(line for line in self.lines if name in (None, line.name))
