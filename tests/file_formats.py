#!/usr/bin/env python3
"""file_formats.py check|save FOLDER: compares what Seltzer has saved in FOLDER with DuckDB's and Polars' readings, or saves the same
table with each of them: see file_formats_program.cpp."""
import pathlib
import sys

import duckdb
import polars

TEXTS = ["plain", "a,b", 'say "no"', "two\nlines", "\u00e4\U0001f600", " spaced "]
NAMES = ["id", "name", "value", "maybe", "flag"]
ROWS = [(i, TEXTS[i % 6] + str(i), i * 0.1 - 100, None if i % 3 == 0 else i * i, i % 2 == 0) for i in range(5000)]
TYPES = {"id": "BIGINT", "name": "VARCHAR", "value": "DOUBLE", "maybe": "BIGINT", "flag": "BOOLEAN"}
SCHEMA = {"id": polars.Int64, "name": polars.String, "value": polars.Float64, "maybe": polars.Int64, "flag": polars.Boolean}


def check(folder):
    """Reads the parts of both formats with both systems."""
    csv, json = sorted((folder / "csv").glob("part-*")), sorted((folder / "json").glob("part-*"))
    assert len(csv) == len(json) == 4, (csv, json)
    found = {
        "DuckDB, CSV": duckdb.read_csv([str(part) for part in csv], header=True, dtype=TYPES).fetchall(),
        "DuckDB, JSON": duckdb.read_json([str(part) for part in json], columns=TYPES, format="newline_delimited").fetchall(),
        "Polars, CSV": polars.concat(polars.read_csv(part, schema=SCHEMA) for part in csv).rows(),
        "Polars, JSON": polars.concat(polars.read_ndjson(part, schema=SCHEMA) for part in json).rows(),
    }
    for reader, rows in found.items():
        for row, expected in zip(rows, ROWS):
            assert row == expected, (reader, row, expected)
        assert len(rows) == len(ROWS), (reader, len(rows))


def save(folder):
    """Writes the table with both systems."""
    table = polars.DataFrame(ROWS, schema=SCHEMA, orient="row")
    table.write_csv(folder / "polars.csv")
    table.write_ndjson(folder / "polars.jsonl")
    connection = duckdb.connect()
    connection.execute("CREATE TABLE t (" + ", ".join(f"{name} {TYPES[name]}" for name in NAMES) + ")")
    connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?)", ROWS)
    connection.execute(f"COPY t TO '{folder}/duckdb.csv' (HEADER)")
    connection.execute(f"COPY t TO '{folder}/duckdb.jsonl' (FORMAT JSON)")


if __name__ == "__main__":
    {"check": check, "save": save}[sys.argv[1]](pathlib.Path(sys.argv[2]))
