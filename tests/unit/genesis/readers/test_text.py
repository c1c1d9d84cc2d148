"""Plain text, read by its form."""

from __future__ import annotations

from genesis.readers import commonmark, text
from genesis.structure import Kind
from tests.unit.genesis.readers.shown import check


def test_a_divided_word_and_a_page_number_do_not_part_a_sentence() -> None:
    read = text.read("The switch is be-\nhind the panel and the\n\n          Page 4 of 12\n\nfuse is at its left.")
    check(read)
    assert [one.text.text for one in read.blocks] == ["The switch is behind the panel and the fuse is at its left."]


def test_a_question_heads_its_answer() -> None:
    read = text.read("Q: Can I pay?\nA: Yes.\n\nQ: Can I leave?\nA: No.\n")
    assert [(one.path, one.text.text) for one in read.blocks] == [(("Can I pay?",), "Yes."), (("Can I leave?",), "No.")]


def test_a_term_above_what_it_is_and_further_out_is_said_with_it() -> None:
    read = text.read(
        "The parameters are these, and a server ignores all others:\n\n"
        "   state\n         RECOMMENDED.  A value that the client uses to know its\n         own request again.\n\n"
        "   scope\n         OPTIONAL.  What is asked for.\n"
    )
    check(read)
    assert [(one.mark, one.text.text) for one in read.blocks[1:]] == [
        ("state", "state: RECOMMENDED. A value that the client uses to know its own request again."),
        ("scope", "scope: OPTIONAL. What is asked for."),
    ]


def test_a_table_of_contents_is_not_text() -> None:
    read = text.read(
        "1. Introduction ....................4\n   1.1. Roles ..........................6\n\nA client asks for it.\n"
    )
    assert [one.text.text for one in read.blocks] == ["A client asks for it."]


def test_attributes_of_a_heading_are_not_shown() -> None:
    assert commonmark.read("# Async { #async }\n\ntext").title == "Async"


def test_who_writes_in_a_chat_may_be_in_lower_case_behind_a_time() -> None:
    read = text.read(
        "[2026-05-13 09:14] ben: great. who books the catering?\n"
        "[2026-05-13 09:15] mia: I do\n"
        "[2026-05-13 09:16] ben: note: order early\n"
    )
    check(read)
    assert [(one.speaker, one.date, one.text.text) for one in read.blocks] == [
        ("ben", "2026-05-13T09:14", "great. who books the catering?"),
        ("mia", "2026-05-13T09:15", "I do"),
        ("ben", "2026-05-13T09:16", "note: order early"),
    ]


def test_a_numbered_heading_may_begin_with_a_number() -> None:
    read = text.read("2.3.1 406 Not Acceptable\n\nNo.\n\n2.3.2 418 I'm a teapot\n\nShort and stout.\n\n3. 40 Pots\n")
    check(read)
    assert [one.path[-1:] for one in read.blocks][:2] == [("2.3.1 406 Not Acceptable",), ("2.3.2 418 I'm a teapot",)]


def test_names_that_dots_lead_to_their_values_are_entries_and_what_comes_below_is_prose() -> None:
    made = text.read("Video ........ 10 days\nInvoices..... 8 years\nThey are kept\nas the law wants it.")
    check(made)
    assert [(one.kind.name, one.text.text, one.mark) for one in made.blocks] == [
        ("ENTRY", "Video: 10 days", "Video"),
        ("ENTRY", "Invoices: 8 years", "Invoices"),
        ("PARAGRAPH", "They are kept as the law wants it.", ""),
    ]


def test_questions_and_answers_stand_below_what_is_underlined() -> None:
    made = text.read(
        "Cards\n=====\n\nQ1: Who gets one?\nA1: All.\n\nBooks\n-----\n\nQuestion: How many?\nAnswer: Ten.\n"
    )
    check(made)
    assert made.title == "Cards"
    assert [(one.path, one.text.text) for one in made.blocks] == [
        (("Who gets one?",), "All."),
        (("Books", "How many?"), "Ten."),
    ]


