"""A stock file from its bytes to rows, or to what is wrong with it, line by line. No database.

Files come from spreadsheets and other systems: nothing in one is believed. What cannot be read
for certain is refused with its line, its column and what to do about it.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

LARGEST = 10 * 1024 * 1024
MOST_ROWS = 200_000
# More tell nobody anything new; `StockFile.refused` counts them all.
MOST_ERRORS = 200

COLUMNS = {"sku": 80, "location": 40, "quantity": 9, "lot": 40, "bin": 40, "unit_cost": 20}
MOST_COLUMNS = 50
REQUIRED = ("sku", "location", "quantity")
_NAMES = {"qty": "quantity", "cost": "unit_cost", "unit cost": "unit_cost", "warehouse": "location"}
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_WHOLE = re.compile(r"[0-9]{1,7}")
_DECIMAL = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,6})?")
# What spreadsheets take for a formula, and run when somebody opens an export of ours.
_FORMULA = ("=", "+", "-", "@", "|", "%")
_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class FileError:
    """What is wrong at a place in the file, and what to do. Line 0: the file as a whole."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}" if self.line else "the file"
        return f"{place}{self.column and f', {self.column}'}: {self.message}"


@dataclass(frozen=True, slots=True)
class StockRow:
    """One line: so many units of a SKU at a location. `unit_cost` in the base currency."""

    line: int
    sku: str
    location: str
    quantity: int
    lot: str = ""
    bin: str = ""
    unit_cost: Decimal | None = None


@dataclass(slots=True)
class StockFile:
    """What a file says. With any error nothing of it is taken; `refused` counts them all.

    `lines` is how many there are below the header, those that cannot be read among them.
    """

    sha256: str
    encoding: str = ""
    separator: str = ""
    lines: int = 0
    rows: list[StockRow] = field(default_factory=list)
    errors: list[FileError] = field(default_factory=list)
    refused: int = 0

    def refuse(self, line: int, column: str, message: str) -> None:
        self.refused += 1
        if len(self.errors) < MOST_ERRORS:
            self.errors.append(FileError(line, column, message))


def read_stock_file(content: bytes) -> StockFile:
    """Rows and errors of a CSV file. Never raises, whatever the bytes are."""
    file = StockFile(sha256=hashlib.sha256(content).hexdigest())
    text = _decode(file, content)
    if text is None:
        return file
    header = text.lstrip("\r\n").split("\n", 1)[0]
    file.separator = max(_SEPARATORS, key=header.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=file.separator, strict=True)
    try:
        _read_lines(file, lines)
    except csv.Error as error:
        file.rows.clear()
        file.refuse(lines.line_num, "", f"The line cannot be read ({error}). Check its quotes.")
    return file


def _decode(file: StockFile, content: bytes) -> str | None:
    if len(content) > LARGEST:
        file.refuse(0, "", "It is larger than 10 MiB. Split it into several files.")
        return None
    encoding = _find_encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        file.refuse(0, "", "Its letters cannot be read. Save it as CSV in UTF-8.")
        return None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        file.refuse(line, "", "It holds a NUL character. Save it anew as CSV in UTF-8.")
        return None
    if not text.strip():
        file.refuse(0, "", "It is empty. Give it a header and a line for each SKU.")
        return None
    file.encoding = encoding
    return text


def _find_encoding(content: bytes) -> str:
    """By its mark; else UTF-8, or what older spreadsheets write in Western Europe."""
    for mark, encoding in _ENCODINGS:
        if content.startswith(mark):
            return encoding
    try:
        content.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _read_lines(file: StockFile, lines: Iterator[list[str]]) -> None:
    columns: list[str] | None = None
    seen: dict[tuple[str, str, str], int] = {}
    costs: dict[str, tuple[int, Decimal]] = {}
    number = 0
    for cells in lines:
        line, number = number + 1, lines.line_num  # type: ignore[attr-defined]
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = _read_header(file, cells, line)
            if columns is None:
                return
            continue
        if len(file.rows) >= MOST_ROWS:
            file.refuse(line, "", "There are more than 200,000 lines. Split the file.")
            return
        file.lines += 1
        row = _read_row(file, columns, cells, line)
        if row is not None:
            _keep(file, row, seen, costs)
    if columns is not None and not file.rows and not file.errors:
        file.refuse(0, "", "There are no lines below its header.")


