"""What ratings make of a dish: refused twice is a dislike, tasty three times in a row a like."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from menus import Liking, Rating, Tastes, tastes_from

MONDAY = date(2026, 11, 23)
GOOD, FAIR, BAD, LEFT = Liking
rating = st.builds(
    Rating,
    component=st.sampled_from(["cod", "hutspot", "yogurt"]),
    day=st.integers(0, 120).map(lambda ahead: MONDAY + timedelta(days=ahead)),
    liking=st.sampled_from(Liking),
)
ratings = st.lists(rating, max_size=24, unique_by=lambda one: (one.component, one.day))


def said(*words: tuple[int, Liking]) -> Tastes:
    return tastes_from(
        Rating(component="cod", day=MONDAY + timedelta(days=ahead), liking=liking)
        for ahead, liking in words
    )


def test_one_refusal_is_no_preference_and_two_are() -> None:
    assert said((0, LEFT)) == Tastes()
    assert said((0, LEFT), (3, BAD)).dislikes == {"cod"}


def test_two_refusals_count_within_eight_weeks_of_each_other() -> None:
    assert said((0, LEFT), (56, LEFT)).dislikes == {"cod"}
    assert said((0, LEFT), (57, LEFT)).dislikes == set()


def test_so_so_neither_refuses_nor_likes() -> None:
    assert said((0, FAIR), (1, FAIR), (2, FAIR)) == Tastes()


def test_the_last_word_lifts_a_dislike() -> None:
    assert said((0, LEFT), (1, BAD), (9, GOOD)).dislikes == set()


def test_three_times_tasty_in_a_row_within_eight_weeks_is_a_like() -> None:
    assert said((0, GOOD), (1, GOOD)).likes == set()
    assert said((0, GOOD), (28, GOOD), (56, GOOD)).likes == {"cod"}
    assert said((0, GOOD), (28, GOOD), (57, GOOD)).likes == set()
    assert said((0, GOOD), (1, FAIR), (2, GOOD), (3, GOOD)).likes == set()


@given(ratings)
def test_nothing_is_liked_and_disliked_at_once(rows: list[Rating]) -> None:
    found = tastes_from(rows)
    assert not found.likes & found.dislikes
    assert found.likes | found.dislikes <= {one.component for one in rows}


@given(ratings, st.randoms(use_true_random=False))
def test_the_order_of_ratings_does_not_matter(rows: list[Rating], chance: object) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert tastes_from(shuffled) == tastes_from(rows)


@given(ratings, st.sampled_from([BAD, LEFT]))
def test_one_more_refusal_never_lifts_a_dislike(rows: list[Rating], word: Liking) -> None:
    before = tastes_from(rows).dislikes
    later = MONDAY + timedelta(days=200)
    more = [*rows, Rating(component="cod", day=later, liking=word)]
    assert before <= tastes_from(more).dislikes
