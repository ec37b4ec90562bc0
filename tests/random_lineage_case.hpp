#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "random_lineage_oracle.hpp"
#include "random_lineage_values.hpp"

namespace seltzer::test {

/// State of a lineage's functions: a seed, and in which task, and how often, they fail before they succeed.
struct Recipe {
  std::uint64_t seed;
  std::uint32_t partition;
  std::uint32_t failures;

  /// Call it with the bits of the function's element. Does nothing on the driver.
  void mayFail(std::uint64_t bits) const {
    if (failures == 0 || bits % 4 != 0) return;
    const TaskContext* task = TaskContext::current();
    if (task == nullptr || task->partition() != partition || task->attempt() >= failures) return;
    if (seed % 2 == 0) throw static_cast<int>(failures);
    throw std::runtime_error("planned to be tried again");
  }
};

/// A function that makes a U from the bits of any element; shared by all call sites to save compile time.
template <class U>
auto maker(const Recipe& recipe) {
  return [recipe](const auto& x) {
    const std::uint64_t bits = mixed(bitsOf(x), recipe.seed);
    recipe.mayFail(bits);
    return make<U>(bits);
  };
}

/// An RDD and its expected content.
template <class T>
struct Dataset {
  RDD<T> rdd;
  Parts<T> parts;
  bool partitioned = false;  ///< has a partitioner
  std::string name = {};
};

using AnyDataset = std::variant<Dataset<Integer>, Dataset<Number>, Dataset<Text>, Dataset<IntegerNumber>,
                                Dataset<TextInteger>, Dataset<NumberText>>;

/// The library's result differs from the oracle's.
class Difference : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One lineage: its random numbers, its datasets, a trace of its operations, and a digest of all results.
class Case {
 public:
  /// No operation is applied that could make a dataset much larger than this.
  static constexpr std::size_t mostElements = 3000;
  static constexpr std::size_t mostPartitions = 40;

  Case(Context& context, std::uint64_t seed) : sc(context), seed_(mixed(seed)) {}

  /// @name Random numbers, independent of the number of ranks
  /// @{
  std::uint64_t next() { return mixed(seed_, count_++); }
  std::size_t draw(std::size_t below) { return static_cast<std::size_t>(next() % below); }
  bool chance(std::size_t percent) { return draw(100) < percent; }
  std::int64_t partitionCount() {
    constexpr std::int64_t counts[] = {1, 2, 2, 3, 4, 5, 8, 13};
    return counts[draw(std::size(counts))];
  }
  /// The top bit is set so that no capture looks like an address.
  std::uint64_t functionSeed() { return next() | std::uint64_t{1} << 63; }
  Recipe recipe() {
    Recipe recipe{functionSeed(), 0, 0};
    if (!chance(12)) return recipe;
    recipe.partition = static_cast<std::uint32_t>(draw(4));
    recipe.failures = static_cast<std::uint32_t>(1 + draw(3));
    return recipe;
  }
  /// @}

  /// @name Datasets
  /// @{

  /// A random dataset of type T; `otherwise` if there is none.
  template <class T>
  Dataset<T> another(const Dataset<T>& otherwise) {
    std::vector<const Dataset<T>*> known;
    for (const AnyDataset& any : datasets) {
      if (const auto* dataset = std::get_if<Dataset<T>>(&any)) known.push_back(dataset);
    }
    return known.empty() ? otherwise : *known[draw(known.size())];
  }

  /// Adds the result of an operation, perhaps persisted, perhaps checked at once. Returns true.
  template <class T>
  bool add(const std::string& operation, const RDD<T>& rdd, Parts<T> parts, bool partitioned = false) {
    Dataset<T> added{rdd, std::move(parts), partitioned, fmt::format("d{}", made_++)};
    note(added.name + " = " + operation);
    expect("number of partitions", rdd.getNumPartitions(), added.parts.size());
    expect("partitioner", rdd.partitioner() != nullptr, partitioned);
    if (chance(20) && !rdd.isCached()) {  // an operation that changes nothing may return its input
      constexpr StorageLevel levels[] = {
          StorageLevel::MEMORY_ONLY,           StorageLevel::MEMORY_ONLY_SER, StorageLevel::MEMORY_AND_DISK,
          StorageLevel::MEMORY_AND_DISK_SER,   StorageLevel::DISK_ONLY,       StorageLevel::MEMORY_ONLY_2,
          StorageLevel::MEMORY_AND_DISK_SER_2,
      };
      const StorageLevel level = levels[draw(std::size(levels))];
      rdd.persist(level);
      note(fmt::format("{}.persist({})", added.name, name(level)));
    }
    if (chance(12)) check(added);
    datasets.emplace_back(std::move(added));
    return true;
  }

