# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How Sphinx builds the documentation: `make docs`, strictly, and without a network."""

import re
from pathlib import Path

_PACKAGE = Path(__file__).parents[1] / "kinesis_ros" / "__init__.py"

project = "kinesis_ros"
author = "The kinesis_ros authors"
copyright = f"2026, {author}"
release = re.findall(r'^__version__ = "(.+)"$', _PACKAGE.read_text(encoding="utf-8"), re.M)[0]

extensions = ["myst_parser"]
myst_heading_anchors = 3  # links to headings, as on GitHub
# The navigation in index.md may name pages that are not written yet. A page that it does not name,
# and a link that leads nowhere, stays an error.
suppress_warnings = ["toc.not_readable"]

html_theme = "furo"  # its fonts are the reader's own, its scripts come along
html_title = f"kinesis_ros {release}"
html_copy_source = False
html_show_sphinx = False
