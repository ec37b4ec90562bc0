"""results/predict: links and scale models that recover the parameters of synthetic records; predictions computed by
hand."""
import tempfile
import unittest
from math import ceil, log, log2, sqrt
from pathlib import Path
from random import Random

from scaling_records import SEED, BrokenRecords, baseline, record, repeats, run_program, write

import numpy as np

from analysis.at_scale import first_to_give_way, place_at, sweep
from analysis.fits import Link, fit_hockney
from analysis.links import LinkError, host_link, parse_link, wire_link
from analysis.model import TERMS, Model, Setting, fit_model, hold_out, interval, place_of, resampled
from analysis.network import BANDWIDTH, COLLECTIVE, GATHER, LATENCY, PowerLaw, Volumes, network_seconds, volumes_of
from analysis.prediction_text import worst_line
from analysis.records import experiments_of

CORES, WORK = 2, 1e9
# seconds per sample of computing, and of contention on two cores; fixed seconds; seconds per sample of sharing a core
ALONE, CONTENTION, FIXED, TURNS = 8e-9, 0.8e-9, 0.25, 0.3e-9


def truth(ranks, weak=False):
    """Seconds of computing, and of the rest, without a network."""
    busy = min(ranks, CORES)
    share = (WORK * ranks if weak else WORK) / busy
    return share * (ALONE + (CONTENTION if busy == 2 else 0) + TURNS * log2(ranks / busy)), FIXED


def traffic(ranks, shuffled, gathered, rounds):
    """Traffic of a stage that shuffles `shuffled` bytes in long blocks and gathers `gathered` bytes."""

    def amount(over_all, most):
        return {"sum": over_all, "max": most}

    relayed = rounds * ceil(log2(ranks)) if ranks > 1 else 0
    return {
        "broadcast": {"messages": amount(3, 3), "bytes": amount(900, 900)},
        "reduce": {"messages": amount(5 * ranks, 5), "bytes": amount(40 * ranks, 40)},
        "relay": {"messages": amount(relayed * ranks, relayed), "bytes": amount(100 * relayed, 100)},
        "exchange": {
            "messages": amount(rounds * ranks * (ranks - 1), rounds * (ranks - 1)),
            "bytes": amount(shuffled * (1 - 1 / ranks), shuffled / ranks),
        },
        "gather": {"messages": amount(ranks - 1, 1), "bytes": amount(gathered, gathered / ranks)},
        "point_to_point": {"messages": amount(0, 0), "bytes": amount(0, 0)},
    }


def experiment(rank_counts=(1, 2, 4, 8, 16), noise=0.005, weak=False, with_traffic=False):
    generator, runs = Random(SEED), []
    for ranks in rank_counts:
        computing, rest = truth(ranks, weak)
        phases = {
            "map: execute": {"min": computing, "mean": computing, "max": computing},
            "wait: for other ranks": {"min": 0, "mean": rest / 2, "max": rest},
        }
        stages = [
            {"operation": "reduceByKey", "wall": 1.0, "tasks": ranks, "traffic": traffic(ranks, 4e6, 100.0 * ranks, 2)}
        ]
        runs += repeats(
            {"experiment": "e", "ranks": ranks, "cores": CORES},
            computing + rest,
            noise,
            5,
            generator,
            phases=phases,
            stages=stages if with_traffic else [],
            scaling="weak" if weak else "strong",
            baseline=baseline(2e-6, 3e9, 0.03, generator),
        )
    return experiments_of(runs, "test")[0]


