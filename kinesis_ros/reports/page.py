# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The page: sections of figures and tables in one HTML file that needs no network."""

import dataclasses
import html
from collections.abc import Mapping, Sequence

from kinesis_ros import __version__

_STYLE = """
:root { color-scheme: light dark; --paper: #ffffff; --ink: #22272e; --line: #d5d9df;
  --pale: #6b7280; --card: #f6f7f9; }
@media (prefers-color-scheme: dark) { :root { --paper: #16191d; --ink: #e3e6ea;
  --line: #3a4048; --pale: #9aa3ae; --card: #1e2227; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1240px; padding: 1rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 0.25rem; }
p { margin: 0.25rem 0 0.75rem; max-width: 70ch; color: var(--pale); }
.plots { display: grid; gap: 0.75rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); }
.plots > div { background: var(--card); border-radius: 8px; padding: 0.5rem; }
.plots svg { display: block; width: 100%; height: auto; }
.table { overflow-x: auto; }
table { border-collapse: collapse; }
td, th { padding: 0.2rem 1rem 0.2rem 0; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; overflow-wrap: break-word; }
dl { display: grid; gap: 0.5rem; margin: 0.75rem 0;
  grid-template-columns: repeat(auto-fill, minmax(145px, 1fr)); }
dl > div { background: var(--card); border-radius: 8px; padding: 0.5rem 0.75rem; }
dt { font-size: 0.8rem; color: var(--pale); }
dd { margin: 0; font-size: 1.1rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
footer { margin-top: 2rem; font-size: 0.85rem; color: var(--pale); }
""".strip()


@dataclasses.dataclass(frozen=True)
class Section:
    """A heading with what belongs to it.

    Attributes:
        title: heading.
        text: explanation, plain text.
        plots: SVG.
        rows: of a table, plain text; the first one is its head.
    """

    title: str
    text: str = ""
    plots: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()

    def as_html(self) -> str:
        """The section's part of the page."""
        parts = [f"<h2>{html.escape(self.title)}</h2>"]
        if self.text:
            parts.append(f"<p>{html.escape(self.text)}</p>")
        if self.plots:
            plots = "\n".join(f"<div>{plot}</div>" for plot in self.plots)
            parts.append(f'<div class="plots">\n{plots}\n</div>')
        if self.rows:
            head, *others = self.rows
            rows = [_row(head, "th"), *(_row(row, "td") for row in others)]
            parts.append(f'<div class="table"><table>\n{"".join(rows)}</table></div>')
        return "<section>\n" + "\n".join(parts) + "\n</section>"


def page(title: str, figures: Mapping[str, str], sections: Sequence[Section]) -> str:
    """A whole page.

    Args:
        title: of the page, plain text.
        figures: what matters most, name to value, plain text.
        sections: in their order.
    """
    facts = "\n".join(
        f"<div><dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd></div>"
        for name, value in figures.items()
    )
    body = "\n".join(section.as_html() for section in sections)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="kinesis_ros {__version__}">
<title>{html.escape(title)}</title>
<style>
{_STYLE}
</style>
</head>
<body>
<h1>{html.escape(title)}</h1>
<dl>
{facts}
</dl>
{body}
<footer>kinesis_ros {__version__}</footer>
</body>
</html>
"""


def _row(cells: Sequence[str], kind: str) -> str:
    return "<tr>" + "".join(f"<{kind}>{html.escape(cell)}</{kind}>" for cell in cells) + "</tr>\n"
