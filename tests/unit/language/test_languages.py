"""Which language a text is written in."""

from __future__ import annotations

from language.languages import detect


def test_letters_of_codes_and_columns_speak_for_no_language() -> None:
    assert detect("sku;name;price_eur\nC300;Travel mug;24.00\nC301;Gift box;5.90\nA100;Assam leaf;8.50") == ""


def test_a_name_in_capitals_is_no_word_of_another_language() -> None:
    assert detect("JSConf NA dates") == ""
    assert detect("QUANTO COSTA O BILHETE NA ESTAÇÃO") == "pt"
