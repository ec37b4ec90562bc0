#pragma once

#include <algorithm>
#include <tuple>

#include <seltzer/detail/api/actions.hpp>
#include <seltzer/detail/data/sort/keep_least.hpp>
#include <seltzer/detail/engine/partition_slice.hpp>
#include <seltzer/detail/operators/random_draw.hpp>

namespace seltzer {

namespace detail {

/// The `limit` elements with the least random bits, in the order of these: a uniform sample without replacement, in
/// random order.
template <class T>
struct LeastDraws {
  using Parts = std::tuple<std::uint64_t, std::uint64_t>;
  LeastDraws(std::uint64_t most, std::uint64_t seedWord) : limit(most), seed(seedWord) {}
  explicit LeastDraws(Parts parts) : LeastDraws(std::get<0>(parts), std::get<1>(parts)) {}
  Parts parts() const { return {limit, seed}; }

  static constexpr std::uint64_t smallestBuffer = 256;
  using Draw = std::tuple<std::uint64_t, std::uint64_t, Owned<T>>;  // bits, partition, element

  std::vector<Draw> operator()(std::size_t partition, PulledRange<T>& elements) const {
    std::vector<Draw> drawn;
    if (limit == 0) return drawn;
    std::uint64_t position = 0;
    for (T& element : elements) {
      const std::uint64_t bits = bitsAt(seed, partition, position++);
      if (drawn.size() >= limit && bits >= std::get<0>(drawn[limit - 1])) continue;
      drawn.emplace_back(bits, partition, toOwned(std::move(element)));
      if (drawn.size() == limit) {
        keepLeast(drawn, 0, limit, before);
      } else if (drawn.size() >= limit + std::max(limit, smallestBuffer)) {
        keepLeast(drawn, limit, limit, before);
      }
    }
    keepLeast(drawn, drawn.size() < limit ? 0 : limit, limit, before);
    return drawn;
  }

  static constexpr auto before = [](const Draw& a, const Draw& b) {
    return std::pair(std::get<0>(a), std::get<1>(a)) < std::pair(std::get<0>(b), std::get<1>(b));
  };

  std::uint64_t limit;
  std::uint64_t seed;
};

/// A sample with replacement, as pairs (place in the sample, element). `ends` are the numbers of elements up to and
/// with each partition. Every rank makes the same draws: they are not sent, since there may be many more than
/// partitions.
template <class T>
struct PickAtRandom {
  struct Pick {
    std::uint64_t partition = 0;
    std::uint64_t position = 0;
    std::uint64_t place = 0;
    friend auto operator<=>(const Pick&, const Pick&) = default;
  };
  using Parts = std::tuple<std::uint64_t, std::uint64_t, std::vector<std::uint64_t>>;
  PickAtRandom(std::uint64_t many, std::uint64_t seedWord, std::vector<std::uint64_t> partitionEnds)
      : count(many), seed(seedWord), ends(std::move(partitionEnds)) {}
  /// Draws; the driver's own object need not.
  explicit PickAtRandom(Parts parts)
      : PickAtRandom(std::get<0>(parts), std::get<1>(parts), std::move(std::get<2>(parts))) {
    picks.reserve(count);
    for (std::uint64_t place = 0; place < count; ++place) picks.push_back(pickFor(place));
    std::ranges::sort(picks);
  }
  Parts parts() const { return {count, seed, ends}; }

  std::vector<std::pair<std::uint64_t, Owned<T>>> operator()(std::size_t partition, PulledRange<T>& elements) const {
    std::vector<std::pair<std::uint64_t, Owned<T>>> picked;
    auto next = std::ranges::lower_bound(picks, Pick{partition, 0, 0});
    std::uint64_t position = 0;
    const auto isDone = [&] { return next == picks.end() || next->partition != partition; };
    if (isDone()) return picked;
    for (T& element : elements) {
      for (; !isDone() && next->position == position; ++next) {
        picked.emplace_back(next->place, toOwned(T(element)));
      }
      if (isDone()) break;
      ++position;
    }
    return picked;
  }

  Pick pickFor(std::uint64_t place) const {
    const WideUnsigned bits = bitsAt(seed, ends.size(), place);
    const auto drawn = static_cast<std::uint64_t>(bits * ends.back() >> 64);
    const auto partition = static_cast<std::uint64_t>(std::upper_bound(ends.begin(), ends.end(), drawn) - ends.begin());
    return {partition, drawn - (partition == 0 ? 0 : ends[partition - 1]), place};
  }

  std::uint64_t count;
  std::uint64_t seed;
  std::vector<std::uint64_t> ends;
  std::vector<Pick> picks;  // sorted
};

template <class T>
std::vector<Owned<T>> sampleWithReplacement(const RDD<T>& rdd, std::size_t n, std::uint64_t seed,
                                            const CallSite& where) {
  if (n > static_cast<std::size_t>(mostCounted)) {
    throwAt<std::invalid_argument>(
        "takeSample", where, "with replacement, the number of elements must be at most " + std::to_string(mostCounted));
  }
  const auto counts = countPartitions(rdd, rdd.getNumPartitions(), "takeSample", where);
  std::vector<std::uint64_t> ends;
  ends.reserve(counts.size());
  std::uint64_t total = 0;
  for (const std::int64_t count : counts) ends.push_back(total += static_cast<std::uint64_t>(count));
  if (total == 0) return {};
  std::vector<std::pair<std::uint64_t, Owned<T>>> sample;
  for (auto& part : partitionJob(rdd, "takeSample", where, PickAtRandom<T>(n, seed, std::move(ends)))) {
    std::ranges::move(part, std::back_inserter(sample));
  }
  std::ranges::sort(sample, {}, [](const auto& picked) { return picked.first; });
  std::vector<Owned<T>> elements;
  elements.reserve(sample.size());
  for (auto& [place, element] : sample) elements.push_back(std::move(element));
  return elements;
}

}  // namespace detail

template <class T>
std::vector<Owned<T>> RDD<T>::takeSample(bool withReplacement, std::int64_t n, std::uint64_t seed,
                                         CallSite where) const {
  SELTZER_CHECK_TRAVELS("takeSample", detail::travels<Owned<T>>, "the elements cannot travel to the driver") {
    const std::size_t wanted = detail::requireNotNegative(n, "takeSample", where);
    if (withReplacement) return detail::sampleWithReplacement(*this, wanted, seed, where);
    using Least = detail::LeastDraws<T>;
    std::vector<typename Least::Draw> drawn;
    for (auto& part : detail::partitionJob(*this, "takeSample", where, Least(wanted, seed))) {
      detail::mergeLeast(drawn, std::move(part), wanted, Least::before);
    }
    std::vector<Owned<T>> elements;
    elements.reserve(drawn.size());
    for (auto& draw : drawn) elements.push_back(std::move(std::get<2>(draw)));
    return elements;
  }
}

}  // namespace seltzer
