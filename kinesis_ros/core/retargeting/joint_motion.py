# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a motion file holds once it is read: joints that move through the world."""

import dataclasses
from collections.abc import Sequence

import numpy as np


@dataclasses.dataclass(frozen=True)
class JointMotion:
    """Positions and orientations of a skeleton's joints, in the file's own units and axes.

    Attributes:
        names: of the joints, parents before children; End Sites end in '_end'.
        parents: index of each joint's parent, -1 for a root.
        position: (frames, joints, 3) in the file's world and unit.
        rotation: (frames, joints, 3, 3) joint to the file's world.
        rate: frames per second [Hz].
        sized: the bones are as long as the person's, in the unit of the root's path.
        flags: what the file does not tell and was assumed.
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    position: np.ndarray
    rotation: np.ndarray
    rate: float
    sized: bool = True
    flags: tuple[str, ...] = ()

    def ancestors(self, joint: int) -> list[int]:
        """The joint itself, its parent, and so on up to the root."""
        line = [joint]
        while self.parents[line[-1]] >= 0:
            line.append(self.parents[line[-1]])
        return line

    def children(self, joint: int) -> list[int]:
        """Joints whose parent is `joint`."""
        return [i for i, parent in enumerate(self.parents) if parent == joint]


def forward_kinematics(
    parents: Sequence[int], offset: np.ndarray, local: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """World positions and rotations of a tree of joints, parents before children.

    Args:
        parents: index of each joint's parent, -1 for a root.
        offset: (frames, joints, 3) of each joint in its parent's frame.
        local: (frames, joints, 3, 3) joint to parent.

    Returns:
        (frames, joints, 3) positions and (frames, joints, 3, 3) rotations.
    """
    position, rotation = np.empty(offset.shape), np.empty(local.shape)
    for joint, parent in enumerate(parents):
        if parent < 0:
            position[:, joint], rotation[:, joint] = offset[:, joint], local[:, joint]
            continue
        position[:, joint] = position[:, parent] + np.einsum(
            "fij,fj->fi", rotation[:, parent], offset[:, joint]
        )
        rotation[:, joint] = rotation[:, parent] @ local[:, joint]
    return position, rotation
