"""The codebook appendix: one table a domain."""

from __future__ import annotations

import pandas as pd

from analysis.publish.exhibit import Table


def domain_table(codebook: pd.DataFrame, domain: str) -> Table:
    """Names, definitions, units and sources of one domain's variables."""
    part = codebook[codebook["domain"] == domain]
    rows = pd.DataFrame(
        {
            "Variable": part["title"],
            "Definition": part["definition"],
            "Unit": part["unit"],
            "Source": part["source"],
        }
    )
    slug = "-".join("".join(c if c.isalnum() else " " for c in domain.lower()).split())
    return Table(
        name=f"codebook-{slug}",
        rows=rows,
        caption=f"{domain}: variables, definitions, units and sources.",
        data=part.reset_index(names="column"),
        align="llll",
        widths=(20, 42, 16, 22),
    )


class Codebook:
    """All domains one under another, each with its heading."""

    def __init__(self, codebook: pd.DataFrame) -> None:
        self.codebook = codebook

    def _repr_markdown_(self) -> str:
        parts = []
        for domain in dict.fromkeys(self.codebook["domain"]):
            table = domain_table(self.codebook, domain)
            parts.append(f"## {domain}\n\n{table._repr_markdown_()}")
        return "\n".join(parts)
