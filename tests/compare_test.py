"""results/compare: the table and the figure of recorded measurements, the comparison of checks, and what a measured process
reports."""
import json
import os
import sys
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from unittest import mock

from plot_test import check_figure
from scaling_records import RESULTS, run_program

sys.path.insert(0, str(RESULTS.parent / "src" / "apps" / "bench" / "peers"))

from rows import BY_NAME, ROWS, Setup, check_of, disagreement, draw, key_at

from analysis import comparison, comparison_figure
from analysis.comparison import (
    Measurement,
    MeasuredRow,
    Run,
    duration,
    merged,
    read_runs,
    report,
    table_rows,
    write_runs,
)
from analysis.measured_process import run_measured
from analysis.records import RecordsError

SYSTEMS = {
    "seltzer": {"title": "Seltzer", "version": "1.0"},
    "hand": {"title": "by hand", "version": ""},
    "duckdb": {"title": "DuckDB", "version": "2"},
    "polars": {"title": "Polars", "missing": "the package polars is not installed"},
    "pysparkling": {"title": "pysparkling", "version": "0.6"},
}


def measured(row, system, seconds, scale=1.0, megabytes=100, error=""):
    """One measurement for each of the `seconds`."""
    return [Measurement(row, system, scale, i, each, megabytes, "1/2", error) for i, each in enumerate(seconds)]


def recorded():
    """A row that Seltzer wins, one whose peers are those of the row before, one that is lost to a loop, and one that others
    cannot do."""
    rows = [
        MeasuredRow("join", "join, 2e7 with 1e6", "", {}),
        MeasuredRow("join_again", "the same, small side left", "join", {}),
        MeasuredRow("lines", "lines of 500 MB", "", {"duckdb": "reads no lines"}),
        MeasuredRow("many_blocks", "1,000 x 1,000", "", {"hand": "a loop has no partitions"}),
    ]
    measurements = [
        *measured("join", "seltzer", (2.0, 1.0, 9.0), megabytes=677),
        *measured("join", "hand", (5.0, 5.0, 6.0)),
        *measured("join", "duckdb", (4.0, 3.0, 4.5)),
        *measured("join", "seltzer", (0.02, 0.03, 0.02), 0.01),
        *measured("join", "pysparkling", (3.0, 3.5, 4.0), 0.01),
        *measured("join_again", "seltzer", (16.0,)),
        *measured("join_again", "hand", (8.0,)),
        *measured("lines", "seltzer", (0.1,)),
        *measured("lines", "hand", (0.05,)),
        *measured("many_blocks", "seltzer", (0.5,)),
        *measured("many_blocks", "duckdb", (None,), error="> 300 s"),
    ]
    return Run("abc", "2026-01-01", "a machine", "results/compare", 1.0, 0.01, 300, 2, SYSTEMS, rows, measurements)


