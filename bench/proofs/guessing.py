"""Who guesses numbers of cases finds none, whatever they have seen of others."""

import http.client
import threading
from collections.abc import Sequence
from itertools import product
from uuid import uuid4

from bench.proof import Evidence, Proof
from bench.proofs.web import LONGEST_ANSWER, PLENTY, SERVED, serving
from core.numbers import ALPHABET, check_character, new_number
from returns.models import Return

GUESSES, GUESSERS, CASES = 10_000, 8, 25
GUESSABLE = 2  # characters of a number that a careless desk would leave to chance


def guess_numbers(_seed: int) -> Evidence:
    """Numbers that are well formed, as many as a patient stranger tries."""
    make_cases()
    return Evidence(GUESSES, 0, count_found([new_number("RMA") for _ in range(GUESSES)]))


def guess_short_numbers(_seed: int) -> Evidence:
    """The control: the same search among cases whose numbers have two characters of chance."""
    bodies = ["0" * 8 + "".join(tail) for tail in product(ALPHABET, repeat=GUESSABLE)]
    numbers = [f"RMA-{body[:5]}-{body[5:]}-{check_character(body)}" for body in bodies]
    for case, number in zip(make_cases(), numbers[:: len(numbers) // CASES], strict=False):
        case.number = number
        case.save(update_fields=["number"])
    return Evidence(len(numbers), 0, count_found(numbers))


def make_cases() -> list[Return]:
    from tests.factories.cases import open_case
    from tests.factories.sales import make_order

    return [open_case(make_order()) for _ in range(CASES)]


def count_found(numbers: Sequence[str]) -> int:
    """How many of the numbers a program with a key of the very partner is shown."""
    from tests.factories.keys import make_key

    key = make_key(name=str(uuid4()), calls_per_minute=PLENTY).secret
    found: list[str] = []
    with serving(SERVED) as port:
        threads = [
            threading.Thread(target=_guess, args=[port, key, numbers[n::GUESSERS], found])
            for n in range(GUESSERS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return len(found)


def _guess(port: int, key: str, numbers: Sequence[str], found: list[str]) -> None:
    desk = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_ANSWER)
    for number in numbers:
        desk.request("GET", f"/api/v1/returns/{number}", headers={"Authorization": f"Bearer {key}"})
        answer = desk.getresponse()
        answer.read()
        if answer.status != http.HTTPStatus.NOT_FOUND:
            found.append(number)
    desk.close()


NO_CASE_IS_GUESSED = Proof(
    "10,000 guesses of case numbers find none", guess_numbers, guess_short_numbers
)