class Links(unittest.TestCase):
    def test_hockney(self):
        points = baseline(2e-6, 3e9, 0.03)["pingpong"]
        link = fit_hockney("link", [p["bytes"] for p in points], [p["us"] for p in points])
        self.assertAlmostEqual(link.latency, 2e-6, delta=2e-7)
        self.assertAlmostEqual(link.bandwidth, 3e9, delta=3e8)
        self.assertLess(abs(link.latency - 2e-6), 2 * link.latency_width)
        self.assertTrue(0 < link.worst < 0.15)
        self.assertIsNone(fit_hockney("link", [1, 2], [1.0, 1.0]))

    def test_measured_within_and_between_hosts(self):
        within = baseline(1e-6, 5e9, exchange=[(1e3, 1.0), (4e6, 1000.0)])
        between = baseline(1e-4, 1e8, ranks=4, hosts=2, exchange=[(3e6, 50000.0)])
        runs = repeats({"experiment": "e", "ranks": 2}, 1.0, baseline=within)
        runs += repeats({"experiment": "e", "ranks": 4, "nodes": 2}, 1.0, baseline=between, emulated="2 hosts emulated")
        measured = experiments_of(runs, "test")
        self.assertAlmostEqual(host_link(measured).latency, 1e-6, delta=1e-8)
        self.assertAlmostEqual(wire_link(measured[0], measured).bandwidth, 1e8, delta=1e6)
        self.assertEqual(wire_link(measured[0], measured).name, "between hosts (2 hosts emulated)")
        self.assertAlmostEqual(host_link(measured).exchange_bandwidth(2), 4e9)  # between ranks, of the largest size
        self.assertAlmostEqual(wire_link(measured[0], measured).exchange_bandwidth(2), 8e7)  # two ranks send 2/3

    def test_exchange_of_oversubscribed_points_counts_between_hosts(self):
        runs = []
        for ranks, hosts, milliseconds in ((2, 2, 10.0), (4, 4, 30.0), (8, 2, 80.0)):
            measured = baseline(1e-4 * ranks, 1e8, ranks=ranks, hosts=hosts, exchange=[(1e6, 1e3 * milliseconds)])
            point = {"experiment": "e", "ranks": ranks, "nodes": hosts, "cores": 2}
            runs += repeats(point, 1.0, baseline=measured)
        measured = experiments_of(runs, "test")
        found = wire_link(measured[0], measured)
        self.assertAlmostEqual(found.latency, 2e-4, delta=1e-6)  # of the point with a core for each rank
        self.assertAlmostEqual(found.exchange_bandwidth(1), 2e6 / 0.04)
        self.assertAlmostEqual(found.exchange_bandwidth(4), 4e6 * 4 / 7 / 0.08, delta=1)
        self.assertEqual([found.exchange_bandwidth(count) for count in (1, 3, 64)], [
            found.exchange_bandwidth(count) for count in (1, 4, 4)])  # the nearest that was measured

    def test_experiments_on_one_network_measure_it_together(self):
        runs = []
        for name, emulated, milliseconds in (("a", "slow", 10.0), ("b", "slow", 30.0), ("c", "fast", 1.0)):
            measured = baseline(1e-4, 1e8, hosts=2, exchange=[(1e6, 1e3 * milliseconds)])
            point = {"experiment": name, "ranks": 2, "nodes": 2, "emulated": emulated}
            runs += repeats(point, 1.0, baseline=measured)
        runs += repeats({"experiment": "d", "ranks": 2}, 1.0, baseline=baseline(1e-6, 5e9))
        all_of_them = experiments_of(runs, "test")
        found = [wire_link(each, all_of_them) for each in all_of_them]
        self.assertEqual([link and link.name for link in found],
                         ["between hosts (slow)", "between hosts (slow)", "between hosts (fast)", None])
        for link, expected in zip(found, (5e7, 5e7, 1e9)):
            self.assertAlmostEqual(link.exchange_bandwidth(1), expected)

    def test_without_exchange(self):
        runs = repeats({"experiment": "e", "ranks": 2}, 1.0, baseline=baseline(1e-6, 5e9))
        self.assertAlmostEqual(host_link(experiments_of(runs, "test")).exchange_bandwidth(2), 5e9, delta=1e7)

    def test_given(self):
        self.assertEqual(parse_link("ib:1.5us:12GB/s"), Link("ib", 1.5e-6, 12e9))
        self.assertEqual(parse_link("wan:20ms:10Gbit/s"), Link("wan", 0.02, 1.25e9))
        for text in (
            "ib",
            "ib:1.5us",
            "ib:1.5:12GB/s",
            "ib:0us:1GB/s",
            "ib:1us:fast",
            ":1us:1GB/s",
            "ib:-1us:1GB/s",
            "ib:1..5us:1GB/s",
        ):
            with self.subTest(text), self.assertRaises(LinkError):
                parse_link(text)