  /// Runs a job and compares partition by partition.
  template <class T>
  void check(const Dataset<T>& dataset) {
    note("check " + dataset.name);
    const Parts<T> seen = dataset.rdd.glom().collect();
    expect("number of partitions collected", seen.size(), dataset.parts.size());
    for (std::size_t p = 0; p < seen.size(); ++p) {
      expectElements(fmt::format("partition {} of {}", p, seen.size()), seen[p], dataset.parts[p]);
    }
  }
  /// @}

  /// @name Bitwise comparisons, which throw Difference
  /// @{
  template <class T>
  void expect(const std::string& what, const T& seen, const T& wanted) {
    addToDigest(bitsOf(seen));
    if (bitsOf(seen) != bitsOf(wanted)) {
      throw Difference(fmt::format("{} is {}, not {}", what, shown(seen), shown(wanted)));
    }
  }
  template <class T>
  void expectElements(const std::string& where, const std::vector<T>& seen, const std::vector<T>& wanted) {
    for (std::size_t i = 0; i < std::min(seen.size(), wanted.size()); ++i) {
      if (bitsOf(seen[i]) == bitsOf(wanted[i])) continue;
      throw Difference(fmt::format("{}, element {} of {} is {}, not {} (of {})", where, i, seen.size(), shown(seen[i]),
                                   shown(wanted[i]), wanted.size()));
    }
    expect(where + ", size", seen.size(), wanted.size());
    addToDigest(bitsOf(seen));
  }
  void require(bool holds, const std::string& what) {
    if (!holds) throw Difference(what);
  }
  /// For a result that is only checked to be the same at all numbers of ranks.
  void addToDigest(std::uint64_t word) { digest_ = mixed(digest_, word); }
  /// @}

  void note(const std::string& line) { trace_.push_back(line); }
  const std::vector<std::string>& trace() const { return trace_; }
  std::uint64_t digest() const { return digest_; }

  Context& sc;
  std::vector<AnyDataset> datasets;

 private:
  std::uint64_t seed_;
  std::uint64_t count_ = 0;
  std::uint64_t digest_ = 0;
  std::size_t made_ = 0;
  std::vector<std::string> trace_;
};

/// @name A random operation, or false if it does not apply
/// To save compile time, not every type has every operation, but every operation has a type, and `map` leads from each
/// type to the next.
/// @{
bool transform(Case& lineage, const Dataset<Integer>& dataset);
bool transform(Case& lineage, const Dataset<Number>& dataset);
bool transform(Case& lineage, const Dataset<Text>& dataset);
bool transform(Case& lineage, const Dataset<IntegerNumber>& dataset);
bool transform(Case& lineage, const Dataset<TextInteger>& dataset);
bool transform(Case& lineage, const Dataset<NumberText>& dataset);
bool transformByKey(Case& lineage, const Dataset<IntegerNumber>& dataset);
bool transformByKey(Case& lineage, const Dataset<TextInteger>& dataset);
bool transformByKey(Case& lineage, const Dataset<NumberText>& dataset);
bool act(Case& lineage, const Dataset<Integer>& dataset);
bool act(Case& lineage, const Dataset<Number>& dataset);
bool act(Case& lineage, const Dataset<Text>& dataset);
bool act(Case& lineage, const Dataset<IntegerNumber>& dataset);
bool act(Case& lineage, const Dataset<TextInteger>& dataset);
bool act(Case& lineage, const Dataset<NumberText>& dataset);
/// @}

/// The positions of the elements that `sample` draws from partitions of these sizes.
Parts<Integer> sampledPositions(Context& sc, const std::vector<std::size_t>& sizes, bool withReplacement,
                                double fraction, std::uint64_t seed);

}  // namespace seltzer::test
