#pragma once

#include <seltzer/api/derive.hpp>

namespace seltzer {

template <class T>
Broadcast<T> Context::broadcast(const T& value, CallSite where) {
  static_assert(detail::isWireable<T>,
                "broadcast: the value cannot travel to other ranks; give its type a Boost.Serialization `serialize`");
  scheduler_.requireIdle("broadcast", where);
  detail::Bytes content = scheduler_.account("broadcast", where, Phase::serializeData,
                                             [&value] { return detail::BroadcastForm<T>::encode(value); });
  return Broadcast<T>(scheduler_.createBroadcast(content, where));
}

template <class T, class Merge>
Accumulator<T> Context::accumulator(T zero, std::string name, Merge merge, CallSite where) {
  static_assert(detail::isWireable<T>,
                "accumulator: the value cannot travel to the driver; give its type a Boost.Serialization `serialize`");
  SELTZER_CHECK_SHIPPABLE("accumulator", Merge);
  SELTZER_CHECK_CALLABLE("accumulator", (detail::Accumulates<Merge, T, const T&>), "merge(into, from)");
  scheduler_.requireIdle("accumulator", where);
  using Slot = detail::MergingAccumulator<T, Merge>;
  detail::Bytes parameters = detail::withCallSite("accumulator", where, [&] { return Slot::encode(zero, merge); });
  const detail::TypeId type = Slot::type();
  const std::uint32_t id = scheduler_.createAccumulator(type, std::move(parameters), std::move(name));
  return Accumulator<T>(id);
}

}  // namespace seltzer
