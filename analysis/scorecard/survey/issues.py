"""What a look at a survey brings up."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Issues:
    """What is wrong (faults stop a build), what to know (cautions don't), and what was done.

    ``notes`` say what a user of the card has to know of how its survey was read, such as
    households that were left out; they go with the card wherever it goes.
    """

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
