#!/usr/bin/env python3
"""spark_names.py on small trees: what it reads in headers, and each kind of fault."""
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True

import spark_names

RDD = """#pragma once
namespace seltzer {
class Context;
namespace detail {
class Lineage;
}
/// map and filter; union(a) {
template <class T>
class alignas(64) RDD : public detail::UnavailableOperations<T> {
  static_assert(std::is_copy_constructible_v<T>, "RDD: copy(able);");

 public:
  using value_type = T;

  /// Not first(), which is in a comment; nor
  template <class F = std::identity>
  auto map(F f, Counts counts = {}, const char* name = "last();", CallSite where = CallSite::current()) const;
  template <class U>
  requires(!std::is_same_v<T, U>) std::vector<Owned<U>> union_(
      const RDD<U>& other, std::function<void(int)> f = nullptr) const requires detail::isPair<T> {
    if (cached(f)) { collect(other); }
    return count();
  }
  auto foreach (std::int64_t f = 1'000) const noexcept(noexcept(f()));
  std::function<void()> listener() const;
  struct Operand {
    int inner;
  };
  RDD operator+(Operand other) const { return union_(other); }
  using detail::UnavailableOperations<T>::join;
  /// @cond
  const detail::Lineage& lineage() const;
  /// @endcond
  int last = 0;  ///< counts

 private:
  friend class Context;
  int hidden();
  int partitions_;
};

struct StatCounter {
  double mean() const;
  std::vector<double> values = {};
};
}  // namespace seltzer
"""


class Members(unittest.TestCase):
    def test_members(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "include/seltzer").mkdir(parents=True)
            (Path(folder) / "include/seltzer/rdd.hpp").write_text(RDD, encoding="utf-8")
            members = spark_names.header_members(Path(folder))
        self.assertEqual(
            members["RDD"], {"value_type", "map", "union_", "foreach", "listener", "Operand", "operator+", "last"}
        )
        self.assertEqual(members["StatCounter"], {"mean", "values"})
        self.assertEqual(set(members), {"RDD", "StatCounter"})


class Faults(unittest.TestCase):
    GOOD = ("# a comment", "RDD map", "RDD union = union_", "", "RDD compute - subclassing", "StatCounter max ? extremes")

    def check(self, *lines, readme="Seltzer has 2 of the 3\nnames of Spark's."):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "include/seltzer").mkdir(parents=True)
            (root / "tests").mkdir()
            (root / "include/seltzer/rdd.hpp").write_text(RDD, encoding="utf-8")
            (root / "tests/spark_names.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
            (root / "README.md").write_text(readme, encoding="utf-8")
            with mock.patch.object(spark_names, "CLASSES", {"RDD": "RDD", "StatCounter": "StatCounter"}):
                return spark_names.check(root)

    def refuses(self, line, words):
        """An additional line is an offence. What it does to the figures is not the matter."""
        offences = [offence for offence in self.check(*self.GOOD, line)[1] if "README" not in offence]
        self.assertEqual(offences, [f"tests/spark_names.txt:7: {words}"])

    def test_no_faults(self):
        counts, offences = self.check(*self.GOOD)
        self.assertEqual(offences, [])
        self.assertEqual(counts, {"RDD": [3, 2, 0], "StatCounter": [1, 0, 1], "all": [4, 2, 1]})

    def test_name_that_is_not_there(self):
        self.refuses("RDD filter", "seltzer::RDD has no filter")
        self.refuses("RDD join", "seltzer::RDD has no join")
        self.refuses("StatCounter map", "seltzer::StatCounter has no map")

    def test_other_name_that_is_not_there(self):
        self.refuses("RDD select = filter", "seltzer::RDD has no filter")

    def test_name_that_is_there(self):
        for mark in ("? by hand", "- no sense", "= map"):
            self.refuses(f"RDD foreach {mark}", "seltzer::RDD has foreach")

    def test_duplicate(self):
        self.refuses("RDD map", "RDD map is listed twice")
        self.refuses("RDD compute ? subclassing", "RDD compute is listed twice")

    def test_not_a_line_of_the_list(self):
        for line in ("map", "RDD first ?", "RDD first -", "RDD first =", "RDD first = a b", "RDD first: no", "Nothing map",
                     "RDD  map", " RDD last", "RDD last ", "RDD listener ! why"):
            self.refuses(line, f"not a line of the list: {line}")

    def test_class_without_names(self):
        self.assertIn("tests/spark_names.txt: no names of StatCounter", self.check(*self.GOOD[:-1])[1])

    def test_readme(self):
        right = "instead of: 2 of the 3 names of Spark's"
        self.assertEqual(self.check(*self.GOOD, readme="")[1], [f"README.md says nothing {right}"])
        for wrong in ("1 of the 3 names of Spark's", "2 of the 4 names of Spark's"):
            self.assertEqual(self.check(*self.GOOD, readme=wrong)[1], [f"README.md says {wrong} {right}"])


if __name__ == "__main__":
    unittest.main()
