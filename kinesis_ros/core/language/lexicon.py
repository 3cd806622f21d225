# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Words whose meaning is known: verbs of moving, directions, manners, and words without weight."""

# Meaning -> verbs. Their forms (-s, -ing, -ed) are derived, irregular ones are listed.
_VERBS = {
    "walk": "walk stroll amble saunter wander march stride advance tread trudge plod hike trek "
    "roam strut mosey travel progress tiptoe sneak creep shuffle dawdle powerwalk hurry promenade "
    "hasten parade scurry scoot journey ramble meander toddle traverse rush",
    "step": "step",
    "jog": "jog trot lope canter",
    "run": "run ran sprint dash race bolt gallop charge dart scamper",
    "backward": "retreat backtrack backpedal recede withdraw withdrew",
    "sideways": "sidestep strafe sidle",
    "turn": "turn rotate pivot swivel face look uturn aboutface reorient swing",
    "spin": "spin spun twirl whirl revolve pirouette",
    "circle": "circle loop orbit lap ring circuit",
    "curve": "curve arc bend veer swerve bear drift steer bank weave slalom snake",
    "stop": "stop halt freeze froze cease brake quit finish abort cancel terminate desist end",
    "stand": "stand stood wait stay pause remain rest idle hesitate linger hold break standstill "
    "whoa relax chill",
    "kick": "kick shoot shot strike struck boot punt score",
    "return": "return",
    "repeat": "repeat redo",
    # What they mean is said by another word: 'do a turn', 'take a step', 'keep still'. Alone
    # they mean to walk.
    "carry": "go gone went move come came continue set get got make made take took taken begin "
    "began begun start commence resume perform execute do did done carry keep kept push lead "
    "head cover proceed pace hang trace draw drew",
}
SPEED_OF_VERB = {
    0.4: "creep dawdle tiptoe sneak shuffle toddle",
    0.65: "stroll amble saunter wander mosey plod trudge roam promenade ramble meander",
    1.35: "march stride hurry powerwalk hasten rush scurry",
    3.4: "sprint dash bolt",
}
_ADVERBS = {
    "forward": "forward forwards ahead straight onward onwards front along frontwards",
    "backward": "backward backwards rearward rearwards reverse reversing",
    "back": "back",
    "behind": "behind rear opposite other",
    "left": "left leftward leftwards port counterclockwise lefthand lefts",
    "right": "right rightward rightwards starboard clockwise righthand rights",
    "sidetoside": "sidetoside",
    "sideways": "sideways sideway sidewards laterally lateral aside sideward crabwise",
    "diagonal": "diagonally diagonal",
    "around": "around round about",
    "slow": "slow slowly leisurely carefully cautiously unhurriedly calmly lazily softly quietly "
    "gingerly relaxed slower leisured easy lightly patiently unhurried stealthily careful "
    "cautious calm slowing",
    "fast": "fast quick quickly briskly rapidly speedily swiftly hurriedly hastily brisk rapid "
    "swift energetically faster quicker speedy vigorously purposefully speeding",
    "very": "very really extremely super so too incredibly",
    "utmost": "top full maximum max fastest possible flat",
    "usual": "normal normally usual usually moderate moderately steady steadily comfortable "
    "comfortably regular regularly medium average natural naturally ordinary evenly",
    "slightly": "slightly bit little short tad closer nearer somewhat",
    "tight": "sharp sharply tight tightly small smaller tiny narrow hard",
    "wide": "wide widely large big broad broadly huge larger bigger gentle gently great",
    "fully": "completely fully entire entirely whole complete",
    "endless": "endlessly forever indefinitely nonstop continuously constantly continually",
    "not": "not never",
    "while": "while whilst as simultaneously",
    "point": "point spot place position location coordinates coordinate pose target waypoint x y",
    "inplace": "inplace treadmill",
    "backandforth": "backandforth",
    "square": "square",
    "triangle": "triangle",
    "figureeight": "figureeight infinity lemniscate",
    "scurve": "scurve weave weaving slalom slaloming snake snaking serpentine winding wavy sinuous",
    "zigzag": "zigzag zigzagging",
    "still": "still motionless immobile nothing put",
    "halfway": "halfway midway",
    "start": "started origin beginning home",
    "oclock": "oclock",
    "far": "far long distant",
    "ball": "ball football goal net corner goalpost keeper goalkeeper",
}
# Words that change nothing.
_WEIGHTLESS = (
    "a an the and then please to of in at with by for now just ok okay could can would will you "
    "your yourself i we me my it its this that these those is are be being am was were want need "
    "like should shall must have has had having let us hey hi robot buddy friend mate sir human "
    "there next after afterwards afterward later finally lastly first firstly secondly "
    "thirdly from until till when once if before some any more also up down off out over on onto "
    "into through kindly mind maybe perhaps nicely well immediately instantly straightaway soon "
    "both each every per total approximately roughly exactly precisely nearly almost only simply "
    "gonna wanna going try which direction directions degrees manner fashion way ways path line "
    "course distance amount foot feet side sides hand heading ground floor action motion movement "
    "shape route them moving than much quite rather pretty fairly steps speed pace tempo rate "
    "moment while during stretch thanks thank all where reach reached reaching arrive arrived "
    "bound but so our again across room over follow following minus tell job sort kind sense "
    "sign symbol"
)


def _forms(verb: str) -> set[str]:
    """A verb with its usual endings."""
    last, stem = verb[-1], verb[:-1]
    forms = {verb, f"{verb}s", f"{verb}es", f"{verb}ing", f"{verb}ed"}
    if last == "e":
        forms |= {f"{stem}ing", f"{verb}d"}
    if last == "y":
        forms |= {f"{stem}ies", f"{stem}ied"}
    if last not in "aeiouwyx" and verb[-2] in "aeiou":
        forms |= {f"{verb}{last}ing", f"{verb}{last}ed"}
    return forms


VERBS = {
    form: meaning
    for meaning, verbs in _VERBS.items()
    for verb in verbs.split()
    for form in _forms(verb)
}
ADVERBS = {word: meaning for meaning, words in _ADVERBS.items() for word in words.split()}
VERB_SPEED = {
    form: speed  # [m/s]
    for speed, verbs in SPEED_OF_VERB.items()
    for verb in verbs.split()
    for form in _forms(verb)
}
WEIGHTLESS = frozenset(_WEIGHTLESS.split())


def is_known(word: str) -> bool:
    """Whether the word has a meaning here, or none that matters."""
    return word in VERBS or word in ADVERBS or word in WEIGHTLESS or word in ",."
