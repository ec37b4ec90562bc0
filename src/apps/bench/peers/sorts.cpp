#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "draw.hpp"
#include "row.hpp"
#include "sorts_by_hand.hpp"
#include "tera_sort.hpp"
#include "tera_summary.hpp"

namespace peers {
namespace {

constexpr double allNumbers = 5e7;
constexpr double allTexts = 1e7;

using TextPair = std::pair<std::string, std::int64_t>;

/// 16 random digits, and i.
TextPair textAt(std::int64_t i) {
  return {fmt::format("{:08}{:08}", draw(i) % 100'000'000, draw(i + (std::int64_t{1} << 30)) % 100'000'000), i};
}

std::int64_t wholeOf(std::int64_t number) {
  return number;
}
std::int64_t wholeOf(double number) {
  return static_cast<std::int64_t>(std::floor(number));
}
/// Depends on which value a key has.
std::int64_t wholeOf(const TextPair& pair) {
  std::int64_t digits = 0;
  std::from_chars(pair.first.data() + 8, pair.first.data() + 16, digits);
  return digits % 1009 * pair.second;
}

template <class T>
const T& keyOf(const T& number) {
  return number;
}
const std::string& keyOf(const TextPair& pair) {
  return pair.first;
}

/// Of consecutive elements: how many there are, how many of them are smaller than the one before, and their sum modulo
/// 2^64.
template <class T>
struct Ascent {
  std::int64_t count = 0;
  std::int64_t unordered = 0;
  std::uint64_t sum = 0;
  std::optional<T> first{};
  std::optional<T> last{};

  void add(const T& element) {
    if (!first) first = element;
    if (last && keyOf(element) < keyOf(*last)) ++unordered;
    last = element;
    ++count;
    sum += static_cast<std::uint64_t>(wholeOf(element));
  }
  void append(const Ascent& next) {
    if (!next.first) return;
    if (last && keyOf(*next.first) < keyOf(*last)) ++unordered;
    if (!first) first = next.first;
    last = next.last;
    count += next.count;
    unordered += next.unordered;
    sum += next.sum;
  }
  std::string check() const { return fmt::format("{}/{}/{}", count, unordered, sum); }
};

/// The check comes after the clock has stopped.
template <class T>
std::string checkOf(const seltzer::RDD<T>& sorted) {
  return sorted
      .aggregate(
          Ascent<T>(), [](Ascent<T>& ascent, const T& element) { ascent.add(element); },
          [](Ascent<T>& ascent, const Ascent<T>& next) { ascent.append(next); })
      .check();
}

template <class T>
std::string checkOf(const std::vector<T>& sorted) {
  Ascent<T> ascent;
  for (const T& element : sorted) ascent.add(element);
  return ascent.check();
}

template <class F>
Measured sortNumbers(seltzer::Context& sc, const Setup& setup, F make) {
  const auto numbers = sc.generate(setup.of(allNumbers), make).cache();
  numbers.count();
  const program::Stopwatch watch;
  const auto sorted = numbers.sortBy(std::identity()).cache();
  sorted.count();
  const double seconds = watch.seconds();
  return {seconds, checkOf(sorted)};
}

Measured sortTexts(seltzer::Context& sc, const Setup& setup) {
  const auto pairs = sc.generate(setup.of(allTexts), [](std::int64_t i) { return textAt(i); }).cache();
  pairs.count();
  const program::Stopwatch watch;
  const auto sorted = pairs.sortByKey().cache();
  sorted.count();
  const double seconds = watch.seconds();
  return {seconds, checkOf(sorted)};
}

template <class Make, class Sort>
Measured sortByHand(std::int64_t count, Make make, Sort sort) {
  std::vector<decltype(make(0))> elements;
  elements.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) elements.push_back(make(i));
  const program::Stopwatch watch;
  const auto sorted = sort(elements);
  const double seconds = watch.seconds();
  return {seconds, checkOf(sorted)};
}

std::string teraCheck(const TeraSummary& summary) {
  return fmt::format("{}/{}/{}", summary.records, summary.unordered, summary.checksumLow);
}

/// The path of an output; removes what an earlier run left there.
std::string emptyOutput(const Setup& setup, const char* name) {
  std::filesystem::remove_all(setup / name);
  return setup / name;
}

Measured teraSort(seltzer::Context& sc, const Setup& setup) {
  const std::string output = emptyOutput(setup, "tera_sorted");
  const program::Stopwatch watch;
  sortRecords(sc, setup / "tera", output, sc.ranks());
  const double seconds = watch.seconds();
  const std::string check = teraCheck(summarize(sc.binaryRecords<TeraRecord>(output)));
  std::filesystem::remove_all(output);
  return {seconds, check};
}

Measured teraSortByHand(const Setup& setup) {
  const std::string output = emptyOutput(setup, "tera_sorted_by_hand");
  const program::Stopwatch watch;
  const std::vector<TeraRecord> sorted = byhand::sortedRecords(setup / "tera");
  byhand::writeRecords(sorted, output);
  const double seconds = watch.seconds();
  TeraSummary summary;
  for (const TeraRecord& record : byhand::readRecords({output})) summary.add(record);
  std::filesystem::remove_all(output);
  return {seconds, teraCheck(summary)};
}

}  // namespace

std::vector<Row> sortRows() {
  using Context = seltzer::Context;
  return {
      {"sort_numbers",
       [](Context& sc, const Setup& s) { return sortNumbers(sc, s, [](std::int64_t i) { return numberAt(i); }); },
       [](const Setup& s) { return sortByHand(s.of(allNumbers), numberAt, byhand::radixSorted<std::int64_t>); }},
      {"sort_reals",
       [](Context& sc, const Setup& s) { return sortNumbers(sc, s, [](std::int64_t i) { return realAt(i); }); },
       [](const Setup& s) { return sortByHand(s.of(allNumbers), realAt, byhand::radixSorted<double>); }},
      {"sort_by_text_key", sortTexts,
       [](const Setup& s) { return sortByHand(s.of(allTexts), textAt, byhand::sortedByText); }},
      {"tera_sort", teraSort, teraSortByHand},
  };
}

}  // namespace peers
