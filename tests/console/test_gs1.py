from __future__ import annotations

import pytest

from console.warehouse.gs1 import Labelled, read_label

CUP = "4006381333931"


@pytest.mark.parametrize(
    ("scan", "read"),
    [
        (f"(01)0{CUP}(10)8813", Labelled(article=CUP, lot="8813")),
        (f"(01)0{CUP} (10)A-1 (21)S 9", Labelled(article=CUP, lot="A-1", serial="S 9")),
        (f"]C1010{CUP}108813", Labelled(article=CUP, lot="8813")),
        (
            f"]d2010{CUP}17270101108813\x1d21S-100",
            Labelled(article=CUP, lot="8813", serial="S-100"),
        ),
        (f"010{CUP}108813␝21S-100", Labelled(article=CUP, lot="8813", serial="S-100")),
        (f"010{CUP}", Labelled(article=CUP)),
        (CUP, None),
        ("(10)8813", None),  # of which goods?
        ("108813", None),
        (f"010{CUP}99x", None),
        ("01-RED-L", None),
        ("(01)", None),
        ("", None),
    ],
)
def test_reads_what_a_label_says_and_takes_nothing_else_for_one(
    scan: str, read: Labelled | None
) -> None:
    assert read_label(scan) == read
