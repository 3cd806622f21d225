# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Lines of script in viser's page, which has no place for them: HTML that is put in runs none."""

import html

# A picture of one transparent pixel, whose arrival runs the script.
_PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="

# viser asks for the default action of a press on something that can be dragged to be left out, in
# a listener that its React binding (react-three-fiber) has declared passive. That is without
# effect, but every browser logs it as an error. So the request is not passed on.
QUIET_DRAGS = """
(() => {
  if (window.kinesisQuietDrags) return;
  window.addEventListener('pointerdown', event => {
    if (event.target instanceof HTMLCanvasElement) event.preventDefault = () => {};
  }, true);
  window.kinesisQuietDrags = true;
})()
"""


def script_html(script: str) -> str:
    """HTML that runs `script` wherever it is put into the page; the script has no // comments."""
    line = html.escape(" ".join(script.split()))
    return f'<img alt="" src="{_PIXEL}" width="1" height="1" style="opacity:0" onload="{line}">'
