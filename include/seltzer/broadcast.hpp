#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <seltzer/call_site.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/engine/accumulator_table.hpp>
#include <seltzer/detail/engine/broadcast_table.hpp>
#include <seltzer/detail/engine/job_service.hpp>

namespace seltzer {

class Context;

namespace detail {

/// How a broadcast value is read: in place from memory shared by the ranks of a node, if its bytes allow it, or from
/// this rank's decoded copy.
template <class T>
struct BroadcastForm {
  static constexpr bool inPlace = isBitwise<T> && std::is_trivially_copyable_v<T> && alignof(T) <= 64;
  using Value = const T&;
  static Bytes encode(const T& value) { return toWire(value); }
};
template <class T>
requires(isBitwise<T> && !std::is_same_v<T, bool>) struct BroadcastForm<std::vector<T>> {
  static constexpr bool inPlace = true;
  using Value = std::span<const T>;
  static Bytes encode(const std::vector<T>& value) {
    const ByteView bytes = std::as_bytes(std::span(value));
    return Bytes(bytes.begin(), bytes.end());
  }
};
template <>
struct BroadcastForm<std::string> {
  static constexpr bool inPlace = true;
  using Value = std::string_view;
  static Bytes encode(const std::string& value) {
    const ByteView bytes = std::as_bytes(std::span(value));
    return Bytes(bytes.begin(), bytes.end());
  }
};

/// Those of this rank. Throw std::logic_error outside `run`.
AccumulatorTable& requireAccumulators(std::string_view what);
BroadcastTable& requireBroadcasts(std::string_view what);
/// Throws NestedJobError in a user's function on a rank, and std::logic_error outside the driver function.
JobService& requireJobService(std::string_view operation, const CallSite& where);
/// Throws NestedJobError, on every rank, in a task and in any other user's function that a job calls.
void requireDriverFunction(std::string_view what);

}  // namespace detail

/// A read-only value on every rank, made by `Context::broadcast`. A handle of a few bytes that functions capture by
/// value.
///
/// Trivially copyable values, vectors of them and strings exist once per node, in memory shared by its ranks; vectors
/// are read as `std::span<const T>` and strings as `std::string_view`. Any other value is decoded once by each rank
/// that reads it, from shared bytes.
template <class T>
class Broadcast {
 public:
  /// The type of `value()`.
  using Value = typename detail::BroadcastForm<T>::Value;

  /// The value: as a `std::span<const E>` for a `std::vector<E>` of trivially copyable elements, a `std::string_view`
  /// for a string, otherwise a `const T&`. Valid until `destroy`, after which this throws std::logic_error.
  Value value() const;

  /// `value()`.
  Value operator*() const { return value(); }

  /// `b->member`, for a value that is read as `const T&`.
  auto operator->() const requires std::is_reference_v<Value> { return &value(); }

  /// Makes the ranks drop their decoded copies, with the next job; they decode the value again when it is used. The
  /// shared bytes stay.
  void unpersist(CallSite where = CallSite::current()) const {
    detail::requireJobService("unpersist", where).unpersistBroadcast(id_);
  }

  /// **Collective.** Frees the memory on all ranks; using the value afterwards throws std::logic_error.
  void destroy(CallSite where = CallSite::current()) const {
    detail::requireJobService("destroy", where).destroyBroadcast(id_, where);
  }

  /// The number of this value, unique among the program's broadcast values.
  std::uint32_t id() const { return id_; }

 private:
  friend class Context;
  explicit Broadcast(std::uint32_t id) : id_(id) {}

  std::uint32_t id_;
};

template <class T>
typename Broadcast<T>::Value Broadcast<T>::value() const {
  auto& broadcasts = detail::requireBroadcasts("Broadcast::value");
  if constexpr (detail::BroadcastForm<T>::inPlace) {
    const detail::ByteView bytes = broadcasts.bytes(id_);
    if constexpr (std::is_reference_v<Value>) {
      return *reinterpret_cast<const T*>(bytes.data());
    } else {
      using Element = typename Value::value_type;
      return Value(reinterpret_cast<const Element*>(bytes.data()), bytes.size() / sizeof(Element));
    }
  } else {
    return broadcasts.value<T>(id_, [](detail::ByteView bytes) { return detail::fromWire<T>(bytes); });
  }
}

}  // namespace seltzer
