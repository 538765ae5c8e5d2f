"""Stock files: read without trust, tried out, then taken row by row, each row once."""

from inventory.imports.planning import ImportPlan, PlannedRow, plan_stock_import
from inventory.imports.reading import (
    LARGEST,
    MOST_ROWS,
    FileError,
    StockFile,
    StockRow,
    read_stock_file,
)
from inventory.imports.running import (
    FileRefused,
    find_last_import,
    plan_stored_file,
    start_stock_import,
    store_stock_file,
    take_rows,
)
from inventory.services.rows import ImportMode, RowOutcome

__all__ = [
    "LARGEST",
    "MOST_ROWS",
    "FileError",
    "FileRefused",
    "ImportMode",
    "ImportPlan",
    "PlannedRow",
    "RowOutcome",
    "StockFile",
    "StockRow",
    "find_last_import",
    "plan_stock_import",
    "plan_stored_file",
    "read_stock_file",
    "start_stock_import",
    "store_stock_file",
    "take_rows",
]
