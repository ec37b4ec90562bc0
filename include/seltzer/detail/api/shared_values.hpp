#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <seltzer/detail/api/derive.hpp>

namespace seltzer {

template <class T>
Broadcast<T> Context::broadcast(const T& value, CallSite where) {
  SELTZER_CHECK((detail::travels<T> || !detail::holdsDriverHandle<T>),
                "broadcast: an RDD is not its elements; broadcast what collect() gives")
  SELTZER_CHECK(
      detail::travels<T>,
      "broadcast: the value cannot travel to other ranks; give its type a Boost.Serialization `serialize` and a "
      "default constructor") {
    jobs().requireIdle("broadcast", where);
    detail::Bytes content = jobs().account("broadcast", where, Phase::serializeData,
                                           [&value] { return detail::BroadcastForm<T>::encode(value); });
    return Broadcast<T>(jobs().createBroadcast(content, "broadcast", where));
  }
}

template <class T, class Merge>
Accumulator<T> Context::accumulator(T zero, std::string name, Merge merge, CallSite where) {
  SELTZER_CHECK(
      detail::travels<T>,
      "accumulator: the value cannot travel to the driver; give its type a Boost.Serialization `serialize` and a "
      "default constructor")
  SELTZER_CHECK_SHIPPABLE("accumulator", Merge)
  SELTZER_CHECK((!std::is_same_v<Merge, Sum> || detail::accumulates<Merge, T, const T&>),
                "accumulator: the values have no operator+=; pass a function merge(into, from) after the name, or use "
                "collectionAccumulator for vectors")
  SELTZER_CHECK_CALLABLE("accumulator", (detail::accumulates<Merge, T, const T&>), "merge(into, from)")
  SELTZER_CHECK_PARAMETERS("accumulator", Merge, T, T)
  SELTZER_CHECK_LOSSLESS("accumulator", (detail::accumulatesLosslessly<Merge, T, const T&>()), "merge",
                         "give the zero the wider type") {
    jobs().requireIdle("accumulator", where);
    using Slot = detail::MergingAccumulator<T, Merge>;
    detail::Bytes parameters =
        detail::encodeAt<typename Slot::Parameters>("accumulator", where, zero, detail::Function<Merge>{merge});
    const detail::TypeId type = detail::Registered<detail::AccumulatorBase, Slot>::id;
    const std::uint32_t id = jobs().createAccumulator(type, std::move(parameters), std::move(name));
    return Accumulator<T>(id);
  }
}

inline LongAccumulator Context::longAccumulator(std::string name, CallSite where) {
  return LongAccumulator(accumulator(detail::NumberTotal<std::int64_t>(), std::move(name), Sum(), where));
}

inline DoubleAccumulator Context::doubleAccumulator(std::string name, CallSite where) {
  return DoubleAccumulator(accumulator(detail::NumberTotal<double>(), std::move(name), Sum(), where));
}

}  // namespace seltzer
