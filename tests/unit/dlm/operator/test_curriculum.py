"""What a declared mind is to learn and to forget."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from dlm.operator.curriculum import Lesson, curriculum, digest, document, source_of
from dlm.operator.ports import File, Known
from mesh import names

NAMES = st.sampled_from(["a.md", "b.md", "c.md", "d.md", "e.md"])
SOURCES = st.sampled_from(["one", "two"])
TAGS = st.sampled_from(["x", "y"])
FILES = st.dictionaries(st.tuples(SOURCES, NAMES), st.tuples(TAGS, st.integers(1, 9)))
TAUGHT = st.dictionaries(st.tuples(SOURCES, NAMES), st.tuples(TAGS, st.integers(0, 9)))
QUOTAS = st.dictionaries(st.sampled_from(["documents", "agents", "bytes"]), st.integers(1, 12))


def id_of(place: tuple[str, str]) -> str:
    return document(*place)


def lesson_of(place: tuple[str, str], tag: str, size: int = 1) -> Lesson:
    return Lesson(place[0], "/".join(place), File(place[1], tag, size))


def lessons(files: Mapping[tuple[str, str], tuple[str, int]]) -> dict[str, Lesson]:
    return {id_of(place): lesson_of(place, tag, size) for place, (tag, size) in sorted(files.items())}


def taught(documents: Mapping[tuple[str, str], tuple[str, int]]) -> dict[str, Known]:
    return {id_of(place): Known(lesson_of(place, tag).tag, agents) for place, (tag, agents) in documents.items()}


@given(FILES, TAUGHT)
def test_once_it_is_done_the_mind_knows_exactly_what_the_files_say(
    files: Mapping[tuple[str, str], tuple[str, int]], known: Mapping[tuple[str, str], tuple[str, int]]
) -> None:
    wanted, knows = lessons(files), taught(known)
    left = curriculum(wanted, knows, {}, (), {})
    for one in left.learn:
        knows[one] = Known(wanted[one].tag, 1)
    for one in left.forget:
        del knows[one]
    assert {one: said.tag for one, said in knows.items()} == {one: lesson.tag for one, lesson in wanted.items()}
    assert not left.exceeded
    again = curriculum(wanted, knows, {}, (), {})
    assert (list(again.learn), list(again.forget)) == ([], [])


@given(FILES, TAUGHT, QUOTAS)
def test_no_quota_is_passed_by_what_is_new(
    files: Mapping[tuple[str, str], tuple[str, int]],
    known: Mapping[tuple[str, str], tuple[str, int]],
    quotas: Mapping[str, int],
) -> None:
    wanted, knows = lessons(files), taught(known)
    left = curriculum(wanted, knows, {}, (), dict(quotas))
    new = [one for one in left.learn if one not in knows]
    if not new:
        return
    kept = [one for one in wanted if one in knows or one in new]
    assert len(kept) <= quotas.get("documents", len(kept))
    assert sum(wanted[one].file.bytes for one in kept) <= quotas.get("bytes", 10**9)
    assert sum(knows[one].agents for one in kept if one in knows) < quotas.get("agents", 10**9)


@given(FILES, TAUGHT)
def test_nothing_of_a_source_that_cannot_be_read_is_forgotten(
    files: Mapping[tuple[str, str], tuple[str, int]], known: Mapping[tuple[str, str], tuple[str, int]]
) -> None:
    read = {place: file for place, file in files.items() if place[0] != "two"}
    left = curriculum(lessons(read), taught(known), {}, ["two"], {})
    assert not any(source_of(one) == "two" for one in left.forget)


def test_what_cannot_be_learned_is_not_tried_again_until_it_is_another() -> None:
    wanted = lessons({("one", "a.md"): ("x", 1)})
    [(one, lesson)] = wanted.items()
    assert list(curriculum(wanted, {}, {one: lesson.tag}, (), {}).learn) == []
    assert list(curriculum(wanted, {}, {one: "another"}, (), {}).learn) == [one]


def test_a_file_that_lies_elsewhere_is_learned_anew() -> None:
    before, after = (Lesson("one", f"s3://{bucket}/a.md", File("a.md", "x", 1)) for bucket in ("old", "new"))
    left = curriculum({"d": after}, {"d": Known(before.tag, 1)}, {}, (), {})
    assert list(left.learn) == ["d"]


@given(SOURCES, st.text(st.characters(codec="utf-8"), min_size=1, max_size=300))
def test_a_document_is_called_what_a_document_may_be(source: str, name: str) -> None:
    called = document(source, name)
    assert names.parse_document(names.document("minds/m", called)) == ("minds/m", called)
    assert source_of(called) == source


def test_a_document_is_called_as_its_file_if_it_may() -> None:
    assert document("notes", "tea.md") == "declared.notes.tea.md"
    others = {document("notes", name) for name in ("Tea.md", "a/tea.md", "tea.md ", "a-tea.md", "t" * 65 + ".md")}
    assert len(others) == 5


def test_a_sources_digest_is_another_when_a_file_is() -> None:
    files = [File("a.md", "x", 1), File("b.md", "x", 1)]
    assert len({digest(files), digest(files[:1]), digest([File("a.md", "y", 1), files[1]])}) == 3
