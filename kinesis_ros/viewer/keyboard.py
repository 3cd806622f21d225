# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Keys and a pad that drive the body for as long as they are held.

viser knows hotkeys, which fire once a press, and it flies its camera with the same keys. So the
page gets a few lines of script, in the HTML of the pad: they take W, A, S, D and the arrow keys
before the camera sees them, and while one is held they repeat the hotkey of viser's command
palette that belongs to it. Everything then runs through viser: commands in, callbacks out.
"""

from kinesis_ros.viewer.page_script import script_html

REPEAT = 0.12  # [s]

# Hotkey of each way to drive; the keys that mean it are in the script.
HOTKEYS = {"forward": "W", "left": "A", "right": "D", "back": "S"}

_SCRIPT = """
(() => {
  if (window.kinesisKeys) return;
  const keys = {KeyW: 'w', ArrowUp: 'w', KeyA: 'a', ArrowLeft: 'a',
                KeyD: 'd', ArrowRight: 'd', KeyS: 's', ArrowDown: 's'};
  const held = new Map();
  let timer = null;
  const fire = key => document.documentElement.dispatchEvent(
    new KeyboardEvent('keydown', {key, bubbles: false}));
  const hold = (source, key) => {
    if (held.has(source)) return;
    held.set(source, key);
    fire(key);
    timer ??= setInterval(() => new Set(held.values()).forEach(fire), REPEAT_MS);
  };
  const release = source => {
    held.delete(source);
    if (held.size === 0) { clearInterval(timer); timer = null; }
  };
  const releaseAll = () => [...held.keys()].forEach(release);
  const typing = target => target.closest?.('input, textarea, select, [contenteditable=true]');
  window.addEventListener('keydown', event => {
    const key = keys[event.code];
    if (!key || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    hold(event.code, key);
  }, true);
  window.addEventListener('keyup', event => release(event.code), true);
  window.addEventListener('blur', releaseAll);
  document.addEventListener('visibilitychange', releaseAll);
  document.addEventListener('pointerdown', event => {
    const key = event.target.closest?.('[data-kinesis-key]')?.dataset.kinesisKey;
    if (key) { event.preventDefault(); hold('pointer' + event.pointerId, key); }
  });
  for (const kind of ['pointerup', 'pointercancel'])
    document.addEventListener(kind, event => release('pointer' + event.pointerId));
  window.kinesisKeys = true;
})()
"""

_PAD = (
    ("w", "2", "1", "▲", "walk (W, up)"),
    ("a", "1", "2", "◀", "turn left (A, left)"),
    ("s", "2", "2", "▼", "back (S, down)"),
    ("d", "3", "2", "▶", "turn right (D, right)"),
)


def pad_html() -> str:
    """The pad, and the script that listens to it and to the keys."""
    script = script_html(_SCRIPT.replace("REPEAT_MS", f"{1e3 * REPEAT:.0f}"))
    buttons = "".join(
        f'<button type="button" data-kinesis-key="{key}" title="{title}" aria-label="{title}" '
        f'style="grid-column:{column};grid-row:{row};height:2.1em;border:0;border-radius:.35em;'
        "background:rgba(134,142,150,.25);color:inherit;font-size:.95em;cursor:pointer;"
        f'touch-action:none;user-select:none;-webkit-user-select:none">{sign}</button>'
        for key, column, row, sign, title in _PAD
    )
    return (
        '<div style="display:flex;gap:.9em;align-items:center;padding:.1em .75em .6em">'
        '<div style="display:grid;grid-template-columns:repeat(3,2.9em);gap:.25em">'
        f"{buttons}</div>"
        '<div style="font-size:.75em;opacity:.7;line-height:1.45">Hold to walk.<br>'
        "Keys: W A S D or arrows</div>"
        f"{script}</div>"
    )