def test_an_amount_at_the_beginning_of_a_line_is_no_number_of_a_clause() -> None:
    made = text.read(
        "You need:\n500 g flour\n1.5 kg plums\n100 g butter\n\n1.1 the tenant pays.\n1.2 the owner mends.\n"
    )
    check(made)
    assert [(one.kind.name, one.mark, one.text.text) for one in made.blocks] == [
        ("PARAGRAPH", "", "You need:"),
        ("ITEM", "", "500 g flour"),
        ("ITEM", "", "1.5 kg plums"),
        ("ITEM", "", "100 g butter"),
        ("ITEM", "1.1", "the tenant pays."),
        ("ITEM", "1.2", "the owner mends."),
    ]


def test_columns_that_only_blanks_part_are_a_table() -> None:
    made = text.read(
        "Plan     Price  Notes\n-------  -----  -----------\nBasic     5.00  one user\n"
        "Team     20.00  ten users,\n                with backups\n"
    )
    check(made)
    assert [one.text.text for one in made.blocks] == [
        "Plan: Basic; Price: 5.00; Notes: one user",
        "Plan: Team; Price: 20.00; Notes: ten users, with backups",
    ]


def test_two_columns_without_a_header_are_names_and_values_below_what_opens_them() -> None:
    made = text.read("Opening hours\n  Mon-Fri   07:00 - 21:00\n  Sat       08:00 - 18:00\n  Sun       closed\n")
    check(made)
    assert [(one.text.text, one.lead.text) for one in made.blocks[1:]] == [
        ("Mon-Fri: 07:00 - 21:00", "Opening hours"),
        ("Sat: 08:00 - 18:00", "Opening hours"),
        ("Sun: closed", "Opening hours"),
    ]


def test_prose_and_code_with_wide_gaps_are_no_tables() -> None:
    prose = "He stopped.  This is prose that\nsomebody wrote with two  blanks\nafter stops.  It is no table."
    assert [one.kind.name for one in text.read(prose).blocks] == ["PARAGRAPH"]
    code = "So:\n\n    x = 1     # one\n    yy = 2    # two\n    z = 3     # three"
    assert [one.kind.name for one in text.read(code).blocks] == ["PARAGRAPH", "CODE"]


def test_rules_are_no_text_and_part_what_stands_around_them() -> None:
    made = text.read("We sail at noon.\n----------\nWe are back at six.\n\n*****\n\nBring food.\n")
    check(made)
    assert [one.text.text for one in made.blocks] == ["We sail at noon.", "We are back at six.", "Bring food."]


def test_whose_turn_it_is_is_no_heading_above_a_rule() -> None:
    said = "ANN: Good morning, all.\n----------------------\nBOB: Good morning, Ann.\nANN: Let us begin then.\n"
    made = text.read(said)
    check(made)
    assert [one.speaker for one in made.blocks] == ["ANN", "BOB", "ANN"]


def test_no_row_that_says_its_first_cell_alone_is_lost() -> None:
    read = commonmark.read("| A | B | C |\n|--|--|--|\n| One | | |\n| Two | | |\n| x | 1 | 2 |\n| Cash only. | | |\n")
    check(read)
    shown = [(one.path, one.text.text) for one in read.blocks]
    assert shown == [((), "One"), (("Two",), "A: x; B: 1; C: 2"), (("Two",), "Cash only.")]


def test_a_line_of_very_many_columns_makes_no_table_of_all_lines() -> None:
    """Each row would have a cell for each of the columns: as many as rows times columns."""
    text_of = "  ".join(f"a{number:04}" for number in range(400)) + "\n" + "a0000  a0001\n" * 400
    assert Kind.ROW not in {one.kind for one in text.read(text_of).blocks}


def kinds(source: str) -> list[tuple[str, str, str]]:
    made = text.read(source)
    check(made)
    return [(one.kind.name, one.mark, one.text.text) for one in made.blocks]


