/// A row of the comparison with other systems: the same work on the same data in each of them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "program_frame.hpp"

namespace peers {

struct Setup {
  double scale = 1;
  std::string data = ".";  ///< the folder that `makeData` has filled; for outputs, too

  /// The size of this run for that of a full one. rows.py computes the same.
  std::int64_t of(double full) const { return std::max<std::int64_t>(1, std::llround(full * scale)); }
  std::string operator/(const char* name) const { return data + "/" + name; }
};

struct Measured {
  double seconds = 0;
  std::string check;  ///< what every system must find, numbers separated by slashes
};

/// One row: with Seltzer, and as a loop on one core, without it; null if a loop has nothing that corresponds.
struct Row {
  const char* name;
  Measured (*run)(seltzer::Context& sc, const Setup& setup);
  Measured (*byHand)(const Setup& setup) = nullptr;
};

std::vector<Row> keyRows();
std::vector<Row> joinRows();
std::vector<Row> sortRows();
std::vector<Row> fileRows();
std::vector<Row> graphRows();
std::vector<Row> numberRows();
std::vector<Row> jobRows();

/// Writes the input files into `setup.data`, which does not exist yet.
void makeData(seltzer::Context& sc, const Setup& setup);

/// Times `work()`, which returns the check.
template <class Work>
Measured timed(Work work) {
  const program::Stopwatch watch;
  std::string check = work();
  return {watch.seconds(), std::move(check)};
}

/// Count and sum of numbers, and the sum of their remainders, which shows whether values were added up under the right
/// keys.
struct Totals {
  std::int64_t count = 0;
  std::int64_t sum = 0;
  std::int64_t rests = 0;

  void add(std::int64_t number) {
    ++count;
    sum += number;
    rests += number % 1009;
  }
  void add(const Totals& more) {
    count += more.count;
    sum += more.sum;
    rests += more.rests;
  }
  std::string check() const { return fmt::format("{}/{}/{}", count, sum, rests); }
};

/// The check of an RDD of numbers. Like `sumsByKey`, it is defined once for all rows, because it takes long to compile.
std::string totalsOf(const seltzer::RDD<std::int64_t>& numbers);

/// The check of the sums of the values of each key.
std::string sumsByKey(const seltzer::RDD<std::pair<std::int64_t, std::int64_t>>& pairs);

}  // namespace peers
