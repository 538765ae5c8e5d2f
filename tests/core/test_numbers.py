from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.numbers import (
    ALPHABET,
    MistypedNumber,
    check_character,
    new_number,
    new_public_id,
    read_number,
)

bodies = st.text(alphabet=ALPHABET, min_size=10, max_size=10)


class TestCheckCharacter:
    @given(bodies)
    def test_notices_every_single_wrong_character(self, body: str) -> None:
        right = check_character(body)
        for place in range(10):
            for wrong in ALPHABET.replace(body[place], ""):
                assert check_character(body[:place] + wrong + body[place + 1 :]) != right

    @given(bodies)
    def test_notices_every_swap_of_two_characters(self, body: str) -> None:
        right = check_character(body)
        for left in range(10):
            for other in range(left + 1, 10):
                swapped = list(body)
                swapped[left], swapped[other] = body[other], body[left]
                if body[left] != body[other]:
                    assert check_character("".join(swapped)) != right


class TestReadNumber:
    @given(st.sampled_from(["RMA", "EXC", "HLD"]))
    def test_reads_what_was_made(self, prefix: str) -> None:
        number = new_number(prefix)
        assert read_number(number) == number

    def test_forgives_how_people_write(self) -> None:
        body = "0" + "1" * 9
        spoken = f" rma-o{'l' * 4} {'I' * 5}-{check_character(body).lower()} "
        assert read_number(spoken) == f"RMA-01111-11111-{check_character(body)}"

    @pytest.mark.parametrize(
        "text", ["", "RMA", "RMA-12345-67890", "RMA-UUUUU-UUUUU-U", "RMA-12345-67890-123", "ÄÖ-1"]
    )
    def test_refuses_what_is_no_number(self, text: str) -> None:
        with pytest.raises(MistypedNumber):
            read_number(text)

    @given(bodies, st.integers(1, 31))
    def test_refuses_a_wrong_check_character(self, body: str, off: int) -> None:
        wrong = ALPHABET[(ALPHABET.index(check_character(body)) + off) % 32]
        with pytest.raises(MistypedNumber):
            read_number(f"RMA-{body}-{wrong}")


class TestPublicIds:
    def test_name_their_kind_and_are_not_guessed(self) -> None:
        made = {new_public_id("ord") for _ in range(1000)}
        assert len(made) == 1000
        assert all(one.startswith("ord_") and len(one) == 30 for one in made)
