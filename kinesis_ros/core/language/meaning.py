# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What unknown words may mean: the nearest example phrase by a small sentence embedding.

The embedding is the one of wordllama: a table of token vectors, averaged. Its files come in the
package and are read directly: importing the package itself would load a web client and take
seconds. Without the package only known words are understood.
"""

import functools
import importlib.util
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kinesis_ros.core.language.examples import EXAMPLES, IMPOSSIBLE

_WEIGHTS = "weights/l2_supercat_256.safetensors"
_TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
_TABLE = "embedding.weight"
_LIKENESS = 0.42  # cosine from which a phrase means the same
_MARGIN = 0.04  # and so much more than it means what cannot be done


class SentenceEmbedding:
    """Mean of token vectors, normalised.

    Args:
        folder: of the wordllama package.
    """

    def __init__(self, folder: Path) -> None:
        from safetensors import safe_open
        from tokenizers import Tokenizer

        with safe_open(str(folder / _WEIGHTS), framework="numpy") as file:
            self._table = file.get_tensor(_TABLE)
        self._tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
        self._tokenizer.no_padding()

    def __call__(self, text: str) -> np.ndarray:
        """Unit vector of a text; zeros when it has no tokens."""
        ids = self._tokenizer.encode(text, add_special_tokens=False).ids
        if not ids:
            return np.zeros(self._table.shape[1], dtype=np.float32)
        vector = self._table[ids].astype(np.float32).mean(axis=0)
        return vector / max(float(np.linalg.norm(vector)), 1e-9)


class Likeness(NamedTuple):
    """How near a phrase is to a meaning.

    Attributes:
        meaning: of EXAMPLES.
        cosine: of the nearest example.
    """

    meaning: str
    cosine: float


class Meanings:
    """Compares phrases with the examples.

    Args:
        embedding: of sentences.
    """

    def __init__(self, embedding: SentenceEmbedding) -> None:
        self._embedding = embedding
        self._examples = {
            meaning: np.array([embedding(phrase) for phrase in phrases])
            for meaning, phrases in EXAMPLES.items()
        }
        self._impossible = np.array([embedding(phrase) for phrase in IMPOSSIBLE])

    def ranked(self, phrase: str) -> list[Likeness]:
        """All meanings, the nearest first."""
        vector = self._embedding(phrase)
        near = [Likeness(m, float((e @ vector).max())) for m, e in self._examples.items()]
        return sorted(near, key=lambda likeness: -likeness.cosine)

    def of(self, phrase: str) -> str | None:
        """What the phrase means, None when that is unclear or cannot be done."""
        best = self.ranked(phrase)[0]
        worst = float((self._impossible @ self._embedding(phrase)).max())
        clear = best.cosine >= _LIKENESS and best.cosine >= worst + _MARGIN
        return best.meaning if clear else None


@functools.cache
def installed_meanings() -> Meanings | None:
    """The comparison, when the packages that it needs are installed; loads in 0.1 s."""
    specs = [importlib.util.find_spec(n) for n in ("wordllama", "safetensors", "tokenizers")]
    wordllama = specs[0]
    if None in specs or wordllama is None or wordllama.origin is None:
        return None
    folder = Path(wordllama.origin).parent
    if not all((folder / name).is_file() for name in (_WEIGHTS, _TOKENIZER)):
        return None
    return Meanings(SentenceEmbedding(folder))
