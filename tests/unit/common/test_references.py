"""References with check characters."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.common.kernel.references import InvalidReference, Numbering

APPLICATION, NUMBER = Numbering("A"), Numbering("", 4)


@given(st.integers(min_value=1, max_value=10**7 - 1))
def test_a_reference_is_read_back_whatever_its_case_and_spacing(number):
    reference = APPLICATION.make(number)
    assert APPLICATION.read(reference.lower().replace("-", " ")) == reference
    assert NUMBER.read(f" {NUMBER.make(number)} ") == NUMBER.make(number)


@given(
    st.integers(min_value=1, max_value=10**7 - 1), st.integers(min_value=0, max_value=6), st.integers(min_value=1, max_value=9)
)
def test_one_wrong_digit_is_always_noticed_by_a_check_character_that_looks_like_no_other(number, place, off):
    assume(APPLICATION.make(number)[-1] not in "0O1IL")
    digits = list(f"{number:07}")
    digits[place] = str((int(digits[place]) + off) % 10)
    slipped = f"A-{''.join(digits)}-{APPLICATION.make(number)[-1]}"
    with pytest.raises(InvalidReference):
        APPLICATION.read(slipped)


@pytest.mark.parametrize("text", ["", "A", "A-1", "INV-0000001-K", "' OR 1=1", "A-000000é-K"])
def test_what_is_no_reference_of_this_kind_is_refused(text):
    with pytest.raises(InvalidReference):
        APPLICATION.read(text)


@given(st.integers(min_value=1, max_value=10**7 - 1))
def test_a_letter_and_the_digit_that_it_looks_like_are_one_to_whoever_types(number):
    reference, plain = APPLICATION.make(number), NUMBER.make(number)
    for letter, digit in (("O", "0"), ("I", "1"), ("l", "1")):
        assert APPLICATION.read("A" + reference[1:].replace(digit, letter)) == reference
        assert APPLICATION.read(reference[:-1] + reference[-1].replace(letter.upper(), digit)) == reference
    if len(plain.replace("0", "").replace("1", "")) > len(plain) / 2:
        assert NUMBER.read(plain.replace("0", "O").replace("1", "I")) == plain


def test_the_ids_that_end_in_a_letter_which_looks_like_a_digit_are_read_with_that_digit():
    assert APPLICATION.read("a-0000006-1") == APPLICATION.make(6) == "A-0000006-I"
    assert APPLICATION.read("A 0000003 0") == APPLICATION.make(3) == "A-0000003-O"


@pytest.mark.parametrize("name", ["Soil", "Lois", "Olil", "Solis"])
def test_a_name_is_no_number_whatever_its_letters_look_like(name):
    with pytest.raises(InvalidReference):
        NUMBER.read(name)


def test_running_numbers_begin_at_one():
    with pytest.raises(InvalidReference):
        APPLICATION.make(0)


@pytest.mark.parametrize("typed", ["6", "0000006", "A0000006I", "a 0000006 1", "A-OOOOOO6-l", "A-OOOOOO6-1", "0000006-i", "6-I"])
def test_a_part_of_a_reference_stands_for_it_and_signs_that_look_alike_for_one_another(typed):
    assert APPLICATION.make(6) == "A-0000006-I"
    assert APPLICATION.meant(typed) == ["A-0000006-I"]


@pytest.mark.parametrize("typed", ["", "A", "0", "Émond", "A-0000006-K", "INV-0000006-I", "²", "' OR 1=1"])
def test_what_is_no_part_of_a_reference_stands_for_none(typed):
    assert APPLICATION.meant(typed) == []
