#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include <seltzer/call_site.hpp>
#include <seltzer/detail/data/flat_hash.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/engine/accumulator_table.hpp>
#include <seltzer/detail/engine/broadcast_table.hpp>
#include <seltzer/detail/engine/job_service.hpp>
#include <seltzer/hash.hpp>

namespace seltzer {

class Context;

/// A broadcast `std::unordered_map<K, V>` of integers or enumerations to trivially copyable values, with the functions
/// of a const map, in memory that the ranks of a node share. If at least half of the keys between the least and the
/// greatest are there it is an array of values; otherwise it is a hash table without nodes. An entry is a
/// `std::pair<K, const V&>`. Iteration is in no particular order.
template <class K, class V>
class BroadcastMap {
 public:
  /// @cond
  using key_type = K;
  using mapped_type = V;
  using value_type = std::pair<K, V>;
  using size_type = std::size_t;
  using const_iterator = typename detail::FlatHash<K, V>::const_iterator;
  using iterator = const_iterator;
  /// @endcond

  /// The number of entries.
  std::size_t size() const { return table_.size(); }

  /// Whether there are none.
  bool empty() const { return size() == 0; }

  /// The first entry.
  const_iterator begin() const { return table_.begin(); }

  /// Behind the last entry.
  const_iterator end() const { return table_.end(); }

  /// The entry of a key, or `end()`.
  const_iterator find(const K& key) const { return table_.find(key); }

  /// Whether there is an entry of the key.
  bool contains(const K& key) const { return table_.lookUp(key) != nullptr; }

  /// 1 or 0.
  std::size_t count(const K& key) const { return contains(key) ? 1 : 0; }

  /// The value of a key. Throws std::out_of_range if there is none.
  const V& at(const K& key) const {
    const V* value = table_.lookUp(key);
    if (value == nullptr) [[unlikely]]
      detail::throwNoSuchKey();
    return *value;
  }

  /// @cond
  explicit BroadcastMap(detail::ByteView bytes) : table_(bytes) {}
  /// @endcond

 private:
  detail::FlatHash<K, V> table_;
};

namespace detail {

/// Trivially copyable objects that are read where their bytes are.
template <class T>
concept ReadInBytes = isBitwise<T> && std::is_trivially_copyable_v<T> && alignof(T) <= 64;

/// How a broadcast value is read: in place from memory shared by the ranks of a node, if its bytes allow it, or as a
/// `Decoded` of this rank.
template <class T>
struct BroadcastForm {
  static constexpr bool inPlace = ReadInBytes<T>;
  using Value = const T&;
  using Decoded = T;
  static Decoded decode(ByteView bytes) { return fromWire<T>(bytes); }
  static Bytes encode(const T& value) { return toWire(value); }
};
template <class T>
requires(ReadInBytes<T> && !std::is_same_v<T, bool>) struct BroadcastForm<std::vector<T>> {
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

template <class K, ReadInBytes V>
requires(ComparedAsInteger<K> && sizeof(K) <= 8) struct BroadcastForm<std::unordered_map<K, V>> {
  static constexpr bool inPlace = false;
  using Value = const BroadcastMap<K, V>&;
  using Decoded = BroadcastMap<K, V>;
  static Bytes encode(const std::unordered_map<K, V>& value) { return FlatHash<K, V>::encode(value); }
  static Decoded decode(ByteView bytes) { return Decoded(bytes); }
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
/// are read as `std::span<const T>` and strings as `std::string_view`. Maps of integers exist once per node, too: a
/// `std::unordered_map` is read as a `BroadcastMap`. Any other value is decoded once by each rank that reads it, from
/// shared bytes.
template <class T>
class Broadcast {
 public:
  /// The type of `value()`.
  using Value = typename detail::BroadcastForm<T>::Value;

  /// The value: as a `std::span<const E>` for a `std::vector<E>` of trivially copyable elements, a `std::string_view`
  /// for a string, a `const BroadcastMap<K, V>&` for a `std::unordered_map<K, V>` of integers or enumerations to
  /// trivially copyable values, otherwise a `const T&`. Valid until `destroy`, after which this throws
  /// std::logic_error; a map or a `const T&` on the driver only until `unpersist`.
  Value value() const;

  /// `value()`.
  Value operator*() const { return value(); }

  /// `b->member`, for a value that is read by reference.
  auto operator->() const requires std::is_reference_v<Value> { return &value(); }

  /// Drops the driver's decoded copy at once and those of the other ranks with the next job; they decode the value
  /// again when it is used. The shared bytes stay.
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
    using Form = detail::BroadcastForm<T>;
    return broadcasts.value<typename Form::Decoded>(id_, [](detail::ByteView bytes) { return Form::decode(bytes); });
  }
}

}  // namespace seltzer
