import pytest

from language.nouns import Sort, sort_of


@pytest.mark.parametrize(
    ("noun", "sort"),
    [
        ("tune", Sort.WORK),
        ("prequel", Sort.WORK),
        ("troupe", Sort.GROUP),
        ("nonprofit", Sort.GROUP),
        ("consort", Sort.PERSON),
        ("cinematographer", Sort.PERSON),
        ("hamlet", Sort.PLACE),
        ("mansion", Sort.PLACE),
    ],
)
def test_a_noun_is_of_a_sort_however_seldom_it_is_asked_for(noun: str, sort: Sort) -> None:
    assert sort_of(noun) is sort


@pytest.mark.parametrize("noun", ["disorder", "number", "thing", ""])
def test_what_merely_ends_like_one_who_does_something_is_no_person(noun: str) -> None:
    assert sort_of(noun) is not Sort.PERSON