class Network(unittest.TestCase):
    host, wire = Link("host", 1e-6, 1e10), Link("wire", 1e-4, 1e9)

    def test_volumes(self):
        volumes = volumes_of(experiment(with_traffic=True).points, False)
        self.assertAlmostEqual(volumes.collectives, 8)
        self.assertAlmostEqual(volumes.exchange_rounds, 2)
        self.assertAlmostEqual(volumes.gathers, 1)
        self.assertAlmostEqual(volumes.shuffled(1000), 4e6, delta=1)
        self.assertAlmostEqual(volumes.gathered.exponent, 1)
        self.assertAlmostEqual(volumes.gathered(64), 6400, delta=1)
        self.assertIsNone(volumes_of(experiment().points, False))

    def test_growing_volume(self):
        runs = []
        for ranks in (2, 4, 8):
            stages = [{"traffic": traffic(ranks, 1e3 * ranks**0.5, 0, 1)}]
            runs += repeats({"experiment": "e", "ranks": ranks}, 1.0, stages=stages)
        volumes = volumes_of(experiments_of(runs, "test")[0].points, False)
        self.assertAlmostEqual(volumes.shuffled.exponent, 0.5)
        self.assertAlmostEqual(volumes.shuffled(64), 8e3)

    def test_messages_of_a_rank(self):
        volumes = Volumes(8, 2, 0, PowerLaw(1e9, 0), PowerLaw(0, 0))
        self.assertEqual(volumes.messages_at(64), 2 * (6 + 63))  # 122 kB a block
        self.assertEqual(volumes.messages_at(1000), 2 * 10)  # 500 bytes a block
        large = Volumes(8, 2, 0, PowerLaw(64 * 2**20 * 1000.0, 0), PowerLaw(0, 0))
        self.assertEqual(large.messages_at(100), 10 * (7 + 99))  # ten rounds of 64 MiB

    def test_seconds_by_hand(self):
        volumes = Volumes(8, 2, 1, PowerLaw(1e9, 0), PowerLaw(1e6, 0))
        found = network_seconds(volumes, 64, 4, self.host, self.wire)  # 16 ranks a host, long blocks
        tree, others = 2 * 1e-4 + 4 * 1e-6, 15 * 1e-6 + 48 * 1e-4
        self.assertAlmostEqual(found[COLLECTIVE], 8 * tree)
        self.assertAlmostEqual(found[LATENCY], 2 * (tree + others))
        self.assertAlmostEqual(found[BANDWIDTH], 1e9 / 4 * 3 / 4 / 1e9 + 1e9 / 64 * 15 / 64 / 1e10)
        self.assertAlmostEqual(found[GATHER], 1e6 / 1e9 + others)
        wire = Link("wire", 1e-4, 1e9, exchange=((1, 1e9), (16, 5e8)))
        host = Link("host", 1e-6, 1e10, exchange=((16, 2e9),))
        both_ways = network_seconds(volumes, 64, 4, host, wire)
        self.assertAlmostEqual(both_ways[BANDWIDTH], 1e9 / 4 * 3 / 4 / 5e8 + 1e9 / 64 * 15 / 64 / 2e9)
        self.assertEqual({**both_ways, BANDWIDTH: 0}, {**found, BANDWIDTH: 0})
        short = network_seconds(volumes, 1024, 4, self.host, self.wire)  # 477 bytes a block, passed on 5 times
        self.assertAlmostEqual(short[LATENCY], 2 * (2 * 1e-4 + 8 * 1e-6))
        self.assertAlmostEqual(short[BANDWIDTH], 5 * (1e9 / 4 * 3 / 4 / 1e9 + 1e9 / 1024 * 255 / 1024 / 1e10))
        self.assertEqual(sum(network_seconds(volumes, 1, 1, self.host, self.wire).values()), 0)


