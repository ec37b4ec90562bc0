"""results/plot: fits that recover the parameters of synthetic records, figures that show the records or bench_memory's
output, and a report."""
import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path
from random import Random
from unittest import mock

from scaling_records import SEED, BrokenRecords, record, repeats, run_program, spread, write

from matplotlib import image

from analysis import memory_figure, phase_figure, pi_figure
from analysis.fits import AMDAHL, GUSTAFSON, USL, Fit, NotDetermined, fit_law, karp_flatt
from analysis.records import experiments_of


def experiment(times, scaling="strong", noise=0.0, cores=None, count=5):
    """An experiment on one machine with seconds `times` by ranks."""
    generator = Random(SEED)
    runs = []
    for ranks, seconds in times.items():
        runs += repeats(
            {"experiment": "e", "ranks": ranks, "cores": cores}, seconds, noise, count, generator, scaling=scaling
        )
    return experiments_of(runs, "test")[0]


class Fits(unittest.TestCase):
    def recovers(self, fit, tolerance, **truth):
        self.assertIsInstance(fit, Fit)
        for name, value in truth.items():
            self.assertAlmostEqual(fit.values[name], value, delta=tolerance * value)
            self.assertLessEqual(abs(fit.values[name] - value), 1.5 * fit.half_widths[name])

    def test_amdahl(self):
        times = {n: 10 * (0.05 + 0.95 / n) for n in (1, 2, 4, 8, 16, 32)}
        self.recovers(fit_law(experiment(times, noise=0.005), AMDAHL), 0.1, s=0.05)

    def test_usl(self):
        times = {n: 10 * (1 + 0.03 * (n - 1) + 0.0005 * n * (n - 1)) / n for n in (1, 2, 4, 8, 16, 32, 64)}
        fit = fit_law(experiment(times, noise=0.005), USL)
        self.recovers(fit, 0.1, sigma=0.03, kappa=0.0005)
        self.assertAlmostEqual(fit.seconds_alone, 10, delta=0.1)

    def test_weak(self):
        n_times = {n: 2 * n / (n - 0.04 * (n - 1)) for n in (1, 2, 4, 8, 16)}
        self.recovers(fit_law(experiment(n_times, "weak", noise=0.001), GUSTAFSON), 0.1, a=0.04)
        n_times = {n: 2 * (1 + 0.02 * (n - 1) + 0.001 * n * (n - 1)) for n in (1, 2, 4, 8, 16)}
        self.recovers(fit_law(experiment(n_times, "weak", noise=0.001), USL), 0.1, sigma=0.02, kappa=0.001)

    def test_two_rank_counts(self):
        fit = fit_law(experiment({1: 10, 2: 5.5}, noise=0.01), AMDAHL)
        self.recovers(fit, 0.2, s=0.1)
        self.assertIn("spread of the repeats alone", fit.text())

    def test_not_determined(self):
        few = experiment({1: 10, 2: 5.5}, noise=0.01)
        self.assertIn("3 rank counts", fit_law(few, USL).text())
        self.assertIsInstance(fit_law(experiment({2: 10}), AMDAHL), NotDetermined)
        self.assertIn("single run", fit_law(experiment({1: 10, 2: 5.5}, count=1), AMDAHL).text())

    def test_interval_shows_that_the_law_is_wrong(self):
        good = experiment({n: 10 * (0.05 + 0.95 / n) for n in (1, 2, 4, 8)})
        bad = experiment({1: 10, 2: 9, 4: 3, 8: 2.9})
        self.assertLess(fit_law(good, AMDAHL).half_widths["s"], 1e-4)
        self.assertGreater(fit_law(bad, AMDAHL).half_widths["s"], 0.05)

    def test_oversubscribed_points_are_left_out(self):
        times = {1: 10, 2: 5.5}
        alone = fit_law(experiment(times, noise=0.01, cores=2), AMDAHL)
        with_more = fit_law(experiment({**times, 4: 50, 8: 70}, noise=0.01, cores=2), AMDAHL)
        self.assertEqual(alone.values, with_more.values)

    def test_karp_flatt(self):
        self.assertAlmostEqual(karp_flatt(1.6, 2), 0.25)
        self.assertAlmostEqual(karp_flatt(4, 8), 1 / 7)
        self.assertAlmostEqual(karp_flatt(8, 8), 0)
        self.assertIsNone(karp_flatt(1, 1))

    def test_speedup_without_one_rank(self):
        measured = experiment({2: 6, 8: 2})
        self.assertAlmostEqual(measured.speedup(measured.points[1]), 6)
        self.assertAlmostEqual(measured.efficiency(measured.points[1]), 0.75)

    def test_runs_without_phases(self):
        phases = {"map: execute": {"min": 1, "mean": 2, "max": 3}}
        runs = [record("e", 1, 1.0, repeat=i, phases=found) for i, found in enumerate((phases, phases, None))]
        runs[2]["phases"] = None
        self.assertEqual(experiments_of(runs, "test")[0].points[0].phase("map: execute", "max"), 3)


