#pragma once

#include <cmath>

#include <seltzer/detail/api/derive.hpp>
#include <seltzer/detail/operators/narrow/filtered_rdd.hpp>
#include <seltzer/detail/operators/narrow/flat_mapped_rdd.hpp>
#include <seltzer/detail/operators/narrow/glommed_rdd.hpp>
#include <seltzer/detail/operators/narrow/map_partitions_rdd.hpp>
#include <seltzer/detail/operators/narrow/mapped_rdd.hpp>
#include <seltzer/detail/operators/narrow/sampled_rdd.hpp>

namespace seltzer {

namespace detail {

struct First {
  template <class Pair>
  auto operator()(Pair&& pair) const {
    return std::forward<Pair>(pair).first;
  }
};

struct Second {
  template <class Pair>
  auto operator()(Pair&& pair) const {
    return std::forward<Pair>(pair).second;
  }
};

template <class F>
struct WithKey : Around<F> {
  using Around<F>::Around;
  template <class T>
  auto operator()(T&& element) const {
    auto key = std::invoke(this->function, std::as_const(element));
    using Pair = std::pair<decltype(key), std::remove_cvref_t<T>>;
    if constexpr (isOwned<decltype(key)>) {
      return Pair(std::move(key), std::forward<T>(element));
    } else {
      return Pair(std::move(key),
                  std::as_const(element));  // the key may be a view of the element, which must stay whole
    }
  }
};

template <class F>
struct OnValue : Around<F> {
  using Around<F>::Around;
  template <class K, class V>
  auto operator()(std::pair<K, V>&& pair) const {
    using W = ElementType<AppliedResult<F, V>>;
    return std::pair<K, W>(std::move(pair.first), applyTo(this->function, pair.second));
  }
};

template <class F>
struct EmitValues : Around<F> {
  using Around<F>::Around;
  template <class K, class V, class W>
  void operator()(std::pair<K, V>& pair, Emitter<std::pair<K, W>>& emit) const {
    using Range = AppliedResult<F, V>;
    auto&& range = applyTo(this->function, pair.second);
    for (auto&& value : range) {
      if constexpr (std::is_lvalue_reference_v<Range> || std::ranges::view<std::remove_cvref_t<Range>>) {
        if (!emit(std::pair<K, W>(pair.first, std::forward<decltype(value)>(value)))) return;
      } else {
        if (!emit(std::pair<K, W>(pair.first, std::move(value)))) return;
      }
    }
  }
};

/// Whether a callable function emits elements, or returns a range or an optional of them.
template <class F, class T, class U>
consteval bool givesElements() {
  if constexpr (emitsFor<F, T, U>) {
    return true;
  } else {
    using Result = std::remove_cvref_t<AppliedResult<F, T>>;
    return isRange<Result> || isOptional<Result>;
  }
}

/// As deriveOneToOne, or deriveKeepingKeys with `preservesPartitioning`.
template <class Op, class T, class F>
RDD<typename Op::Element> derivePartitions(const RDD<T>& parent, bool preservesPartitioning, std::string_view operation,
                                           const CallSite& where, const Function<F>& function) {
  return preservesPartitioning ? deriveKeepingKeys<Op>(parent, operation, where, function)
                               : deriveOneToOne<Op>(parent, operation, where, function);
}

/// The element type of the range or optional that a function returns.
template <class R>
struct ElementOfResult {
  using Type = std::ranges::range_value_t<R>;
};
template <class R>
struct ElementOfResult<std::optional<R>> {
  using Type = R;
};
template <class R>
using ElementOf = typename ElementOfResult<std::remove_cvref_t<R>>::Type;

}  // namespace detail

template <class T>
template <class F>
auto RDD<T>::map(F f, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("map", F)
  SELTZER_CHECK_TAKES_VIEWS("map", F, T)
  SELTZER_CHECK_CALLABLE("map", (detail::appliesTo<F, T>), "f(element)")
  SELTZER_CHECK_PARAMETERS("map", F, T)
  SELTZER_CHECK((!std::is_void_v<detail::AppliedResult<F, T>>),
                "map: the function must return the new element; use foreach for its effect alone")
  SELTZER_CHECK((detail::isElement<detail::AppliedResult<F, T>>), "map: the function must return what can be copied")
  SELTZER_CHECK_VIEW("map", F, detail::AppliedResult<F, T>, T) {
    using U = detail::ElementType<detail::AppliedResult<F, T>>;
    return detail::deriveOneToOne<detail::MappedRDD<T, U, F>>(*this, "map", where, detail::Function<F>{std::move(f)});
  }
}

template <class T>
template <class F>
RDD<T> RDD<T>::filter(F f, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("filter", F)
  SELTZER_CHECK_TAKES_VIEWS("filter", F, T)
  SELTZER_CHECK_CALLABLE("filter", (std::is_invocable_r_v<bool, const F&, const T&>), "bool f(const element&)")
  SELTZER_CHECK_PARAMETERS("filter", F, T)
  return detail::deriveKeepingKeys<detail::FilteredRDD<T, F>>(*this, "filter", where,
                                                              detail::Function<F>{std::move(f)});
}

template <class T>
template <class F>
auto RDD<T>::flatMap(F f, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("flatMap", F)
  SELTZER_CHECK_TAKES_VIEWS("flatMap", F, T)
  SELTZER_CHECK_CALLABLE("flatMap", (detail::appliesTo<F, T>),
                         "f(element) that returns a range, or as flatMap<U>(f) with f(element, emit)")
  SELTZER_CHECK_PARAMETERS("flatMap", F, T)
  SELTZER_CHECK((detail::isRange<detail::AppliedResult<F, T>>), "flatMap: the function must return a range of elements")
  SELTZER_CHECK_VIEW("flatMap", F, detail::AppliedResult<F, T>, T) {
    using U = detail::ElementType<std::ranges::range_value_t<detail::AppliedResult<F, T>>>;
    return detail::deriveOneToOne<detail::FlatMappedRDD<T, U, F>>(*this, "flatMap", where,
                                                                  detail::Function<F>{std::move(f)});
  }
}

template <class T>
template <class U, class F>
RDD<U> RDD<T>::flatMap(F f, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("flatMap", F)
  SELTZER_CHECK_TAKES_VIEWS("flatMap", F, T)
  SELTZER_CHECK_CALLABLE("flatMap", (detail::emitsFor<F, T, U> || detail::appliesTo<F, T>), "f(element, emit)")
  SELTZER_CHECK_PARAMETERS("flatMap", F, T)
  SELTZER_CHECK((detail::givesElements<F, T, U>()),
                "flatMap: the function must return a range of elements, or be callable as f(element, emit)")
  return detail::deriveOneToOne<detail::FlatMappedRDD<T, U, F>>(*this, "flatMap", where,
                                                                detail::Function<F>{std::move(f)});
}

template <class T>
template <class F>
auto RDD<T>::collect(F f, CallSite where) const requires(!std::is_convertible_v<F, CallSite>) {
  SELTZER_CHECK_SHIPPABLE("collect", F)
  SELTZER_CHECK_TAKES_VIEWS("collect", F, T)
  SELTZER_CHECK_CALLABLE("collect", (detail::appliesTo<F, T>), "f(element) that returns an optional")
  SELTZER_CHECK_PARAMETERS("collect", F, T)
  SELTZER_CHECK((detail::isOptional<std::remove_cvref_t<detail::AppliedResult<F, T>>>),
                "collect: the function must return a std::optional, nullopt to drop the element")
  SELTZER_CHECK_VIEW("collect", F, std::remove_cvref_t<detail::AppliedResult<F, T>>, T) {
    using Result = std::remove_cvref_t<detail::AppliedResult<F, T>>;
    return detail::deriveOneToOne<detail::FlatMappedRDD<T, detail::ElementType<detail::ElementOf<Result>>, F>>(
        *this, "collect", where, detail::Function<F>{std::move(f)});
  }
}

template <class T>
template <class F>
auto RDD<T>::mapPartitions(F f, bool preservesPartitioning, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("mapPartitions", F)
  SELTZER_CHECK_CALLABLE("mapPartitions", (std::is_invocable_v<const F&, PartitionElements<T>&>),
                         "f(elements) that returns a range, or as mapPartitions<U>(f) with f(elements, emit)")
  SELTZER_CHECK((detail::isRange<std::invoke_result_t<const F&, PartitionElements<T>&>>),
                "mapPartitions: the function must return a range of elements") {
    using U = detail::ElementType<std::ranges::range_value_t<std::invoke_result_t<const F&, PartitionElements<T>&>>>;
    using G = detail::IgnoreIndex<F>;
    return detail::derivePartitions<detail::MapPartitionsRDD<T, U, G>>(*this, preservesPartitioning, "mapPartitions",
                                                                       where, detail::Function<G>{G(std::move(f))});
  }
}

template <class T>
template <class U, class F>
RDD<U> RDD<T>::mapPartitions(F f, bool preservesPartitioning, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("mapPartitions", F)
  SELTZER_CHECK_CALLABLE("mapPartitions", (std::is_invocable_v<const F&, PartitionElements<T>&, Emit<U>&>),
                         "f(elements, emit)") {
    using G = detail::IgnoreIndex<F>;
    return detail::derivePartitions<detail::MapPartitionsRDD<T, U, G>>(*this, preservesPartitioning, "mapPartitions",
                                                                       where, detail::Function<G>{G(std::move(f))});
  }
}

template <class T>
template <class F>
auto RDD<T>::mapPartitionsWithIndex(F f, bool preservesPartitioning, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("mapPartitionsWithIndex", F)
  SELTZER_CHECK_CALLABLE("mapPartitionsWithIndex", (std::is_invocable_v<const F&, std::size_t, PartitionElements<T>&>),
                         "f(index, elements) that returns a range")
  SELTZER_CHECK((detail::isRange<std::invoke_result_t<const F&, std::size_t, PartitionElements<T>&>>),
                "mapPartitionsWithIndex: the function must return a range of elements") {
    using U = detail::ElementType<
        std::ranges::range_value_t<std::invoke_result_t<const F&, std::size_t, PartitionElements<T>&>>>;
    return detail::derivePartitions<detail::MapPartitionsRDD<T, U, F>>(
        *this, preservesPartitioning, "mapPartitionsWithIndex", where, detail::Function<F>{std::move(f)});
  }
}

template <class T>
template <class U, class F>
RDD<U> RDD<T>::mapPartitionsWithIndex(F f, bool preservesPartitioning, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("mapPartitionsWithIndex", F)
  SELTZER_CHECK_CALLABLE("mapPartitionsWithIndex",
                         (std::is_invocable_v<const F&, std::size_t, PartitionElements<T>&, Emit<U>&>),
                         "f(index, elements, emit)")
  return detail::derivePartitions<detail::MapPartitionsRDD<T, U, F>>(
      *this, preservesPartitioning, "mapPartitionsWithIndex", where, detail::Function<F>{std::move(f)});
}

template <class T>
RDD<std::vector<Owned<T>>> RDD<T>::glom(CallSite where) const {
  return detail::deriveOneToOne<detail::GlommedRDD<T>>(*this, "glom", where);
}

template <class T>
template <class F>
auto RDD<T>::keyBy(F f, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("keyBy", F)
  SELTZER_CHECK_TAKES_VIEWS("keyBy", F, T)
  SELTZER_CHECK_CALLABLE("keyBy", (std::is_invocable_v<const F&, const T&>), "f(const element&)")
  SELTZER_CHECK_PARAMETERS("keyBy", F, T)
  SELTZER_CHECK((detail::isElement<std::invoke_result_t<const F&, const T&>>),
                "keyBy: the function must return a key, which can be copied")
  SELTZER_CHECK_VIEW("keyBy", F, std::invoke_result_t<const F&, const T&>, T) {
    using K = detail::ElementType<std::invoke_result_t<const F&, const T&>>;
    using G = detail::WithKey<F>;
    return detail::deriveOneToOne<detail::MappedRDD<T, std::pair<K, T>, G>>(*this, "keyBy", where,
                                                                            detail::Function<G>{G(std::move(f))});
  }
}

template <class T>
auto RDD<T>::keys(CallSite where) const requires detail::isPair<T> {
  using G = detail::First;
  return detail::deriveOneToOne<detail::MappedRDD<T, typename T::first_type, G>>(*this, "keys", where,
                                                                                 detail::Function<G>{});
}

template <class T>
auto RDD<T>::values(CallSite where) const requires detail::isPair<T> {
  using G = detail::Second;
  return detail::deriveOneToOne<detail::MappedRDD<T, typename T::second_type, G>>(*this, "values", where,
                                                                                  detail::Function<G>{});
}

template <class T>
template <class F>
auto RDD<T>::mapValues(F f, CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK_SHIPPABLE("mapValues", F)
  SELTZER_CHECK_TAKES_VIEWS("mapValues", F, typename T::second_type)
  SELTZER_CHECK_CALLABLE("mapValues", (detail::appliesTo<F, typename T::second_type>), "f(value)")
  SELTZER_CHECK_PARAMETERS("mapValues", F, typename T::second_type)
  SELTZER_CHECK((detail::isElement<detail::AppliedResult<F, typename T::second_type>>),
                "mapValues: the function must return the new value, which can be copied")
  SELTZER_CHECK_VIEW("mapValues", F, detail::AppliedResult<F, typename T::second_type>, typename T::second_type) {
    using W = detail::ElementType<detail::AppliedResult<F, typename T::second_type>>;
    using G = detail::OnValue<F>;
    return detail::deriveKeepingKeys<detail::MappedRDD<T, std::pair<typename T::first_type, W>, G>>(
        *this, "mapValues", where, detail::Function<G>{G(std::move(f))});
  }
}

template <class T>
template <class F>
auto RDD<T>::flatMapValues(F f, CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK_SHIPPABLE("flatMapValues", F)
  SELTZER_CHECK_TAKES_VIEWS("flatMapValues", F, typename T::second_type)
  SELTZER_CHECK_CALLABLE("flatMapValues", (detail::appliesTo<F, typename T::second_type>),
                         "f(value) that returns a range")
  SELTZER_CHECK_PARAMETERS("flatMapValues", F, typename T::second_type)
  SELTZER_CHECK((detail::isRange<detail::AppliedResult<F, typename T::second_type>>),
                "flatMapValues: the function must return a range of elements")
  SELTZER_CHECK_VIEW("flatMapValues", F, detail::AppliedResult<F, typename T::second_type>, typename T::second_type) {
    using W = detail::ElementType<std::ranges::range_value_t<detail::AppliedResult<F, typename T::second_type>>>;
    using G = detail::EmitValues<F>;
    return detail::deriveKeepingKeys<detail::FlatMappedRDD<T, std::pair<typename T::first_type, W>, G>>(
        *this, "flatMapValues", where, detail::Function<G>{G(std::move(f))});
  }
}

template <class T>
RDD<T> RDD<T>::sample(bool withReplacement, double fraction, std::uint64_t seed, CallSite where) const {
  if (!(fraction >= 0) || std::isinf(fraction) || (!withReplacement && fraction > 1)) {
    detail::throwAt<std::invalid_argument>(
        "sample", where, "the fraction must be a number of at least 0, and at most 1 without replacement");
  }
  return detail::deriveKeepingKeys<detail::SampledRDD<T>>(*this, "sample", where, std::uint8_t{withReplacement},
                                                          fraction, seed);
}

}  // namespace seltzer
