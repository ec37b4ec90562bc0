#pragma once

#include <array>
#include <memory>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include <seltzer/detail/operators/key_partitioner.hpp>
#include <seltzer/errors.hpp>
#include <seltzer/rdd.hpp>

namespace seltzer::detail {

/// "map at pi.cpp:42: ".
std::string messagePrefix(std::string_view operation, const CallSite& where);

/// Throws an `Error` whose message begins with the operation and its call site: std::invalid_argument,
/// std::logic_error, std::out_of_range, std::overflow_error, UsageError or EmptyRDDError.
template <class Error>
[[noreturn, gnu::cold]] void throwAt(std::string_view operation, const CallSite& where, std::string_view what);

/// Writes parameters: a reference to a function `void(WireWriter&)`.
class ParameterSource {
 public:
  template <class Write>
  ParameterSource(const Write& write)
      : write_(&write),
        call_([](const void* function, WireWriter& writer) { (*static_cast<const Write*>(function))(writer); }) {}

  void operator()(WireWriter& writer) const { call_(write_, writer); }

 private:
  const void* write_;
  void (*call_)(const void* function, WireWriter& writer);
};

/// The encoded parameters of an operator, action or accumulator. Throws CaptureError with the operation and its call
/// site.
Bytes encodeAt(std::string_view operation, const CallSite& where, ParameterSource parameters);

template <class Parameters, class... Values>
Bytes encodeAt(std::string_view operation, const CallSite& where, const Values&... values) {
  return encodeAt(operation, where,
                  ParameterSource([&]([[maybe_unused]] WireWriter& writer) { Parameters::write(writer, values...); }));
}

/// A partitioner that was not settled when it was written as a parameter, and its position among the parameters' bytes:
/// that of a `sortByKey` is known only once the sort has run.
struct LatePartitioner {
  std::shared_ptr<const Partitioner> partitioner;  ///< null: there is none
  std::size_t position = 0;

  template <class Parameter>
  void note(const Parameter&, const WireWriter&) {}
  template <class K>
  void note(const PartitionerParameter<K>& parameter, const WireWriter& writer) {
    if (!parameter.partitioner || parameter.isSettled()) return;
    partitioner = parameter.partitioner;
    position = writer.size();
  }
};
template <class Parameter>
inline constexpr bool isPartitioner = false;
template <class K>
inline constexpr bool isPartitioner<PartitionerParameter<K>> = true;

/// The lineage of a new RDD, without dependencies and placement. Throws CaptureError with the operation and its call
/// site, NestedJobError inside a task.
LineagePointer newLineage(Context& context, std::string_view operation, const CallSite& where, std::size_t partitions,
                          std::string_view kind, TypeId type, ParameterSource parameters);

/// Has the first job settle the partitioner and complete the parameters.
void completeLater(Lineage& lineage, LatePartitioner late);

/// As `newLineage`, of an RDD that operator `Op` computes.
template <class Op, class... Values>
LineagePointer newRDD(Context& context, std::string_view operation, const CallSite& where, std::size_t partitions,
                      const Values&... values) {
  const TypeId type = Registered<OperatorBase, Op>::id;
  if constexpr ((isPartitioner<Values> || ...)) {
    LatePartitioner late;
    auto lineage =
        newLineage(context, operation, where, partitions, Op::kind, type, ParameterSource([&](WireWriter& writer) {
                     Op::Parameters::write(writer, values..., [&](const auto& value) { late.note(value, writer); });
                   }));
    if (late.partitioner) completeLater(*lineage, std::move(late));
    return lineage;
  } else {
    return newLineage(
        context, operation, where, partitions, Op::kind, type,
        ParameterSource([&]([[maybe_unused]] WireWriter& writer) { Op::Parameters::write(writer, values...); }));
  }
}

/// Makes `derived` a source, with partitions placed in blocks.
void placeInBlocks(Lineage& derived, const Context& context);
/// Makes partition i of `derived` depend on partition i of `parent`, on the same rank.
void dependOneToOne(Lineage& derived, const std::shared_ptr<Lineage>& parent);
/// Makes `derived` depend on `parent` through `shuffle`, with partitions placed in blocks.
void dependOnShuffle(Lineage& derived, const std::shared_ptr<Lineage>& parent, RDDId shuffle, const Context& context);
/// The lineage of several RDDs.
using Lineages = std::span<const LineagePointer>;

/// As `dependOneToOne` on several parents, placed like the first. Throws std::invalid_argument for different numbers of
/// partitions.
void dependOnEach(Lineage& derived, Lineages parents);
/// Gives `derived` the partitions of all parents, concatenated, on the same ranks. Throws std::invalid_argument if they
/// are too many.
void dependSideBySide(Lineage& derived, Lineages parents);
/// Gives `derived` a partition for each pair of the parents' partitions, placed like the left one. Throws
/// std::invalid_argument if they are too many.
void dependOnProduct(Lineage& derived, const std::shared_ptr<Lineage>& left, const std::shared_ptr<Lineage>& right);
/// Makes each partition of `derived` depend on consecutive ones of `parent`, placed like the first of these.
void dependOnRanges(Lineage& derived, const std::shared_ptr<Lineage>& parent);

template <class Op, class... Values>
RDD<typename Op::Element> newSource(Context& context, std::string_view operation, const CallSite& where,
                                    std::size_t partitions, const Values&... values) {
  auto lineage = newRDD<Op>(context, operation, where, partitions, values...);
  placeInBlocks(*lineage, context);
  return {context, std::move(lineage)};
}

template <class Op, class T, class... Values>
RDD<typename Op::Element> deriveOneToOne(const RDD<T>& parent, std::string_view operation, const CallSite& where,
                                         const Values&... values) {
  auto lineage = newRDD<Op>(parent.context(), operation, where, parent.lineage()->partitions, values...);
  dependOneToOne(*lineage, parent.lineage());
  return {parent.context(), std::move(lineage)};
}

/// As above, for pairs whose keys do not change: keeps the partitioner.
template <class Op, class T, class... Values>
RDD<typename Op::Element> deriveKeepingKeys(const RDD<T>& parent, std::string_view operation, const CallSite& where,
                                            const Values&... values) {
  auto derived = deriveOneToOne<Op>(parent, operation, where, values...);
  derived.lineage()->partitioner = parent.lineage()->partitioner;
  return derived;
}

template <class Op, class T, class... Values>
RDD<typename Op::Element> deriveShuffled(const RDD<T>& parent, std::string_view operation, const CallSite& where,
                                         std::size_t partitions, const Values&... values) {
  Context& context = parent.context();
  const RDDId shuffle = context.jobs().newShuffle();
  auto lineage = newRDD<Op>(context, operation, where, partitions, shuffle, values...);
  dependOnShuffle(*lineage, parent.lineage(), shuffle, context);
  return {context, std::move(lineage)};
}

/// An RDD whose partition i is computed from partition i of each parent, on the rank of the first parent's. Throws
/// std::invalid_argument for different numbers of partitions.
template <class Op, class T, class... Us, class... Values>
RDD<typename Op::Element> deriveZipped(std::tuple<const RDD<T>&, const RDD<Us>&...> parents, std::string_view operation,
                                       const CallSite& where, const Values&... values) {
  const auto& first = std::get<0>(parents);
  auto lineage = newRDD<Op>(first.context(), operation, where, first.lineage()->partitions, values...);
  std::apply([&](const auto&... each) { dependOnEach(*lineage, std::array{each.lineage()...}); }, parents);
  return {first.context(), std::move(lineage)};
}

}  // namespace seltzer::detail
