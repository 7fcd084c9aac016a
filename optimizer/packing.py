"""A square matrix of whole numbers as a short text, and back: byte planes, squeezed."""

import base64
import bz2
from typing import Any

import numpy as np
from numpy.typing import NDArray

PACKED_ROWS = 40
"""From so many rows on a matrix is packed; a small one stays legible."""
_MOST_ROWS = 5_000  # what a stored text may claim to unfold into

Matrix = tuple[tuple[int, ...], ...]


def packed(matrix: Matrix) -> dict[str, Any]:
    """The matrix as 32-bit numbers, first bytes first, squeezed by bzip2; half of it if symmetric.

    The same matrix gives the same text. OverflowError for a number beyond 32 bits.
    """
    whole = np.array(matrix, dtype=np.int32)
    half = bool((whole == whole.T).all() and not whole.diagonal().any())
    cells = whole[_below(len(matrix))] if half else whole.reshape(-1)
    planes = np.ascontiguousarray(cells.astype("<i4")).view(np.uint8).reshape(-1, 4).T
    text = base64.b64encode(bz2.compress(planes.tobytes())).decode()
    return {"rows": len(matrix), "half": half, "bz2": text}


def unpacked(value: Any) -> Matrix:
    """The matrix again; ValueError when the text is not that of one."""
    if not isinstance(value, dict) or set(value) != {"rows", "half", "bz2"}:
        raise ValueError("a packed matrix has rows, half and bz2")
    rows, half = value["rows"], value["half"]
    if type(rows) is not int or not 0 < rows <= _MOST_ROWS or type(half) is not bool:
        raise ValueError("a packed matrix tells its rows, and whether it is half of one")
    cells = rows * (rows - 1) // 2 if half else rows * rows
    try:
        squeezed = base64.b64decode(value["bz2"], validate=True)
        planes = bz2.BZ2Decompressor().decompress(squeezed, 4 * cells + 1)
    except (OSError, TypeError, ValueError) as broken:
        raise ValueError("a packed matrix cannot be unfolded") from broken
    if len(planes) != 4 * cells:
        raise ValueError("a packed matrix has another size than it tells")
    flat = np.frombuffer(planes, np.uint8).reshape(4, -1).T.copy().view("<i4").reshape(-1)
    return _tuples(_whole(flat, rows) if half else flat.reshape(rows, rows))


def _below(rows: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.tril_indices(rows, -1)


def _whole(cells: NDArray[np.int32], rows: int) -> NDArray[np.int32]:
    whole = np.zeros((rows, rows), dtype=np.int32)
    whole[_below(rows)] = cells
    return whole + whole.T


def _tuples(whole: NDArray[np.int32]) -> Matrix:
    """Rows of plain numbers; equal ones are one object, which takes a quarter of the room."""
    values, places = np.unique(whole, return_inverse=True)
    named = [int(value) for value in values]
    return tuple(tuple(named[at] for at in row) for row in places.reshape(whole.shape))
