"""The examples of docs/api.md, run one after the other as a reader would."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import api
from tests.api.world import make_direct_channel
from tests.factories.keys import make_key
from tests.factories.policies import make_policy
from tests.factories.stock import make_location, make_product, make_stock, make_variant

pytestmark = pytest.mark.django_db
DOCS = Path(api.__file__).parents[1] / "docs" / "api.md"
CURL = re.compile(r"```\n(curl .*?)\n```", re.DOTALL)
JSON = re.compile(r"```json\n(.*?)\n```", re.DOTALL)
HOST = "https://desk.example.org"


def send(words: str, known: dict[str, str]) -> Any:
    """What curl would send: `-X`, `-H` and `-d` are all that the examples use."""
    for name, value in known.items():
        words = words.replace(f"${name}", value)
    assert "$" not in words, words
    _, *parts = shlex.split(words.replace("\\\n", " "))
    method, headers, body, address = "GET", {}, "", ""
    while parts:
        match parts.pop(0):
            case "-X":
                method = parts.pop(0)
            case "-H":
                name, _, value = parts.pop(0).partition(": ")
                headers[name.lower()] = value
            case "-d":
                body = parts.pop(0)
            case given:
                address = given
    assert address.startswith(f"{HOST}/api/v1/")
    kind = headers.pop("content-type", "application/json")
    path = address.removeprefix(HOST)
    return Client().generic(method, path, body, content_type=kind, headers=headers)


class TestTheExamples:
    def test_do_what_the_text_says(self) -> None:
        shirt, policy = make_product(title="Shirt"), make_policy()
        make_variant("BLUE-M", product=shirt)
        make_stock(make_variant("RED-M", product=shirt), make_location("LEJ"), available=9)
        make_direct_channel(policy.partner)
        known = {"KEY": make_key(partner=policy.partner).secret}
        examples = CURL.findall(DOCS.read_text())
        assert len(examples) >= 9
        for words in examples:
            answer = send(words, known)
            assert answer.status_code in {200, 201}, (words, answer.content)
            told = answer.json()
            match told.get("object"):
                case "document":
                    assert told["state"] == "accepted", told
                    known["ORDER"] = told["order"]
                case "return" if told["state"] == "authorised":
                    known["RETURN"] = told["id"]
                    assert told["version"] == 1

    def test_are_json_where_they_say_so(self) -> None:
        for text in JSON.findall(DOCS.read_text()):
            assert json.loads(text)
