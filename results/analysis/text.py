"""A text of headings, paragraphs and tables, as plain text or Markdown."""
from __future__ import annotations

import textwrap
from typing import List, Sequence


class Text:
    """Collects parts in order, in both forms."""

    def __init__(self) -> None:
        self._plain: List[str] = []
        self._markdown: List[str] = []

    def heading(self, text: str, level: int = 2) -> None:
        self._plain += ["", text, "=" * len(text) if level < 3 else "-" * len(text)]
        self._markdown += ([""] if self._markdown else []) + ["#" * level + " " + text, ""]

    def paragraph(self, text: str) -> None:
        self._plain += textwrap.wrap(text, 120)
        self._markdown += [text, ""]

    def items(self, texts: Sequence[str]) -> None:
        for text in texts:
            self._plain += textwrap.wrap(text, 120, initial_indent="- ", subsequent_indent="  ")
            self._markdown.append("- " + text)
        self._markdown += [""] if texts else []

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """The first column is left-aligned, the others right-aligned."""
        widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
        for row in [heads, *rows]:
            cells = [cell.rjust(width) if i else cell.ljust(width) for i, (cell, width) in enumerate(zip(row, widths))]
            self._plain.append("  ".join(cells).rstrip())
        self._plain.append("")
        self._markdown += [*markdown_table(heads, rows), ""]

    def plain(self) -> str:
        return "\n".join(self._plain).strip("\n") + "\n"

    def markdown(self) -> str:
        return "\n".join(self._markdown).strip("\n") + "\n"


def markdown_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> List[str]:
    rule = ["---:" if index else "---" for index in range(len(heads))]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |" for cells in [heads, rule, *rows]]
