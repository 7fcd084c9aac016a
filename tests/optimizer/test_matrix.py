"""A square table of whole numbers: what it holds, what it refuses, how it is cut and grown."""

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer import Matrix
from optimizer.matrix import LARGEST


@st.composite
def squares(draw: st.DrawFn, most: int = 6) -> list[list[int]]:
    size = draw(st.integers(0, most))
    return [[draw(st.integers(0, LARGEST)) for _ in range(size)] for _ in range(size)]


@given(squares())
def test_a_matrix_gives_back_its_rows_as_plain_numbers(rows: list[list[int]]) -> None:
    matrix = Matrix(rows)
    assert len(matrix) == len(rows)
    assert [list(row) for row in matrix] == rows
    for a, row in enumerate(rows):
        for b, cell in enumerate(row):
            assert matrix[a][b] == cell
            assert type(matrix[a][b]) is int


@given(squares(), squares())
def test_matrices_are_equal_where_their_numbers_are(
    rows: list[list[int]], others: list[list[int]]
) -> None:
    assert Matrix(rows) == Matrix(rows)
    assert hash(Matrix(rows)) == hash(Matrix(rows))
    assert pickle.loads(pickle.dumps(Matrix(rows))) == Matrix(rows)  # noqa: S301  # our own
    assert (Matrix(rows) == Matrix(others)) == (rows == others)
    assert Matrix(rows) != rows


@given(squares(), st.data())
def test_part_of_a_matrix_is_that_between_its_places(
    rows: list[list[int]], data: st.DataObject
) -> None:
    places = data.draw(st.lists(st.sampled_from(range(len(rows))))) if rows else []
    cut = Matrix(rows).only(places)
    assert [list(row) for row in cut] == [[rows[a][b] for b in places] for a in places]


@given(squares(), st.data())
def test_what_is_known_stands_within_a_wider_matrix(
    rows: list[list[int]], data: st.DataObject
) -> None:
    size = data.draw(st.integers(0, len(rows)))
    known = Matrix([[LARGEST - cell for cell in row[:size]] for row in rows[:size]])
    wider = known.within(Matrix(rows))
    assert wider.only(range(size)) == known
    rest = [(a, b) for a in range(len(rows)) for b in range(len(rows)) if max(a, b) >= size]
    assert all(wider[a][b] == rows[a][b] for a, b in rest)


@pytest.mark.parametrize(
    ("rows", "promise"),
    [
        (((0, 1),), "square"),
        (((0,), (1,)), "square"),
        (((0, 1), (1,)), "square"),
        (((0, 1), (-1, 0)), "lies in 0"),
        (((LARGEST + 1,),), "lies in 0"),
        (((2**40,),), "lies in 0"),
        (((2**70,),), "whole numbers"),
        (((0.5,),), "whole numbers"),
        ((("1",),), "whole numbers"),
        (((None,),), "whole numbers"),
        (((True,),), "whole numbers"),
        (((float("nan"),),), "whole numbers"),
    ],
)
def test_what_is_no_square_of_whole_numbers_is_refused(rows: Any, promise: str) -> None:
    with pytest.raises(ValueError, match=promise):
        Matrix(rows)


def test_a_matrix_is_never_changed() -> None:
    cells = np.array([[0, 1], [2, 0]], dtype=np.int32)
    matrix = Matrix(cells)
    cells[0, 1] = 9
    assert matrix[0][1] == 1
    with pytest.raises(ValueError, match="read-only"):
        matrix.cells[0, 1] = 9
    row: Any = matrix[0]
    with pytest.raises(TypeError, match="read-only"):
        row[1] = 9
    free = matrix.between((0, 1))
    free[0, 1] = 9
    assert matrix[0][1] == 1