class Table(unittest.TestCase):
    def cells(self, text):
        lines = (line for line in text.splitlines() if line.startswith("| "))
        return {cells[1]: cells[2:-1] for cells in ([part.strip() for part in line.split("|")] for line in lines)}

    def test_rows(self):
        rows = self.cells(report([recorded()]))
        # by hand: medians 2, 4 and 5; the best other is DuckDB, 4 / 2 = 2
        self.assertEqual(rows["join, 2e7 with 1e6"][:3], ["2.00 / 677", "DuckDB 4.00 / 100", "2.00"])
        self.assertEqual(
            rows["join, 2e7 with 1e6"][3], "by hand 5.00 / 100; pysparkling at 1/100: 3.50 / 100 (Seltzer 0.02)"
        )
        # DuckDB's time is that of the row before, the loop's its own
        self.assertEqual(rows["the same, small side left"][:3], ["16.0 / 100", "DuckDB 4.00 / 100", "0.25"])
        self.assertIn("by hand 8.00", rows["the same, small side left"][3])
        self.assertEqual(rows["lines of 500 MB"], ["0.10 / 100", "by hand 0.05 / 100", "0.50", ""])
        self.assertEqual(rows["1,000 x 1,000"], ["0.50 / 100", "", "", "DuckDB > 300 s"])

    def test_says_what_is_missing_and_how_it_was_measured(self):
        text = report([recorded()])
        for words in (
            "a machine; commit abc, 2026-01-01; medians of 3",
            "    results/compare",
            "- Polars: the package polars is not installed",
            "- DuckDB: reads no lines: “lines of 500 MB”",
            "- by hand: a loop has no partitions: “1,000 x 1,000”",
        ):
            self.assertIn(words, text)
        self.assertNotIn("All sizes are", text)
        self.assertIn(
            "All sizes are 1/50",
            report(
                [
                    replace(
                        recorded(),
                        scale=0.02,
                        slow_scale=0.0002,
                        measurements=measured("lines", "seltzer", (1.0,), 0.02),
                    )
                ]
            ),
        )

    def test_of_a_row_that_two_runs_have_the_last_counts(self):
        again = replace(
            recorded(),
            commit="def",
            measurements=measured("join", "seltzer", (1.0,)) + measured("join", "duckdb", (3.0,)),
        )
        rows = self.cells(report([recorded(), again]))
        self.assertEqual(rows["join, 2e7 with 1e6"][:3], ["1.00 / 100", "DuckDB 3.00 / 100", "3.00"])
        self.assertEqual(rows["lines of 500 MB"][0], "0.10 / 100")

    def test_rows_that_share_the_peers_of_one_that_is_measured_again(self):
        again = replace(recorded(), commit="def", measurements=measured("join", "seltzer", (1.0,)))
        old, new = merged([recorded()], again)
        self.assertEqual(new, again)
        self.assertEqual({m.row for m in old.measurements if m.system == "seltzer"}, {"join_again", "lines", "many_blocks"})
        rows = self.cells(report([old, new]))
        self.assertEqual(rows["join, 2e7 with 1e6"][:3], ["1.00 / 100", "", ""])
        self.assertEqual(rows["the same, small side left"][:3], ["16.0 / 100", "DuckDB 4.00 / 100", "0.25"])

    def test_peers_of_a_row_that_is_not_measured(self):
        rows = [row for row in recorded().rows if row.name == "join_again"]
        measurements = [m for m in recorded().measurements if m.row == "join_again" or m.system == "duckdb"]
        text = report([replace(recorded(), rows=rows, measurements=measurements)])
        self.assertEqual(self.cells(text)["the same, small side left"][:3], ["16.0 / 100", "DuckDB 4.00 / 100", "0.25"])
        self.assertNotIn("join, 2e7 with 1e6", text)

    def test_durations(self):
        for seconds, text in (
            (3.6e-6, "3.60 us"),
            (0.0099, "0.0099"),
            (0.123, "0.12"),
            (4.876, "4.88"),
            (48.06, "48.1"),
            (123.4, "123"),
        ):
            self.assertEqual(duration(seconds), text)

    def test_figure(self):
        with tempfile.TemporaryDirectory() as folder:
            files = comparison_figure.comparison_figure(table_rows([recorded()]), Path(folder), "peers")
            self.assertEqual([file.name for file in files], ["peers.svg", "peers.png"])
            check_figure(self, Path(folder), "peers")
        with mock.patch.object(comparison_figure, "save") as save:
            comparison_figure.comparison_figure(table_rows([recorded()]), Path(), "peers")
        axes = save.call_args[0][0].axes[0]
        systems, loops = ([(bar.get_x(), bar.get_width()) for bar in bars] for bars in axes.containers)
        self.assertEqual([x + width for x, width in systems], [2.0, 0.25])
        self.assertEqual([x + width for x, width in loops], [0.5])
        self.assertEqual([text.get_text() for text in axes.texts], ["2.00 DuckDB", "0.25 DuckDB", "0.50 by hand"])


