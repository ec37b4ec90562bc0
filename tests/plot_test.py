"""results/plot: fits that recover the parameters of synthetic records, figures that show the records, and a report."""
import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path
from random import Random
from unittest import mock

from scaling_records import SEED, BrokenRecords, record, repeats, run_program, spread, write

from matplotlib import image

from analysis import phase_figure, pi_figure
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

    def check_figure(self, stem):
        picture = image.imread(self.out / f"{stem}.png")
        self.assertGreater(min(picture.shape[:2]), 350)
        dark = (picture[:, :, :3].min(axis=2) < 0.9).mean()
        self.assertTrue(0.005 < dark < 0.9, f"{stem}: {dark} of the picture is drawn on")
        for border in (picture[0], picture[-1], picture[:, 0], picture[:, -1]):
            self.assertTrue((border[:, :3] > 0.99).all(), f"{stem}: something touches the border")
        text = (self.out / f"{stem}.svg").read_text(encoding="utf-8")
        root = xml.fromstring(text)
        self.assertTrue(root.tag.endswith("}svg"))
        self.assertGreater(len(list(root.iter("{http://www.w3.org/2000/svg}path"))), 20)
        self.assertNotIn("<text", text)
        self.assertNotIn("<dc:date>", text)

    def test_figures(self):
        stems = [f"strong-{kind}" for kind in ("speedup", "serial-fraction", "phases", "imbalance")] + ["weak-time"]
        for stem in stems:
            with self.subTest(stem):
                self.check_figure(stem)
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
        for arguments in ((), (self.folder, "--pi", self.folder / "strong.jsonl"), ("--nonsense",)):
            code, _, errors = run_program("plot", *arguments)
            self.assertEqual(code, 2)
            self.assertIn("usage: plot", errors)


class Drawn(unittest.TestCase):
    """The content of figures, read from their bars."""

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


if __name__ == "__main__":
    unittest.main()