def suite():
    """Strong scaling with oversubscribed points, a failure and several emulated hosts; and weak scaling."""
    generator = Random(SEED)
    stages = [
        {"operation": "reduce", "call_site": "pi.cpp:1", "wall": 1.0, "tasks": 4, "skew": 1.3},
        {"operation": "count", "call_site": "pi.cpp:2", "wall": 0.1, "tasks": 4, "skew": 9.0},
    ]
    runs = []
    for ranks, nodes, seconds in ((1, 1, 8.0), (2, 1, 4.0), (2, 2, 4.4), (4, 4, 5.0), (8, 1, 5.0)):
        phases = spread(0.75 * seconds, 0.25 * seconds, ranks)
        point = {"experiment": "strong", "ranks": ranks, "nodes": nodes, "cores": 2}
        runs += repeats(
            point,
            seconds,
            0,
            3,
            generator,
            phases=phases,
            stages=stages,
            baseline={"allreduce": [{"bytes": 8, "us": 12.5}]},
            emulated="" if nodes == 1 else f"{nodes} hosts emulated on one machine",
        )
    for ranks, seconds in ((1, 2.0), (2, 2.5), (4, 5.0)):
        runs += repeats({"experiment": "weak", "ranks": ranks, "cores": 2}, seconds, 0.01, 5, generator, scaling="weak")
    return runs + [record("strong", 8, None, cores=2, repeat=3, exit_code=205)]


def check_figure(test, folder, stem):
    picture = image.imread(folder / f"{stem}.png")
    test.assertGreater(min(picture.shape[:2]), 350)
    dark = (picture[:, :, :3].min(axis=2) < 0.9).mean()
    test.assertTrue(0.005 < dark < 0.9, f"{stem}: {dark} of the picture is drawn on")
    for border in (picture[0], picture[-1], picture[:, 0], picture[:, -1]):
        test.assertTrue((border[:, :3] > 0.99).all(), f"{stem}: something touches the border")
    text = (folder / f"{stem}.svg").read_text(encoding="utf-8")
    root = xml.fromstring(text)
    test.assertTrue(root.tag.endswith("}svg"))
    test.assertGreater(len(list(root.iter("{http://www.w3.org/2000/svg}path"))), 20)
    test.assertNotIn("<text", text)
    test.assertNotIn("<dc:date>", text)


class Program(BrokenRecords, unittest.TestCase):
    program = "plot"

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder, cls.out = Path(cls.temporary.name, "records"), Path(cls.temporary.name, "out")
        write(cls.folder, suite())
        code, cls.output, errors = run_program("plot", cls.folder, "-o", cls.out, PYTHONHASHSEED="1")
        assert code == 0, errors
        assert errors == "", errors
        cls.report = (cls.out / "report.md").read_text(encoding="utf-8")

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def test_figures(self):
        stems = [f"strong-{kind}" for kind in ("speedup", "serial-fraction", "phases", "imbalance")] + ["weak-time"]
        for stem in stems:
            with self.subTest(stem):
                check_figure(self, self.out, stem)
                self.assertIn(f"]({stem}.svg)", self.report)
        self.assertEqual({file.stem for file in self.out.iterdir() if file.suffix != ".md"}, set(stems))

    def test_table(self):
        rows = {
            cells[1]: cells
            for cells in (
                [c.strip() for c in line.split("|")] for line in self.report.splitlines() if line.startswith("| ")
            )
        }
        # by hand: 8 s / 4.4 s = 1.818; Karp-Flatt (1/1.818 - 1/2) / (1/2) = 0.1; execute (0.75 + 0.25) / 0.75
        self.assertEqual(
            rows["2@2†"][2:13], ["3", "4.4", "4.4", "4.4", "1.82", "90.9", "0.1000", "1.333", "1.30", "20", "12.5"]
        )
        self.assertEqual(rows["8@1*"][6:9], ["1.60", "20.0", "0.5714"])
        self.assertIn("4@4*†", rows)

    def test_report_says_what_was_left_out_and_how_it_was_measured(self):
        for words in (
            "5 warm-up and 1 failed",
            "8 ranks on 1 nodes, repeat 3: exit code 205",
            "oversubscribed",
            "2 hosts emulated on one machine",
            "commit: 0123456789ab",
            "machine: a processor",
            "date: 2024-02-29",
            "Fewer than 5 runs at 1@1 (3)",
            "not determined",
        ):
            self.assertIn(words, self.report)
        self.assertIn("strong: 5 points, 15 runs, 5 warm-up and 1 failed runs left out", self.output)

    def test_same_bytes(self):
        again = Path(self.temporary.name, "again")
        write(again, suite()[::-1])  # the order of runs in a file does not matter
        code, _, errors = run_program("plot", again, "-o", again / "out", PYTHONHASHSEED="2")
        self.assertEqual(code, 0, errors)
        for file in sorted(self.out.iterdir()):
            self.assertEqual(file.read_bytes(), (again / "out" / file.name).read_bytes(), file.name)

    def test_single_rank_count(self):
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), repeats({"experiment": "pi", "ranks": 1}, 1.0, phases=spread(1.0, 0.0, 1)))
            code, _, errors = run_program("plot", folder)
            self.assertEqual((code, errors), (0, ""))
            self.assertIn("A single rank count", Path(folder, "report.md").read_text(encoding="utf-8"))

    def test_pi_figure(self):
        with tempfile.TemporaryDirectory() as folder:
            code, output, errors = run_program("plot", "--pi", self.folder / "strong.jsonl", "-o", folder)
            self.assertEqual((code, errors), (0, ""))
            self.assertEqual(output.split(), [str(Path(folder, "pi.svg")), str(Path(folder, "pi.png"))])
            xml.parse(Path(folder, "pi.svg"))
            self.assertGreater(min(image.imread(Path(folder, "pi.png")).shape[:2]), 350)
            code, _, errors = run_program("plot", "--pi", self.folder / "weak.jsonl", "-o", folder)
            self.assertEqual(code, 1)
            self.assertIn("one experiment of strong scaling", errors)

    def test_usage(self):
        two = ((self.folder, "--pi", "strong.jsonl"), (self.folder, "--memory", "memory.txt"))
        for arguments in ((), *two, ("--pi", "strong.jsonl", "--memory", "memory.txt"), ("--nonsense",)):
            code, _, errors = run_program("plot", *arguments)
            self.assertEqual(code, 2)
            self.assertIn("usage: plot", errors)


