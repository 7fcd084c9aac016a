"""A square table of whole numbers: held in four bytes a cell, and as a short text, and back."""

import base64
import bz2
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGEST = 10**8
"""No cell is larger, so that sums of a day fit 64 bits."""
PACKED_ROWS = 40
"""From so many rows on a matrix is packed; a small one stays legible."""
_MOST_ROWS = 5_000  # what a stored text may claim to unfold into


class Matrix:
    """Whole numbers in 0..10^8 from each place (row) to each place (column); it never changes.

    `matrix[a][b]` is a plain whole number, `cells` all of them, 32 bits each and not to be
    written. ValueError where rows are no square of such numbers.
    """

    __slots__ = ("_rows", "cells")
    cells: NDArray[np.int32]

    def __init__(self, rows: Sequence[Sequence[int]] | NDArray[Any] = ()) -> None:
        size = len(rows)
        if any(len(row) != size for row in rows):
            raise ValueError("a matrix is square")
        whole = np.array(rows) if size else np.zeros((0, 0), dtype=np.int32)
        if whole.dtype.kind != "i":
            raise ValueError("a matrix holds whole numbers")
        if size and not 0 <= whole.min() <= whole.max() <= LARGEST:
            raise ValueError(f"each number of a matrix lies in 0..{LARGEST}")
        self.cells = whole.astype(np.int32, copy=False)
        self.cells.setflags(write=False)
        self._rows = tuple(memoryview(row) for row in self.cells)

    @classmethod
    def still(cls, size: int) -> "Matrix":
        """Nothing lies between any two of so many places."""
        return cls(np.zeros((size, size), dtype=np.int32))

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, row: int) -> Sequence[int]:
        return self._rows[row]

    def __iter__(self) -> Iterator[Sequence[int]]:
        return iter(self._rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Matrix) and np.array_equal(self.cells, other.cells)

    def __hash__(self) -> int:
        return hash(self.cells.tobytes())

    def __repr__(self) -> str:
        return f"Matrix({self.cells.tolist()})"

    def __reduce__(self) -> tuple[type["Matrix"], tuple[NDArray[np.int32]]]:
        return Matrix, (self.cells,)

    def only(self, places: Sequence[int]) -> "Matrix":
        """The same numbers between some of the places, in the order asked for."""
        return Matrix(self.between(places))

    def between(self, places: Sequence[int]) -> NDArray[np.int32]:
        """The cells of `only`, free to be written."""
        some = np.array(places, dtype=np.intp)
        return self.cells[np.ix_(some, some)]

    def within(self, wider: "Matrix") -> "Matrix":
        """A wider matrix, with these numbers between its first places."""
        cells, size = wider.cells.copy(), len(self)
        cells[:size, :size] = self.cells
        return Matrix(cells)


def packed(matrix: Matrix) -> dict[str, Any]:
    """The matrix as 32-bit numbers, first bytes first, squeezed by bzip2; half of it if symmetric.

    The same matrix gives the same text.
    """
    whole = matrix.cells
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
    return Matrix(_whole(flat, rows) if half else flat.reshape(rows, rows))


def _below(rows: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.tril_indices(rows, -1)


def _whole(cells: NDArray[np.int32], rows: int) -> NDArray[np.int32]:
    whole = np.zeros((rows, rows), dtype=np.int32)
    whole[_below(rows)] = cells
    return whole + whole.T
