"""Sets made from others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.chains import chains
from benchmarks.contradictions import contradictions
from benchmarks.datasets import Case, Dataset, Record, halves
from benchmarks.relations import statements
from benchmarks.unanswerable import broken, unanswerable
from benchmarks.untitled import paraphrase, paraphrased, untitled


def film(title: str, director: str, year: int = 1950) -> Record:
    return {"title": title, "text": f"{title} is a {year} drama film directed by {director}. It ran for weeks."}


def person(name: str, more: str) -> Record:
    return {"title": name, "text": f"{name} (born 3 May 1901) was a Danish director. {more}"}


ASKED: list[Case] = [
    {"question": "Who directed Sea Wind?", "gold": ["Sea Wind"], "answer": "Ada Holm"},
    {"question": "Who made Salt?", "gold": ["Salt"], "answer": "Bo Krag"},
    {"question": "When was Salt brought out?", "gold": ["Salt"], "answer": "1950"},
    {"question": "Which mill burned?", "gold": ["Old Mill"], "answer": "a mill"},
]
FILMS = Dataset("films", [film("Sea Wind", "Ada Holm"), film("Salt", "Bo Krag"), film("Old Mill", "Ib Dahl")], ASKED)


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=3), max_size=12))
def test_no_passage_is_gold_in_both_halves_and_no_question_is_lost(gold: list[list[str]]) -> None:
    cases: list[Case] = [{"question": str(number), "gold": titles} for number, titles in enumerate(gold)]
    one, other = halves(cases)
    titles = [{title for case in half for title in case["gold"]} for half in (one, other)]
    assert not titles[0] & titles[1]
    assert sorted(case["question"] for case in one + other) == sorted(case["question"] for case in cases)


def test_a_question_is_answerable_in_one_mind_and_its_gold_is_missing_in_the_other() -> None:
    for number in range(len(ASKED)):
        answerable = []
        for data in unanswerable(FILMS):
            titles = {passage["title"] for passage in data.passages}
            case = data.cases[number]
            assert case["answerable"] == (set(case["gold"]) <= titles)
            answerable.append(case["answerable"])
        assert sorted(answerable) == [False, True]


def test_a_broken_question_has_lost_one_gold_passage_and_kept_another() -> None:
    cases: list[Case] = [{"question": "A?", "gold": ["Sea Wind", "Salt"]}, {"question": "B?", "gold": ["Old Mill"]}]
    asked = 0
    for data in broken(Dataset("films", FILMS.passages, cases)):
        titles = {passage["title"] for passage in data.passages}
        for case in data.cases:
            asked += 1
            assert len(titles & set(case["gold"])) == 1
            assert "answerable" not in case
    assert asked == 1


def test_a_changed_copy_comes_from_elsewhere_and_says_the_second_value_instead() -> None:
    changed = 0
    for data in contradictions(FILMS):
        copies = [passage["text"] for passage in data.passages if "uri" in passage]
        for case in data.cases:
            if case["conflict"]:
                first, second = case["values"]
                changed += 1
                assert any(second in text and first not in text for text in copies)
    assert changed == 3


def test_what_one_mind_contradicts_is_a_control_in_the_other() -> None:
    minds = [{case["question"]: case["conflict"] for case in data.cases} for data in contradictions(FILMS)]
    assert minds[0].keys() == minds[1].keys() == {case["question"] for case in ASKED[:3]}
    assert all(minds[0][question] != minds[1][question] for question in minds[0])


def test_questions_without_answers_are_replaced_by_questions_about_what_passages_state() -> None:
    bare = Dataset("bare", FILMS.passages, [{"question": "?", "gold": ["Salt"]}])
    asked = {case["question"]: case["answer"] for case in next(contradictions(bare)).cases}
    assert asked["Who directed Sea Wind?"] == "Ada Holm"
    assert asked["In what year was Salt released?"] == "1950"


def test_sets_are_the_same_each_time() -> None:
    assert list(contradictions(FILMS)) == list(contradictions(FILMS))
    assert list(unanswerable(FILMS)) == list(unanswerable(FILMS))


def test_statements_are_read_from_their_usual_phrases() -> None:
    found = {one.relation: one.value for one in statements(person("Ada Holm", "She was born in Ribe, Denmark."))}
    assert found == {"birth date": "3 May 1901", "birthplace": "Ribe, Denmark"}
    assert {one.relation: one.value for one in statements(film("Salt", "Bo Krag", 1950))} == {
        "director": "Bo Krag",
        "year": "1950",
    }


def test_an_untitled_passage_keeps_its_text_and_its_id_leads_to_the_title() -> None:
    bare = untitled(FILMS)
    assert all(passage.keys() == {"id", "text"} for passage in bare.passages)
    assert [bare.titles[passage["id"]] for passage in bare.passages] == ["Sea Wind", "Salt", "Old Mill"]


def test_a_paraphrase_keeps_names_and_changes_the_rest() -> None:
    assert paraphrase("Where was the director of film The Song born?") == (
        "What is the birthplace of the director of movie The Song?"
    )
    assert paraphrase("Are A and B both towns?") == "Can you tell me this: are A and B both towns?"
    assert all(
        old["question"] != new["question"]
        for old, new in zip(FILMS.cases[:3], paraphrased(FILMS).cases[:3], strict=True)
    )


def test_a_chain_names_only_its_start_and_needs_each_of_its_passages() -> None:
    passages = [
        film("Sea Wind", "Ada Holm", 1949),
        film("Old Mill", "Ada Holm", 1951),
        film("Salt", "Bo Krag", 1950),
        person("Bo Krag", "He was born in Ribe, Denmark."),
    ]
    data = chains(Dataset("films", passages, []))
    by_question = {case["question"]: case for case in data.cases}
    sideways = by_question["In what year was the other film directed by the director of Sea Wind released?"]
    assert (sideways["gold"], sideways["answer"]) == (["Sea Wind", "Old Mill"], "1951")
    assert sideways["type"] == "2 hops, untitled bridges"
    assert {case["answer"] for case in data.cases if case["gold"] == ["Salt", "Bo Krag"]} <= {
        "Ribe, Denmark",
        "3 May 1901",
    }
    for case in data.cases:
        assert not any(name in case["question"] for name in ("Ada Holm", "Bo Krag", case["answer"]))