MANUAL = """GULL(1)              User Commands              GULL(1)

NAME
       gull - copy a tree of files

SYNOPSIS
       gull [OPTION]... SOURCE

OPTIONS
       -n, --dry-run
              show what would be copied, but copy noth‐
              ing

       -v     tell more about
              each file

EXIT STATUS
       23     Partial copy

Tern 4.2               2024-02-11               GULL(1)
"""


def test_a_manual_page_is_called_what_its_name_says_and_its_options_are_defined() -> None:
    made = text.read(MANUAL)
    check(made)
    assert made.title == "gull - copy a tree of files"
    assert [(one.kind.name, one.mark, one.text.text) for one in made.blocks][2:] == [
        ("DEFINITION", "-n, --dry-run", "-n, --dry-run: show what would be copied, but copy nothing"),
        ("DEFINITION", "-v", "-v: tell more about each file"),
        ("DEFINITION", "23", "23: Partial copy"),
    ]


def test_the_head_and_foot_of_two_pages_are_no_text_and_a_heading_may_stand_on_top_of_one() -> None:
    made = text.read(
        "1.  Beacons\n\n   A host sends one until it is\n\n\nMarlow        Informational        [Page 1]\n\n"
        "RFC 9971        Gull        April 2021\n\n\n   asleep.\n\n\nMarlow        Informational        [Page 2]\n\n"
        "RFC 9971        Gull        April 2021\n\n\n2.  Format\n\n   It has 16 octets.\n"
    )
    check(made)
    assert [(one.path, one.text.text) for one in made.blocks] == [
        (("1. Beacons",), "A host sends one until it is asleep."),
        (("2. Format",), "It has 16 octets."),
    ]


def test_an_amount_is_no_title() -> None:
    assert text.read("1.5 m of hose\n\nYou need it for the pump.\n").title == ""
    assert text.read("1.5 beta\n\nIt has a new pump.\n").title == "1.5 beta"


def test_a_title_further_in_keeps_its_first_letter_and_may_stand_above_what_is_told_of_it() -> None:
    assert text.read("\n     ChangeLog for tarn\n\nIt is mended.\n").title == "ChangeLog for tarn"
    assert text.read("Ops meeting\nPresent: Ann, Ben\nAbsent: Cy\n\nWe met.\n").title == "Ops meeting"


def test_a_numbered_paragraph_among_others_is_no_heading() -> None:
    made = text.read(
        "1. This is a claim for damages for the breach of a contract, which was made in June.\n\n"
        "2. They deny that claim. They say that\n\n   (a) it was packed; and\n\n   (b) it is late.\n\n"
        "3. I accept that.\n"
    )
    check(made)
    assert [(one.kind.name, one.mark, one.path) for one in made.blocks] == [
        ("ITEM", "1", ()),
        ("ITEM", "2", ()),
        ("ITEM", "a", ()),
        ("ITEM", "b", ()),
        ("ITEM", "3", ()),
    ]


def test_who_makes_a_contract_stands_above_none_of_its_clauses() -> None:
    made = text.read(
        "SERVICES AGREEMENT\n\nTHIS AGREEMENT is made on 1 July 2023\n\nBETWEEN:\n\n(1) ALDER LIMITED; and\n\n"
        "(2) BEECH PLC.\n\n1. TERM\n\n1.1 It runs for three years.\n\n1.2 It ends then.\n"
    )
    check(made)
    assert made.title == "SERVICES AGREEMENT"
    assert {one.path for one in made.blocks} == {(), ("1. TERM",)}


def test_text_that_is_further_in_than_its_headings_is_no_code() -> None:
    made = text.read(
        "1. Purpose\n\n      It is a format\n      that (in short):\n         * does not depend on a system;\n\n"
        "2. Scope\n\n   It tells how it is used\n   and (in part) by whom;\n   by nobody else;\n\n   no more.\n"
    )
    check(made)
    assert Kind.CODE not in {one.kind for one in made.blocks}