class ScaleModel(unittest.TestCase):
    def test_held_out_points(self):
        for weak in (False, True):
            measured = experiment(weak=weak)
            groups = [[point] for point in measured.points]
            found = hold_out(measured.points, weak, None, groups)
            self.assertEqual(len(found), 5)
            for each in found:
                expected = sum(truth(each.point.ranks, weak))
                with self.subTest(weak=weak, ranks=each.point.ranks):
                    self.assertEqual(bool(each.outside), each.point.ranks in (1, 16))
                    self.assertAlmostEqual(each.predicted, expected, delta=(0.15 if each.outside else 0.03) * expected)
                    self.assertAlmostEqual(each.error, each.predicted / each.point.median - 1)

    def test_the_held_out_point_is_not_fitted(self):
        spoiled, runs = experiment(), []
        for point in spoiled.points:
            runs += [{**run, "seconds": run["seconds"] * (5 if point.ranks == 4 else 1)} for run in point.runs]
        named = [[point for point in experiments_of(runs, "test")[0].points if point.ranks == 4]]
        found = hold_out(experiments_of(runs, "test")[0].points, False, None, named)[0]
        self.assertAlmostEqual(found.predicted, sum(truth(4)), delta=0.03 * sum(truth(4)))
        self.assertLess(found.error, -0.75)
        self.assertIn("-8", worst_line([found]))

    def test_one_rank_from_more(self):
        measured = experiment(noise=0.001)
        model = fit_model([point for point in measured.points if point.ranks > 1], False, None)
        self.assertAlmostEqual(model.seconds(place_of(measured.points[0])), sum(truth(1)), delta=0.15 * sum(truth(1)))

    def test_at_scale(self):
        measured = experiment()
        model, models = fit_model(measured.points, False, None), resampled(measured.points, False, None)
        for ranks in (1000, 10000):
            expected = WORK / ranks * (ALONE + CONTENTION) + FIXED  # a core for each rank, on full hosts
            place = place_at(measured, ranks, 64)
            low, high = interval(models, place)
            self.assertAlmostEqual(model.seconds(place), expected, delta=0.1 * expected)
            self.assertLessEqual(low, 1.05 * expected)
            self.assertGreaterEqual(high, 0.95 * expected)
        weak = experiment(weak=True)
        expected = WORK * (ALONE + CONTENTION) + FIXED
        self.assertAlmostEqual(
            fit_model(weak.points, True, None).seconds(place_at(weak, 1000, 64)), expected, delta=0.05 * expected
        )

    def test_interval_grows_with_noise(self):
        widths = []
        for noise in (0.001, 0.1):
            measured = experiment(noise=noise)
            low, high = interval(resampled(measured.points, False, None), place_at(measured, 1000, 64))
            widths.append(high - low)
        self.assertGreater(widths[1], 3 * widths[0])

    def test_network_is_not_counted_twice(self):
        """The fitted terms of an experiment on a slow link are those of the same experiment without a network."""
        link, runs = Link("slow", 5e-3, 1e8), []
        quiet = experiment(noise=0.0, with_traffic=True)
        volumes = volumes_of(quiet.points, False)
        for point in quiet.points:
            network = network_seconds(volumes, point.ranks, 1, link, link)
            for run in point.runs:
                phases = dict(run["phases"])
                phases["shuffle: exchange"] = dict.fromkeys(
                    ("min", "mean", "max"), network[LATENCY] + network[BANDWIDTH]
                )
                runs.append({**run, "seconds": run["seconds"] + sum(network.values()), "phases": phases})
        slow = experiments_of(runs, "test")[0]
        with_network, without = fit_model(slow.points, False, (link, link)), fit_model(quiet.points, False, None)
        for point in quiet.points:
            place = place_of(point)
            parts = with_network.parts(place, (link, link))
            fitted = sum(parts[term] for term in TERMS)
            self.assertAlmostEqual(fitted, without.seconds(place), delta=0.005 * fitted)
            self.assertAlmostEqual(
                sum(parts.values()) - fitted, sum(network_seconds(volumes, point.ranks, 1, link, link).values())
            )
        self.assertGreater(with_network.seconds(place), without.seconds(place) + 0.1)

    def model(self, volumes, links, **coefficients):
        return Model(Setting(False, volumes, links, 2), np.array([coefficients.get(name, 0.0) for name in TERMS]))

    def test_first_to_give_way(self):
        measured = experiment()
        fixed = self.model(None, None, work=1e-9, fixed=1 / 60)  # 1 s of work: at 64 ranks 1/64 s
        self.assertEqual(
            first_to_give_way(measured, fixed, None, 64), ("fixed time of a run: too little work per rank", 64)
        )
        self.assertIsNone(first_to_give_way(measured, self.model(None, None, work=1.0), None, 64))
        slow = Link("slow", 1e-3, 1e12)
        volumes = Volumes(0, 1, 0, PowerLaw(1e9, 0), PowerLaw(0, 0))  # p - 1 messages of 1 ms: more than 1 s / p at 32
        found = first_to_give_way(measured, self.model(volumes, (slow, slow), work=1e-9), (slow, slow), 1)
        self.assertEqual(found, (LATENCY, 32))
        narrow = Link("narrow", 1e-12, 1e9)
        volumes = Volumes(
            0, 1, 0, PowerLaw(8e8, 0), PowerLaw(0, 0)
        )  # 64 ranks share a link: 0.8 s / p * 64 at two hosts and more
        found = first_to_give_way(measured, self.model(volumes, None, work=1e-9), (Link("host", 0, 1e15), narrow), 64)
        self.assertEqual(found, (BANDWIDTH, 128))

    def test_imbalance_grows_with_the_slowest_of_more(self):
        model = self.model(None, None, work=1e-9, imbalance=1e-10)
        measured = experiment()
        at = sweep(measured, model, [model], "none", None, [1000], 64).predictions[0]
        self.assertAlmostEqual(at.costs["imbalance: the slowest of p cores"], 1e-4 * sqrt(2 * log(1000)))
        self.assertAlmostEqual(at.efficiency, 1 / (1 + 0.1 * sqrt(2 * log(1000))))


