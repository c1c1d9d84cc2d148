"""Units: each makes sense when it is read alone."""

from __future__ import annotations

from genesis.passages import cut
from genesis.readers import table
from genesis.units import MOST_WORDS, units
from language.text import read, source_spans
from myriad.agent.v1.text_pb2 import Unit, UnitKind
from tests.unit.genesis.structures import Page


def said(page: Page) -> list[tuple[str, str]]:
    """Kind and parts of the units of all passages, what only opens a unit in brackets."""
    return [
        (UnitKind.Name(unit.kind).removeprefix("UNIT_KIND_"), _said(passage.text.text, unit))
        for passage in cut(page.blocks)
        for unit in units(passage)
    ]


def _said(text: str, unit: Unit) -> str:
    parts = [text[start:end] for start, end in zip(*[iter(unit.parts)] * 2, strict=True)]
    return " ".join(f"[{one}]" if at < unit.lead_parts else one for at, one in enumerate(parts))


def of(kind: str, page: Page) -> list[str]:
    return [text for name, text in said(page) if name == kind]


def test_a_sentence_that_leans_on_the_one_before_takes_it_along() -> None:
    page = Page()
    page.paragraph("The lock was built in 1871. It has two gates. However, one is shut.")
    assert of("SENTENCE", page) == [
        "The lock was built in 1871.",
        "[The lock was built in 1871.] It has two gates.",
        "[It has two gates.] However, one is shut.",
    ]
    assert of("PARAGRAPH", page) == ["The lock was built in 1871. It has two gates. However, one is shut."]


def test_an_item_has_the_sentence_that_opens_its_list_and_the_items_above() -> None:
    page = Page()
    lead = page.paragraph("You need:")
    page.items((0, "", "A tool"), (1, "", "of steel"), (0, "", "A saw"), lead=lead)
    assert of("ITEM", page) == ["[You need:] A tool", "[You need:] [A tool] of steel", "[You need:] A saw"]
    assert of("LIST", page) == ["[You need:] - A tool\n  - of steel\n- A saw"]
    assert of("SENTENCE", page) == []


def test_what_opens_a_list_takes_along_what_it_leans_on() -> None:
    page = Page()
    page.paragraph("Five things are only done in a workshop. Those include:")
    page.items((0, "", "Welding"), (0, "", "Turning"), lead=page.blocks[-1].text[41:])
    assert of("LIST", page) == [
        "[Five things are only done in a workshop.] [Those include:] - Welding\n- Turning",
    ]


def test_a_short_line_has_the_one_above_that_labels_it() -> None:
    page = Page()
    for said in ("Opening hours", "8 to 18", "Telephone", "555 0131", "Fax: none", "We are in Kiln Street."):
        page.paragraph(said)
    assert of("PARAGRAPH", page) == ["[Opening hours] 8 to 18", "[Telephone] 555 0131"]


def test_small_paragraphs_that_stand_together_are_one_unit_too() -> None:
    page = Page()
    page.paragraph("How long a session lasts, in seconds.")
    page.paragraph("Default: 31 days")
    assert of("PARAGRAPH", page) == ["How long a session lasts, in seconds.\nDefault: 31 days"]


def test_a_question_is_not_quoted_without_the_sentence_that_answers_it() -> None:
    page = Page()
    page.paragraph("Files are kept in memory. But how large may they be? Set a limit of 16 MB.")
    assert of("SENTENCE", page) == ["Files are kept in memory.", "Set a limit of 16 MB."]
    assert of("PARAGRAPH", page) == [
        "Files are kept in memory. But how large may they be? Set a limit of 16 MB.",
        "But how large may they be? Set a limit of 16 MB.",
    ]


def test_steps_are_one_piece_in_order() -> None:
    page = Page()
    lead = page.paragraph("To deploy:")
    page.items((0, "1", "Build."), (0, "2", "Push."), lead=lead)
    assert of("STEPS", page) == ["[To deploy:] 1. Build.\n2. Push."]


def test_steps_have_what_opens_them_though_the_first_says_all_by_itself() -> None:
    page = Page()
    lead = page.paragraph("Descale the kettle once a month.")
    page.items((0, "1", "Fill it half with water and add citric acid."), (0, "2", "Boil."), lead=lead)
    steps = "[Descale the kettle once a month.] 1. Fill it half with water and add citric acid.\n2. Boil."
    assert of("STEPS", page) == [steps]


def test_a_long_list_says_how_much_of_it_is_left_out() -> None:
    page = Page()
    page.items(*((0, "", f"thing number {number} that is needed here") for number in range(25)))
    (passage,) = cut(page.blocks)
    (whole,) = (one for one in units(passage) if one.kind == UnitKind.UNIT_KIND_LIST)
    assert whole.left_out == 25 - passage.text.text[whole.parts[0] : whole.parts[1]].count("\n") - 1 > 0


