# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures to a file: MP4, GIF, or a strip as PNG."""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from kinesis_ros.core.muscles import activation_colors
from kinesis_ros.files import written_whole
from kinesis_ros.pictures.shooting import Shooting

FORMATS = (".mp4", ".gif", ".png")

Progress = Callable[[Iterable[float], int], Iterable[float]]

_QUALITY = "20"  # of x264: 0 lossless to 51
_PALETTE_SAMPLES = 6  # pictures that the colours of a GIF are taken from


def write_film(
    path: Path, shooting: Shooting, rate: float, tiles: int, progress: Progress | None = None
) -> None:
    """Write the pictures of a shooting to a file.

    Args:
        path: ends in one of `FORMATS`.
        shooting: gives the pictures.
        rate: pictures per second of MP4 and GIF [Hz].
        tiles: pictures of a PNG strip, evenly spread.
        progress: wraps the times of the pictures, whose number it is told.

    Raises:
        OSError: the file cannot be written.
        ValueError: the format is not known.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise ValueError(f"'{path.name}' must end in {', '.join(FORMATS)}")
    times = shooting.times(rate)
    if suffix == ".png":
        times = np.linspace(0.0, shooting.duration, tiles)
    watched = progress(times.tolist(), len(times)) if progress else times.tolist()
    strip = suffix == ".png"
    pictures = (
        shooting.picture(time, explained=not strip or i == 0) for i, time in enumerate(watched)
    )
    with written_whole(path) as beside:
        if suffix == ".mp4":
            _write_mp4(beside, pictures, rate)
        elif suffix == ".gif":
            _write_gif(beside, pictures, _palette(shooting), rate, len(times))
        else:
            picture = Image.fromarray(np.concatenate(list(pictures), axis=1))
            picture.save(beside, format="PNG", optimize=True)


def _write_mp4(path: Path, pictures: Iterator[np.ndarray], rate: float) -> None:
    """H.264 in MP4, which browsers and chats play; its index comes first, so it can stream."""
    options = {"movflags": "faststart"}
    with av.open(str(path), "w", format="mp4", options=options) as container:
        exact = Fraction(rate).limit_denominator(1000)
        stream = container.add_stream("libx264", rate=exact, options={"crf": _QUALITY})
        stream.pix_fmt = "yuv420p"
        for i, picture in enumerate(pictures):
            if i == 0:
                stream.height, stream.width = picture.shape[:2]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())


def _write_gif(
    path: Path, pictures: Iterator[np.ndarray], palette: Image.Image, rate: float, number: int
) -> None:
    frames = (
        Image.fromarray(picture).quantize(palette=palette, dither=Image.Dither.NONE)
        for picture in pictures
    )
    # A GIF counts in hundredths of a second: the rounding must not add up.
    ends = np.round(100.0 * np.arange(number + 1) / rate).astype(int)
    next(frames).save(
        path,
        format="GIF",
        save_all=True,
        append_images=frames,
        duration=(10 * np.diff(ends)).tolist(),
        loop=0,
    )


def _palette(shooting: Shooting) -> Image.Image:
    """One palette for all pictures: colours that change from picture to picture would flicker.

    It has the muscles' colours in light and in shade, however few pixels show them.
    """
    times = np.linspace(0.0, shooting.duration, _PALETTE_SAMPLES)
    samples = np.concatenate([shooting.picture(time) for time in times])
    height, width = samples.shape[:2]
    shade, activation = np.meshgrid(
        np.linspace(0.4, 1.2, height // 4), np.linspace(0.0, 1.0, width), indexing="ij"
    )
    colours = activation_colors(activation.ravel()) * shade.reshape(-1, 1)
    muscles = np.clip(255.0 * colours, 0.0, 255.0).astype(np.uint8).reshape(*shade.shape, 3)
    return Image.fromarray(np.concatenate([samples, muscles])).quantize(256)