def result(operation="sortBy", ratio=1, nanoseconds=4.0, spilled="0.00", system=""):
    """A line of bench_memory; of another system if there is one. It was `nanoseconds` for each of 1e9 bytes."""
    system = f"system={system} " if system else ""
    written = f" spilled={spilled}" if spilled else ""
    return (
        f"RESULT {system}operation={operation} ratio={ratio} bytes=1000000000 seconds={nanoseconds} per_byte=1{written}"
    )


def memory_output():
    """Lines of bench_memory among others, one operation measured three times, and of another system."""
    lines = ["bench_memory: 2 ranks with 134 MB each", "", "sortBy: records"]
    lines += [result("sortBy", 0.5, nanoseconds) for nanoseconds in (2, 8, 3)]
    lines += [result("sortBy", 1, 6, spilled) for spilled in ("0.5", "1.5")] + [result("sortBy", 4, 16, "2.5")]
    lines += [result("join", 4, 32, "5.0"), result("join", 0.5, 4)]
    lines += [result("sortBy", ratio, 10 + ratio, "", "DuckDB") for ratio in (0.5, 1)]
    return lines + ['FAILED system=DuckDB operation=sortBy ratio=4 error="out of memory"', "a table: RESULT x"]


# malformed lines, and part of the expected error
BROKEN_LINES = {
    "cut off": (result()[:-40], "'seconds' is missing"),
    "cut off in a field": ("RESULT operation=sortBy rat", "'rat' is not of the form name=value"),
    "no value": ("RESULT operation=", "'operation=' is not of the form name=value"),
    "nothing": ("RESULT", "'operation' is missing"),
    "unknown operation": (result("sort"), "operation is 'sort', none of sortBy, reduceByKey"),
    "another program's": ("RESULT app=pi ranks=2 partitions=4 seconds=1.2", "'operation' is missing"),
    "no number": (result(ratio="half"), "'ratio' is 'half', no number from 0"),
    "infinite": (result(nanoseconds="inf"), "'seconds' is 'inf'"),
    "negative": (result(spilled="-1"), "'spilled' is '-1'"),
    "zero": (result(nanoseconds="0.000"), "'seconds' is 0"),
    "twice": (result() + " ratio=1", "'ratio' is there twice"),
}