def test_a_count_in_a_sentence_is_no_item() -> None:
    said = "We protect you with two steps: (1) we hold the rights, and\n(2) we offer you this text.\n\nSee below.\n"
    assert [one[0] for one in kinds(said)] == ["PARAGRAPH", "PARAGRAPH"]


def test_a_drawn_table_has_rows() -> None:
    drawn = "+------+-----+\n| Name | Age |\n+------+-----+\n| Ann  |  31 |\n| Ben  |  40 |\n+------+-----+\n"
    assert [one[2] for one in kinds(drawn)] == ["Name: Ann; Age: 31", "Name: Ben; Age: 40"]


def test_a_cell_of_a_drawn_table_stands_in_all_rows_and_columns_that_it_spans() -> None:
    head = "+------+-----------+\n| Name | Limits    |\n|      +-----+-----+\n|      | Low | Top |\n"
    rows = "| a    | 1   | 2   |\n|      +-----+-----+\n| long | 3   | 4   |\n+------+-----+-----+\n"
    for rule in ("+======+=====+=====+\n", "+------+-----+-----+\n"):
        assert [one[2] for one in kinds(head + rule + rows)] == [
            "Name: a long; Limits Low: 1; Limits Top: 2",
            "Name: a long; Limits Low: 3; Limits Top: 4",
        ]


def test_a_rule_below_some_cells_of_a_drawn_table_parts_its_rows() -> None:
    head = "+-----+------+\n| Day | Room |\n+-----+------+\n"
    rows = "| Mon | Red  |\n|     +------+\n|     | Blue |\n+-----+------+\n"
    assert [one[2] for one in kinds(head + rows)] == ["Day: Mon; Room: Red", "Day: Mon; Room: Blue"]


def test_a_cell_over_all_columns_of_a_drawn_table_is_its_title_or_heads_rows() -> None:
    rule, head, rows = "+-------+----+\n", "| Item  | EU |\n", ("| Chair | 30 |\n", "| Table | 90 |\n")
    for between in ("", rule):
        made = text.read("+------------+\n| Our prices |\n" + rule + head + rule + between.join(rows) + rule)
        check(made)
        assert {one.lead.text for one in made.blocks} == {"Our prices"}
        assert [one.text.text for one in made.blocks] == ["Item: Chair; EU: 30", "Item: Table; EU: 90"]
    made = text.read(rule + head + rule + "| Wood       |\n" + rule + rule.join(rows) + rule)
    check(made)
    assert [(*one.path, one.text.text) for one in made.blocks] == [
        ("Wood", "Item: Chair; EU: 30"),
        ("Wood", "Item: Table; EU: 90"),
    ]


def test_cells_of_a_drawn_table_that_are_wider_than_their_column_are_whole() -> None:
    head = "+------+-----+\n| Name | Age |\n+------+-----+\n"
    rows = "| Benjamin | 4 |\n| 太郎 |  31 |\n| Ann  | 31 years |\n+------+-----+\n"
    assert [one[2] for one in kinds(head + rows)] == [
        "Name: Benjamin; Age: 4",
        "Name: 太郎; Age: 31",
        "Name: Ann; Age: 31 years",
    ]


def test_a_drawing_of_boxes_within_a_box_is_no_table() -> None:
    drawing = "+-------------+\n| +---+ +---+ |\n| | A | | B | |\n| +---+ +---+ |\n+-------------+\n"
    assert kinds(f"See here.\n\n{drawing}")[1] == ("CODE", "", drawing.strip())


def test_a_label_behind_a_sentence_begins_anew() -> None:
    said = "We asked if the lift is insured and it is, until May.\nAction: Ben books the movers.\n"
    assert [one[2] for one in kinds(said)] == [
        "We asked if the lift is insured and it is, until May.",
        "Action: Ben books the movers.",
    ]


def test_a_title_in_capitals_may_have_two_lines() -> None:
    made = text.read("Use it freely.\n\n        THE LICENCE\n   TERMS AND CONDITIONS\n\n  0. It applies to all.\n")
    check(made)
    assert made.title == "THE LICENCE TERMS AND CONDITIONS"