class Program(BrokenRecords, unittest.TestCase):
    program = "predict"

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = Path(self.temporary.name)

    def predict(self, *arguments, code=0, **environment):
        found, output, errors = run_program("predict", self.folder, *arguments, **environment)
        self.assertEqual(found, code, errors)
        self.assertNotIn("Traceback", errors)
        return errors if code else output

    def test_whole_output_twice(self):
        for weak, name in ((False, "words-strong"), (True, "words-weak")):
            for point in experiment(weak=weak, with_traffic=True).points:
                write(self.folder, [{**run, "experiment": name} for run in point.runs])
        write(self.folder, [record("words-strong", 16, None, cores=2, exit_code=205)])
        file = self.folder / "predict.md"
        output = self.predict("--link", "ib:1.5us:12GB/s", "--markdown", file, PYTHONHASHSEED="1")
        for words in (
            "words-strong",
            "words-weak",
            "ib (given)",
            "1,000",
            "10,000",
            "Largest error",
            "first limited by",
            "1 failed runs",
            "8 collectives, 2 rounds of exchanges and 1 gathers",
            "400 ms + 10 ms per rank",
            "Emulated: nothing",
            "Assumed",
        ):
            self.assertIn(words, output)
        self.assertRegex(output, r"\n8@1\* +[0-9.]+ +[0-9.]+ +[+-][0-9.]+ %")
        markdown = file.read_text(encoding="utf-8")
        self.assertIn("| ranks@nodes | predicted s | measured s | error |", markdown)
        again = self.predict("--link", "ib:1.5us:12GB/s", "--markdown", file, PYTHONHASHSEED="2")
        self.assertEqual((output, markdown), (again, file.read_text(encoding="utf-8")))

    def test_named_points_are_held_out_together(self):
        write(self.folder, [run for point in experiment().points for run in point.runs])
        output = self.predict("--hold-out", "4,8@1")
        self.assertIn("all named points together", output)
        self.assertEqual(
            [line.split()[0] for line in output.splitlines() if " % " in line + " " and "@" in line.split(" ")[0]],
            ["4@1*", "8@1*"],
        )
        self.assertIn("has a point 3", self.predict("--hold-out", "3", code=1))

    def test_what_is_absent_is_said(self):
        write(self.folder, [{**run, "baseline": None} for point in experiment().points for run in point.runs])
        output = self.predict()
        self.assertIn("No record has a ping-pong", output)
        self.assertIn("The records have no traffic", output)
        self.assertIn("network left out", output)

    def test_single_point(self):
        write(self.folder, repeats({"experiment": "pi", "ranks": 1}, 1.0))
        self.assertIn("nothing to fit", self.predict())

    def test_usage(self):
        write(self.folder, repeats({"experiment": "pi", "ranks": 1}, 1.0))
        self.assertIn("is not a link", self.predict("--link", "ib", code=2))
        self.assertIn("no-such-file", self.predict("--links", self.folder / "no-such-file", code=2))
        self.predict("--ranks", "0", code=2)
        (self.folder / "links").write_text("# two\nib:1.5us:12GB/s\n\neth:20us:10Gbit/s  # slow\n", encoding="utf-8")
        self.assertIn("eth (given)", self.predict("--links", self.folder / "links"))


if __name__ == "__main__":
    unittest.main()
