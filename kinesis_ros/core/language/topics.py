# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a clause is about: stopping, returning, circling, turning or moving on."""

from kinesis_ros.core.language.clause import Clause

_LEAST_ANGLE = 45.0  # [degrees] of 'do a 180'


def stops(clause: Clause) -> bool:
    """'Stop', 'stand there', 'hold still'; but not 'walk without a stop'."""
    if clause.does("stop", "stand"):
        return not clause.does("walk", "jog", "run", "turn", "spin") or clause.verbs[0] in (
            "stop",
            "stand",
        )
    return clause.has("still")


def returns(clause: Clause) -> bool:
    """'Return', 'go back to the start'."""
    return (
        clause.does("return")
        or (clause.has("start") and clause.has("back", "point", "around"))
        or (clause.has("start") and clause.does("walk", "carry", "jog", "run"))
    )


def walks_back(clause: Clause) -> bool:
    """'Walk back' without a distance: to where it began, if the plan has led away from there."""
    amount = clause.said.length or clause.said.steps or clause.said.time
    walks = clause.does("walk", "carry", "jog", "run") and clause.has("back")
    return walks and not amount and not clause.does("step")


def circles(clause: Clause) -> bool:
    """'Walk in a circle', 'veer left as you walk', 'walk around'."""
    if clause.does("circle", "curve") or clause.said.laps is not None:
        return not clause.does("spin") and "turn" not in clause.verbs[:1]
    walks = clause.does("walk", "carry", "jog", "run", "step")
    bends = walks and clause.does("turn", "spin") and clause.has("while")
    wide = clause.does("turn") and clause.has("wide")
    bends |= walks and clause.said.angle is not None and "until" in clause.words
    wanders = clause.does("walk", "jog", "run") and clause.has("around")
    return (
        bends or wide or (wanders and not clause.does("turn")) or (clause.said.radius is not None)
    )


def turns(clause: Clause) -> bool:
    """'Turn left', 'do a 180', 'take a right'."""
    if clause.does("turn", "spin", "circle"):
        return True
    goes = clause.does("walk", "jog", "run", "step") or clause.said.length or clause.said.steps
    if clause.said.angle is not None and not goes:
        return True
    if clause.does("carry") and clause.said.bare and not clause.verbs[1:]:
        return clause.said.bare[0] >= _LEAST_ANGLE and "do" in clause.words
    sideless = not clause.has("forward", "backward", "back", "sideways")
    hangs = clause.has("left", "right") and clause.words[:1] and not goes and sideless
    gets = clause.does("carry") and {"make", "take", "hang", "do"} & set(clause.words)
    return bool(hangs and (gets or not clause.verbs or clause.has("around")))


def moves(clause: Clause) -> bool:
    """'Walk', 'three steps back', 'keep going'."""
    moving = ("walk", "jog", "run", "step", "backward", "sideways", "carry")
    aims = ("forward", "backward", "back", "sideways", "slow", "fast", "left", "right")
    amount = clause.said.length or clause.said.steps or clause.said.time
    alone = clause.does("carry") and not clause.does(*moving[:-1])
    alone = alone and not clause.has(*aims) and not amount
    if alone and not clause.said.bare:
        goes = {"go", "going", "move", "moving", "continue", "proceed", "come", "head", "on"}
        return bool(goes & set(clause.words))
    return clause.does(*moving) or clause.has(*aims[:4]) or bool(amount)