def test_a_row_is_read_with_its_headers_and_points_at_both() -> None:
    page = Page()
    page.table(["Port", "Use"], ["80", "web"], ["22", "shell"])
    (passage,) = cut(page.blocks)
    row = next(one for one in units(passage) if one.kind == UnitKind.UNIT_KIND_ROW)
    text = read(passage.text.text, source_runs=passage.text.runs)
    assert passage.text.text[row.parts[0] : row.parts[1]] == "Port: 80; Use: web"
    spans = source_spans(text.source_runs, row.parts[0], row.parts[1])
    assert [page.source[start:end] for start, end in spans] == ["Port", "80", "Use", "web"]


def test_a_long_row_is_told_in_parts_each_with_its_first_cell() -> None:
    page = Page()
    page.table(["Name", *(f"Column {at}" for at in range(30))], ["Ann", *(f"value {at}" for at in range(30))])
    rows = of("ROW", page)
    assert len(rows) > 1
    assert all(one.startswith("[Name: Ann] Column ") for one in rows)
    assert max(len(one.split()) for one in rows) <= MOST_WORDS + 4


def test_a_turn_says_who_speaks_and_holds_nothing_of_anybody_else() -> None:
    page = Page()
    page.turn("Ann", "I was there twice. No. It was very cold.")
    page.turn("Bob", "Was it?")
    assert of("TURN", page) == [
        "[Ann:] I was there twice.",
        "[Ann:] It was very cold.",
        "[Ann:] I was there twice. No. It was very cold.",
        "[Bob:] Was it?",
    ]


def test_an_item_that_is_a_sentence_of_its_own_is_said_without_what_opens_the_list() -> None:
    page = Page()
    lead = page.paragraph("The parties agree as follows:")
    whole = (
        "The recipient tells nobody of what the owner gives it or shows it while the two of them talk about this work."
    )
    going_on = "to give back all that it has"
    page.items((0, "1", whole), (0, "2", going_on), lead=lead)
    assert of("ITEM", page) == [f"[The parties agree as follows:] {going_on}", whole]


def test_a_clause_of_a_long_sentence_says_how_the_sentence_begins() -> None:
    page = Page()
    page.paragraph(
        "The recipient shall (a) "
        + "; (b) ".join(f"do the thing of number {at} with all the care that it takes for its own" for at in range(5))
    )
    first, *rest = of("SENTENCE", page)
    assert first.startswith("The recipient shall (a) do")
    assert rest
    assert all(one.startswith("[The recipient shall] (b) do") for one in rest)


def test_a_question_has_its_answer() -> None:
    page = Page()
    page.paragraph("Can I pay later?")
    page.paragraph("Yes, within 30 days.")
    assert of("QUESTION_ANSWER", page) == ["[Can I pay later?] Yes, within 30 days."]
    page = Page()
    page.path = ("Can I pay later?",)
    page.paragraph("Yes, within 30 days.")
    assert of("QUESTION_ANSWER", page) == ["Yes, within 30 days."]


def test_code_has_what_announces_it() -> None:
    page = Page()
    lead = page.paragraph("Install it:")
    page.code("pip install it", lead)
    assert of("CODE", page) == ["[Install it:] pip install it"]


def test_no_unit_but_a_list_or_code_is_longer_than_can_be_quoted() -> None:
    page = Page()
    page.paragraph(", ".join(f"the party of number {number} shall not tell" for number in range(60)))
    page.items((0, "", "word " * 70), (0, "", "word. " * 70))
    assert all(len(text.split()) <= MOST_WORDS * 1.25 for kind, text in said(page) if kind not in ("LIST", "STEPS"))


def test_a_row_knows_where_it_stands_in_its_table_wherever_its_passage_ends() -> None:
    source = "Name;Note\n" + "\n".join(f"N{number};{'word ' * 30}" for number in range(20))
    found = [unit.row for passage in cut(table.read(source).blocks) for unit in units(passage)]

    assert [one.number for one in found] == list(range(1, 21))
    assert {(one.table, one.of) for one in found} == {(1, 20)}


def test_a_short_answer_below_a_heading_that_asks_is_quoted_from_its_beginning() -> None:
    page = Page()
    page.path = ("I lost my card, what now?",)
    page.paragraph("Block it at once in the app. A new card comes within five days. Until then pay by telephone.")
    assert said(page) == [
        ("SENTENCE", "Block it at once in the app."),
        ("PARAGRAPH", "Block it at once in the app. A new card comes within five days."),
        (
            "QUESTION_ANSWER",
            "Block it at once in the app. A new card comes within five days. Until then pay by telephone.",
        ),
    ]


def test_steps_and_rows_below_a_heading_that_asks_stay_what_they_are() -> None:
    page = Page()
    page.path = ("How do I leave?",)
    page.items((0, "1", "Open the app."), (0, "2", "Press the button."))
    assert {kind for kind, _ in said(page)} == {"ITEM", "STEPS"}


def test_every_row_of_a_narrow_table_is_a_unit() -> None:
    page = Page()
    page.table(["n"], *([str(number)] for number in range(90)))
    assert of("ROW", page) == [f"n: {number}" for number in range(90)]