def _read_header(file: StockFile, cells: Sequence[str], line: int) -> list[str] | None:
    if len(cells) > MOST_COLUMNS:
        file.refuse(line, "", f"It has {len(cells)} columns. Keep those that are asked for.")
        return None
    names = [cell.strip().lower() for cell in cells]
    columns = [_NAMES.get(name, name.replace(" ", "_")) for name in names]
    known = ", ".join(COLUMNS)
    for column, cell in zip(columns, cells, strict=True):
        if column not in COLUMNS:
            shown = cell.strip()[:40]
            file.refuse(line, shown, f"Nobody knows this column. Remove it, or name it: {known}.")
        elif columns.count(column) > 1:
            file.refuse(line, column, "This column is there twice. Remove one.")
    for column in REQUIRED:
        if column not in columns:
            file.refuse(line, column, "This column is missing. Add it to the first line.")
    return None if file.errors else columns


def _read_row(
    file: StockFile, columns: Sequence[str], cells: Sequence[str], line: int
) -> StockRow | None:
    before = file.refused
    if len(cells) != len(columns):
        file.refuse(line, "", f"It has {len(cells)} cells, the header {len(columns)}.")
        return None
    values = {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
    for column, value in values.items():
        problem = _find_problem(column, value)
        if problem:
            file.refuse(line, column, problem)
    if file.refused > before:
        return None
    cost = values.get("unit_cost", "")
    return StockRow(
        line=line,
        sku=values["sku"],
        location=values["location"],
        quantity=int(values["quantity"]),
        lot=values.get("lot", ""),
        bin=values.get("bin", ""),
        unit_cost=Decimal(cost.replace(",", ".")) if cost else None,
    )


def _find_problem(column: str, value: str) -> str:
    if not value:
        return "It is empty. Fill it in." if column in REQUIRED else ""
    if any(not letter.isprintable() for letter in value):
        return "It holds a character that cannot be seen. Type it anew."
    if column == "quantity":
        return _find_wrong_quantity(value)
    if column == "unit_cost":
        right = _DECIMAL.fullmatch(value)
        return "" if right else "Write a cost of 0 or more without a currency: 12.50."
    if value.startswith(_FORMULA):
        return f"It begins like a formula ({value[0]}). Write the plain value."
    if len(value) > COLUMNS[column]:
        return f"It is longer than {COLUMNS[column]} characters. Shorten it."
    return ""


def _find_wrong_quantity(value: str) -> str:
    if _WHOLE.fullmatch(value):
        return ""
    if value.startswith("-"):
        return "It is below zero. Write how many units lie there."
    if re.fullmatch(r"[0-9]+[.,'’ ][0-9]+", value):
        return "Write whole units without a point or comma: 1200."
    return "Write whole units, at most 9999999, in digits only."


def _keep(
    file: StockFile,
    row: StockRow,
    seen: dict[tuple[str, str, str], int],
    costs: dict[str, tuple[int, Decimal]],
) -> None:
    place = (row.sku, row.location, row.lot)
    first = seen.setdefault(place, row.line)
    if first != row.line:
        file.refuse(row.line, "sku", f"Line {first} has the same SKU, place and lot. Join them.")
        return
    if row.unit_cost is not None:
        line, cost = costs.setdefault(row.sku, (row.line, row.unit_cost))
        if cost != row.unit_cost:
            file.refuse(row.line, "unit_cost", f"Line {line} gives this SKU another cost.")
            return
    file.rows.append(row)
