#pragma once

#include <seltzer/detail/api/actions.hpp>
#include <seltzer/detail/api/derive.hpp>
#include <seltzer/detail/api/sources.hpp>
#include <seltzer/detail/api/transformations.hpp>
#include <seltzer/detail/operators/narrow/cartesian_rdd.hpp>
#include <seltzer/detail/operators/narrow/coalesced_rdd.hpp>
#include <seltzer/detail/operators/narrow/indexed_rdd.hpp>
#include <seltzer/detail/operators/narrow/zipped_rdd.hpp>

namespace seltzer {

namespace detail {

template <class F, class... Ts>
inline constexpr bool zips = std::is_invocable_v<const F&, PulledRange<Ts>&...>;

/// Derives an RDD whose partition i is `f` of partition i of each RDD.
template <class F, class... Ts>
auto zipPartitions(std::tuple<const RDD<Ts>&...> rdds, F f, const CallSite& where) {
  using U = ElementType<std::ranges::range_value_t<std::invoke_result_t<const F&, PulledRange<Ts>&...>>>;
  return deriveZipped<ZippedPartitionsRDD<U, F, Ts...>>(rdds, "zipPartitions", where, Function<F>{std::move(f)});
}

template <class Out, class F, class... Ts>
inline constexpr bool zipsEmitting = std::is_invocable_v<const F&, PulledRange<Ts>&..., Emitter<Out>&>;

template <class U, class F, class... Ts>
RDD<U> zipPartitionsEmitting(std::tuple<const RDD<Ts>&...> rdds, F f, const CallSite& where) {
  return deriveZipped<ZippedPartitionsRDD<U, F, Ts...>>(rdds, "zipPartitions", where, Function<F>{std::move(f)});
}

}  // namespace detail

template <class T>
template <class U>
RDD<std::pair<T, U>> RDD<T>::zip(const RDD<U>& other, CallSite where) const {
  return detail::deriveZipped<detail::ZippedRDD<T, U>>(std::tuple<const RDD<T>&, const RDD<U>&>(*this, other), "zip",
                                                       where);
}

template <class T>
template <detail::Deduced, class U, class F>
auto RDD<T>::zipPartitions(const RDD<U>& other, F f, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("zipPartitions", F)
  SELTZER_CHECK_CALLABLE("zipPartitions", (detail::zips<F, T, U>), "f(elements, ...) that returns a range")
  SELTZER_CHECK((detail::isRange<std::invoke_result_t<const F&, detail::PulledRange<T>&, detail::PulledRange<U>&>>),
                "zipPartitions: the function must return a range of elements")
  return detail::zipPartitions<F, T, U>({*this, other}, std::move(f), where);
}

template <class T>
template <detail::Deduced, class U, class V, class F>
auto RDD<T>::zipPartitions(const RDD<U>& second, const RDD<V>& third, F f, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("zipPartitions", F)
  SELTZER_CHECK_CALLABLE("zipPartitions", (detail::zips<F, T, U, V>), "f(elements, ...) that returns a range")
  SELTZER_CHECK(
      (detail::isRange<
          std::invoke_result_t<const F&, detail::PulledRange<T>&, detail::PulledRange<U>&, detail::PulledRange<V>&>>),
      "zipPartitions: the function must return a range of elements")
  return detail::zipPartitions<F, T, U, V>({*this, second, third}, std::move(f), where);
}

template <class T>
template <detail::Deduced, class U, class V, class W, class F>
auto RDD<T>::zipPartitions(const RDD<U>& second, const RDD<V>& third, const RDD<W>& fourth, F f, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("zipPartitions", F)
  SELTZER_CHECK_CALLABLE("zipPartitions", (detail::zips<F, T, U, V, W>), "f(elements, ...) that returns a range")
  SELTZER_CHECK((detail::isRange<std::invoke_result_t<const F&, detail::PulledRange<T>&, detail::PulledRange<U>&,
                                                      detail::PulledRange<V>&, detail::PulledRange<W>&>>),
                "zipPartitions: the function must return a range of elements")
  return detail::zipPartitions<F, T, U, V, W>({*this, second, third, fourth}, std::move(f), where);
}

template <class T>
template <class Out, class U, class F>
RDD<Out> RDD<T>::zipPartitions(const RDD<U>& other, F f, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("zipPartitions", F)
  SELTZER_CHECK_CALLABLE("zipPartitions", (detail::zipsEmitting<Out, F, T, U>), "f(elements, ..., emit)")
  return detail::zipPartitionsEmitting<Out, F, T, U>({*this, other}, std::move(f), where);
}

template <class T>
template <class Out, class U, class V, class F>
RDD<Out> RDD<T>::zipPartitions(const RDD<U>& second, const RDD<V>& third, F f, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("zipPartitions", F)
  SELTZER_CHECK_CALLABLE("zipPartitions", (detail::zipsEmitting<Out, F, T, U, V>), "f(elements, ..., emit)")
  return detail::zipPartitionsEmitting<Out, F, T, U, V>({*this, second, third}, std::move(f), where);
}

template <class T>
template <class Out, class U, class V, class W, class F>
RDD<Out> RDD<T>::zipPartitions(const RDD<U>& second, const RDD<V>& third, const RDD<W>& fourth, F f,
                               CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("zipPartitions", F)
  SELTZER_CHECK_CALLABLE("zipPartitions", (detail::zipsEmitting<Out, F, T, U, V, W>), "f(elements, ..., emit)")
  return detail::zipPartitionsEmitting<Out, F, T, U, V, W>({*this, second, third, fourth}, std::move(f), where);
}

template <class T>
RDD<std::pair<T, std::int64_t>> RDD<T>::zipWithIndex(CallSite where) const {
  using Op = detail::IndexedRDD<T>;
  const std::size_t partitions = getNumPartitions();
  auto rdd = detail::deriveOneToOne<Op>(*this, "zipWithIndex", where, std::vector<std::int64_t>{0}, std::int64_t{1});
  if (partitions > 1) {
    rdd.lineage()->prepare = [parent = *this, where](detail::Lineage& lineage) {
      std::vector<std::int64_t> starts{0};
      const std::size_t before = parent.getNumPartitions() - 1;  // all but the last
      for (const std::int64_t count : detail::countPartitions(parent, before, "zipWithIndex", where)) {
        starts.push_back(starts.back() + count);
      }
      lineage.parameters = Op::Parameters::encode(starts, 1);
    };
  }
  return rdd;
}

template <class T>
RDD<std::pair<T, std::int64_t>> RDD<T>::zipWithUniqueId(CallSite where) const {
  return detail::deriveOneToOne<detail::IndexedRDD<T>>(*this, "zipWithUniqueId", where, std::vector<std::int64_t>(),
                                                       static_cast<std::int64_t>(getNumPartitions()));
}

template <class T>
RDD<T> RDD<T>::union_(const RDD& other, CallSite where) const {
  return detail::unionOf<T>(*context_, std::array{lineage_, other.lineage_}, where);
}

template <class T>
template <class U>
RDD<std::pair<T, U>> RDD<T>::cartesian(const RDD<U>& other, CallSite where) const {
  auto lineage = detail::newRDD<detail::CartesianRDD<T, U>>(*context_, "cartesian", where, 0,
                                                            std::uint64_t{other.getNumPartitions()});
  detail::dependOnProduct(*lineage, lineage_, other.lineage());
  return {*context_, std::move(lineage)};
}

template <class T>
RDD<T> RDD<T>::coalesce(std::int64_t partitions, CallSite where) const {
  const std::size_t parents = getNumPartitions();
  const std::size_t wanted = detail::requirePartitions(partitions, 0, "coalesce", where);
  const std::size_t count = std::min(wanted, parents);
  auto lineage = detail::newRDD<detail::CoalescedRDD<T>>(*context_, "coalesce", where, count, std::uint64_t{parents},
                                                         std::uint64_t{count});
  detail::dependOnRanges(*lineage, lineage_);
  return {*context_, std::move(lineage)};
}

}  // namespace seltzer