class Memory(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def write(self, lines):
        file = self.folder / "memory.txt"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    def test_figure(self):
        file = self.write(memory_output())
        code, output, errors = run_program("plot", "--memory", file)
        self.assertEqual((code, errors), (0, ""))
        self.assertEqual(output.split(), [str(self.folder / "memory.svg"), str(self.folder / "memory.png")])
        check_figure(self, self.folder, "memory")

    def test_same_bytes(self):
        for name, lines, seed in (("once", memory_output(), "1"), ("again", memory_output()[::-1], "2")):
            file = self.write(lines)
            code, _, errors = run_program("plot", "--memory", file, "-o", self.folder / name, PYTHONHASHSEED=seed)
            self.assertEqual(code, 0, errors)
        for name in ("memory.svg", "memory.png"):
            self.assertEqual((self.folder / "once" / name).read_bytes(), (self.folder / "again" / name).read_bytes())

    def fails(self, file, expected):
        code, output, errors = run_program("plot", "--memory", file)
        self.assertEqual((code, output), (1, ""))
        self.assertTrue(errors.startswith(f"plot: {file}"), errors)
        self.assertIn(expected, errors)
        self.assertNotIn("Traceback", errors)

    def test_malformed_lines(self):
        for name, (line, expected) in BROKEN_LINES.items():
            with self.subTest(name):
                file = self.write([result(), "", line, result()])
                self.fails(file, f"{file}:3: ")
                self.fails(file, expected)

    def test_files_without_lines(self):
        self.fails(self.write(["sortBy: records", 'FAILED operation=sortBy ratio=1 error="RESULT"']), "no line of this")
        self.fails(self.write([]), "no line of this")
        self.fails(self.folder / "none.txt", "cannot be read")
        file = self.folder / "memory.txt"
        file.write_bytes(b"\xff\n")
        self.fails(file, "cannot be read")


class Drawn(unittest.TestCase):
    """The content of figures, read from their bars and lines."""

    def figure(self, module, draw):
        with mock.patch.object(module, "save") as save:
            draw()
        return save.call_args[0][0]

    def setUp(self):
        self.strong = experiments_of([run for run in suite() if run["experiment"] == "strong"], "test")[0]

    def test_pi(self):
        figure = self.figure(pi_figure, lambda: pi_figure.pi_figure(self.strong, Path(), "pi"))
        axes = figure.axes[0]
        ideal, measured, crowded = ([bar.get_height() for bar in bars] for bars in axes.containers[:3])
        self.assertEqual(ideal, [1, 2, 4, 8])
        for heights, expected in ((measured, [1, 2]), (crowded, [1.6, 1.6])):
            self.assertEqual(len(heights), len(expected))
            for height, value in zip(heights, expected):
                self.assertAlmostEqual(height, value)
        self.assertIn("2 physical cores", axes.get_legend_handles_labels()[1])

    def test_phases(self):
        figure = self.figure(phase_figure, lambda: phase_figure.phases_figure(self.strong, Path()))
        seconds, shares = (
            {bars.get_label(): [bar.get_height() for bar in bars] for bars in axes.containers} for axes in figure.axes
        )
        self.assertEqual(
            set(seconds), {"map: execute", "wait: for other ranks"}
        )  # planning is too small, outside is no job
        for height, expected in zip(seconds["map: execute"], (6, 3, 3.3, 3.75, 3.75)):
            self.assertAlmostEqual(height, expected)
        for execute, wait in zip(shares["map: execute"], shares["wait: for other ranks"]):
            self.assertAlmostEqual(execute, 75, delta=0.1)
            self.assertAlmostEqual(execute + wait, 100, delta=0.1)

    def memory(self, lines):
        measurements = [memory_figure.measurement_of(line.split()[1:], "") for line in lines if line[:6] == "RESULT"]
        return self.figure(memory_figure, lambda: memory_figure.memory_figure(measurements, Path(), "memory"))

    def lines_of(self, axes):
        """Ratios, values, style and marker of each line, without those of the legends."""
        return [
            (list(line.get_xdata()), list(line.get_ydata()), line.get_linestyle(), line.get_marker())
            for line in axes.lines
            if len(line.get_xdata())
        ]

    def test_memory(self):
        top, bottom = self.memory(memory_output()).axes
        self.assertEqual(
            self.lines_of(top),
            [
                ([0.5, 1, 4], [3, 6, 16], "-", "o"),
                ([0.5, 4], [4, 32], "-", "D"),
                ([0.5, 1], [10.5, 11], "--", "o"),
            ],
        )
        self.assertEqual(self.lines_of(bottom), [([0.5, 1, 4], [0, 1, 2.5], "-", "o"), ([0.5, 4], [0, 5], "-", "D")])
        self.assertEqual(top.get_legend_handles_labels()[1], ["sortBy", "join"])
        self.assertEqual([text.get_text() for text in top.get_legend().get_texts()], ["Seltzer", "DuckDB"])
        self.assertEqual([text.get_text() for text in bottom.get_xticklabels()], ["0.5", "1", "4"])

    def test_memory_of_one_system(self):
        self.assertIsNone(self.memory([result()]).axes[0].get_legend())

    def test_memory_without_spilled_bytes(self):
        figure = self.memory([result("distinct", 2, 7, "", "DuckDB"), result("distinct", 2, 9, "", "Spark")])
        (axes,) = figure.axes
        self.assertEqual(self.lines_of(axes), [([2], [7], "--", "v"), ([2], [9], ":", "v")])


if __name__ == "__main__":
    unittest.main()