class Records(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def test_read_what_was_written(self):
        write_runs([recorded()], self.folder / "peers.json")
        self.assertEqual(read_runs(self.folder / "peers.json"), [recorded()])

    def test_the_program_makes_the_table_again(self):
        write_runs([recorded()], self.folder / "peers.json")
        code, output, errors = run_program("compare", "--only-table", "-o", self.folder)
        self.assertEqual((code, errors), (0, ""))
        self.assertEqual(output.split(), [str(self.folder / name) for name in ("table.md", "peers.svg", "peers.png")])
        self.assertEqual((self.folder / "table.md").read_text(encoding="utf-8"), report([recorded()]))

    def test_broken_records(self):
        for text, expected in (
            ("", "no records"),
            ("{}", "no records"),
            ('{"runs": []}', "no measurements"),
            ('{"runs": [{"rows": [], "measurements": []}]}', "no records"),
        ):
            (self.folder / "peers.json").write_text(text, encoding="utf-8")
            code, _, errors = run_program("compare", "--only-table", "-o", self.folder)
            self.assertEqual(code, 1)
            self.assertIn(expected, errors)
        with self.assertRaises(RecordsError):
            read_runs(self.folder / "none.json")

    def test_usage(self):
        for words in (("--rows", "nonsense"), ("--scale", "0"), ("--systems", "nonsense")):
            self.assertEqual(run_program("compare", *words)[0], 2)
        code, _, errors = run_program("compare", "-o", self.folder, "--build", self.folder)
        self.assertEqual(code, 2)
        self.assertIn("make compare", errors)


class Checks(unittest.TestCase):
    def test_draws_differ(self):
        self.assertEqual(len({draw(i) for i in range(100_000)}), 100_000)
        self.assertTrue(all(0 <= key_at(i, 7) < 7 for i in range(1000)))

    def test_rows_are_consistent(self):
        self.assertEqual(len(BY_NAME), len(ROWS))
        names = [row.name for row in ROWS]
        for row in ROWS:
            self.assertTrue(not row.peers_of or names.index(row.peers_of) < names.index(row.name))

    def test_every_system_has_each_row_or_a_reason(self):
        from peers import MODULES, module_of

        for system in MODULES:
            module = module_of(system)
            for row in ROWS:
                if not row.peers_of:
                    self.assertNotEqual(
                        row.program_row in module.ROWS, row.program_row in module.SKIPPED, f"{system}: {row.name}"
                    )

    def test_disagreement(self):
        row = BY_NAME["k_means"]
        self.assertIsNone(disagreement(row, 1, "5/1.000000000e+03", "5/1000.0000001"))
        for check in ("5/1.001e3", "6/1.0e3", "5", "5/1000"):
            self.assertIn("instead of", disagreement(row, 1, check, "5/1000.0"))
        # 100,000 samples: the standard error is 0.005
        self.assertIsNone(disagreement(BY_NAME["pi_by_filter"], 1e-4, "3.1520", "3.1415"))
        self.assertIsNotNone(disagreement(BY_NAME["pi_by_filter"], 1e-4, "3.2", "3.1415"))
        self.assertEqual(check_of(1, 2.5, "x"), "1/2.5/x")

    def test_sizes(self):
        setup = Setup(0.25, Path(), 2)
        self.assertEqual((setup.of(1e8), setup.of(1), setup.side), (25_000_000, 1, 5000))


BENCH = """#!/bin/sh
echo "$*" >>"$LOG"
case "$*" in
*--seltzer-stats=*)
  echo '{"context": {"version": "1", "commit": "abc", "compiler": "g++", "flags": "-O3", "mpi_library": "MPI"}}' >"${*##*=}"
  exit ;;
*--make*) mkdir -p "$3"; exit ;;
*lines*) [ -z "$FAIL" ] || { echo "no lines" >&2; exit 3; } ;;
esac
check=7
case "$*" in *--by-hand*) check=$WANTED ;; esac
echo "RESULT row=$1 seconds=0.5 check=$check"
"""
MPIRUN = """#!/bin/sh
shift 4
exec "$@"
"""


class Driver(unittest.TestCase):
    """results/compare with programs that only print, and a Python without the other systems."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        (self.folder / "bin").mkdir()
        for name, text in (("bench_peers", BENCH), ("mpirun", MPIRUN)):
            (self.folder / "bin" / name).write_text(text, encoding="utf-8")
            (self.folder / "bin" / name).chmod(0o755)

    def compare(self, *rows, options=(), wanted="7", fail=""):
        """Exit code, errors, and what was started."""
        log = self.folder / "log"
        log.unlink(missing_ok=True)
        empty = self.folder / "python"
        empty.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n', encoding="utf-8")
        empty.chmod(0o755)
        environment = {"LOG": str(log), "WANTED": wanted, "FAIL": fail}
        environment["PATH"] = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        words = ["--rows", *rows, "--build", self.folder, "--python", empty, "-o", self.folder / "out", *options]
        code, _, errors = run_program("compare", *words, **environment)
        started = [line.split() for line in log.read_text(encoding="utf-8").splitlines()[1:]]
        return code, errors, [(words[0], "--by-hand" in words) for words in started if words[0] != "--make"]

    def test_turns(self):
        code, errors, started = self.compare("word_count", "word_count_in_six_lines", options=("--repeats", "3"))
        self.assertEqual((code, errors), (0, ""))
        turn = [(name, by_hand) for name in ("word_count", "word_count_in_six_lines") for by_hand in (False, True)]
        self.assertEqual(started, turn + turn[::-1] + turn)
        (run,) = read_runs(self.folder / "out" / "peers.json")
        self.assertEqual([m.seconds for m in run.measurements], [0.5] * 12)
        self.assertEqual(run.command, "results/compare --rows word_count word_count_in_six_lines --repeats 3")
        self.assertIn("is not installed", (self.folder / "out" / "table.md").read_text(encoding="utf-8"))

    def test_wrong_result(self):
        code, errors, _ = self.compare("collect", wanted="8")
        self.assertEqual(code, 1)
        self.assertIn("collect: Seltzer has 7 instead of 8", errors)

    def test_failure(self):
        code, _, started = self.compare("collect", "lines", fail="yes")
        self.assertEqual(code, 1)
        self.assertEqual(started.count(("lines", False)), 1)  # not tried again
        self.assertIn("| lines of 500 MB | no lines |", (self.folder / "out" / "table.md").read_text(encoding="utf-8"))

    def test_keeps_other_rows(self):
        self.compare("collect", "distinct")
        self.compare("distinct", options=("--keep",))
        runs = read_runs(self.folder / "out" / "peers.json")
        self.assertEqual([{m.row for m in run.measurements} for run in runs], [{"collect"}, {"distinct"}])


class Process(unittest.TestCase):
    def measure(self, code, seconds=20.0):
        with tempfile.TemporaryDirectory() as folder:
            return run_measured([sys.executable, "-c", code], dict(os.environ), seconds, Path(folder))

    def test_memory_of_descendants(self):
        child = "import time; x = bytearray(60_000_000); time.sleep(1)"
        done = self.measure(
            f"import subprocess, sys; x = bytearray(50_000_000); subprocess.run([sys.executable, '-c', '{child}']); print('done')"
        )
        self.assertEqual((done.code, done.output), (0, "done\n"))
        self.assertTrue(110e6 < done.resident < 220e6, done.resident)
        self.assertGreater(done.seconds, 1)

    def test_exit_code_and_errors(self):
        done = self.measure("import sys; print('why', file=sys.stderr); sys.exit(3)")
        self.assertEqual((done.code, done.errors), (3, "why\n"))

    def test_time_limit(self):
        done = self.measure("import time; time.sleep(60)", 0.5)
        self.assertIsNone(done.code)
        self.assertLess(done.seconds, 5)


if __name__ == "__main__":
    unittest.main()
