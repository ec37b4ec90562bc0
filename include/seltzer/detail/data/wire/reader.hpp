#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include <boost/mpl/bool.hpp>

#include <seltzer/detail/data/wire/containers.hpp>
#include <seltzer/detail/data/wire/error.hpp>
#include <seltzer/detail/data/wire/format.hpp>
#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// The trivially copyable object with these `sizeof(T)` bytes. It needs no default constructor. Not std::bit_cast, for
/// which g++ 12 does not consider closures with a capture or capture-default trivially copyable.
template <class T>
T fromMemory(const std::byte* bytes) {
  alignas(T) std::array<std::byte, sizeof(T)> memory;
  std::memcpy(memory.data(), bytes, sizeof(T));
  return std::move(*std::launder(reinterpret_cast<T*>(memory.data())));
}

/// Reads what a WireWriter wrote: a loading archive in the sense of Boost.Serialization. Damaged input results in a
/// WireError or a wrong value, never in undefined behaviour or an allocation out of proportion to the input: a length
/// is checked against the remaining bytes before memory is allocated for it. Unusable after an exception.
class WireReader {
 public:
  using is_saving = boost::mpl::bool_<false>;
  using is_loading = boost::mpl::bool_<true>;

  /// Reads from `in`, whose bytes must outlive the reader.
  explicit WireReader(ByteView in) : next_(in.data()), end_(in.data() + in.size()) {}

  /// Reads into `value`, replacing its contents.
  template <class T>
  WireReader& operator>>(T&& value) {
    using Value = std::remove_cvref_t<T>;
    static_assert(
        !std::is_pointer_v<Value>,
        "a raw pointer cannot travel: it means nothing on another rank; send the value or a std::unique_ptr to it");
    static_assert(
        std::is_pointer_v<Value> || isWireable<Value>,
        "this type cannot travel: give it a Boost.Serialization `serialize`, or make it trivially copyable or a "
        "struct of members that can travel, without pointers, views and what else holds an address (such "
        "as std::error_code and std::type_index)");
    static_assert(!std::is_const_v<std::remove_reference_t<T>> || boost::serialization::is_wrapper<Value>::type::value,
                  "a const object cannot be read into");
    if constexpr (isWireable<Value>) {
      WireFormat<Value>::read(*this, const_cast<Value&>(value));
    }
    return *this;
  }

  template <class T>
  WireReader& operator&(T&& value) {
    return *this >> value;
  }

  /// Reads a new T.
  template <class T>
  T read() {
    static_assert(isMadeByReading<T>, "values are read into new objects: this type needs a default constructor");
    if constexpr (isBitwise<T> && (std::is_trivially_copyable_v<T> || !std::is_default_constructible_v<T>)) {
      return fromMemory<T>(take(sizeof(T), typeid(T)));
    } else if constexpr (!std::is_default_constructible_v<T>) {
      return WireFormat<T>::make(*this);
    } else if constexpr (isBitwise<T>) {
      T value = T();
      readElements(std::addressof(value), 1);
      return value;
    } else {
      T value = T();
      *this >> value;
      return value;
    }
  }

  std::size_t remaining() const { return static_cast<std::size_t>(end_ - next_); }
  bool atEnd() const { return next_ == end_; }
  /// The remaining bytes, in place.
  ByteView rest() const { return {next_, remaining()}; }

  /// The next `count` bytes, in place. Throws WireError if fewer are left.
  ByteView readBytes(std::size_t count) { return {take(count, typeid(ByteView)), count}; }

  /// Fills `count` elements, written without a length.
  template <class T>
  void readElements(T* elements, std::size_t count) {
    static_assert(isBitwise<T>);
    const std::byte* bytes = take(byteCount(count, sizeof(T)), typeid(T));
    if (count != 0) {
      std::memcpy(const_cast<void*>(static_cast<const void*>(elements)), bytes, count * sizeof(T));
    }
  }

  /// Reads the length of a `Container` whose elements take at least `smallest` bytes each. An element counts for at
  /// least one byte, for which the writer pads if necessary, so that a length is at most the number of remaining bytes.
  /// Throws WireError otherwise.
  template <class Container>
  std::size_t readLength(std::size_t smallest) {
    std::uint64_t length = 0;
    std::memcpy(&length, take(sizeof length, typeid(Container)), sizeof length);
    if (const std::size_t wanted = byteCount(length, smallest == 0 ? 1 : smallest); wanted > remaining()) {
      throwWireTooShort(typeid(Container), wanted, remaining());
    }
    return length;
  }

  /// How many of `count` elements, each of `size` bytes in memory, to reserve ahead: at most four times as much memory
  /// as there are remaining bytes.
  std::size_t reservable(std::size_t count, std::size_t size) const {
    return std::min(count, remaining() / size * 4 + 1);
  }

  /// @name The rest of Boost's loading archive interface
  /// @{
  void load_binary(void* bytes, std::size_t count) {
    if (const std::byte* from = take(count, typeid(ByteView)); count != 0) {
      std::memcpy(bytes, from, count);
    }
  }
  template <class T>
  void register_type(const T* = nullptr) {}
  unsigned get_library_version() const { return wireLibraryVersion; }
  void reset_object_address(const void*, const void*) {}
  void delete_created_pointers() {}
  /// @}

  void enter() {
    if (nesting_ == maxWireNesting) throwWireTooDeep(maxWireNesting);
    ++nesting_;
  }
  void leave() { --nesting_; }

 private:
  static std::size_t byteCount(std::size_t count, std::size_t size) {
    const std::size_t most = std::numeric_limits<std::size_t>::max();
    return count > most / size ? most : count * size;
  }

  const std::byte* take(std::size_t count, const std::type_info& type) {
    if (count > remaining()) {
      throwWireTooShort(type, count, remaining());
    }
    return std::exchange(next_, next_ + count);
  }

  const std::byte* next_;
  const std::byte* end_;
  unsigned nesting_ = 0;
};

/// The value encoded by all of `bytes`. Throws WireError if they are damaged or longer than the value.
template <class T>
T fromWire(ByteView bytes) {
  WireReader reader(bytes);
  T value = reader.read<T>();
  if (!reader.atEnd()) throwWireTooLong(typeid(T), reader.remaining(), bytes.size());
  return value;
}

}  // namespace seltzer::detail
