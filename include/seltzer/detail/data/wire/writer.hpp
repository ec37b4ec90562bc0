#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <type_traits>

#include <boost/mpl/bool.hpp>

#include <seltzer/detail/data/wire/containers.hpp>
#include <seltzer/detail/data/wire/format.hpp>
#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// Appends values to a buffer: a saving archive in the sense of Boost.Serialization, without headers, tracking or class
/// information. Writes directly to the buffer: nothing needs to be flushed.
///
/// Format: the object representation of bitwise types (see isBitwise); a 64-bit length before the elements of strings
/// and containers; one byte before the value of an optional or unique_ptr; a one-byte index before the value of a
/// variant; the members of pairs, tuples and arrays in order; for user classes whatever their `serialize` writes. A
/// string_view is written as a string. About 5 ns per (string, int64) pair into a reserved buffer.
class WireWriter {
 public:
  using is_saving = boost::mpl::bool_<true>;
  using is_loading = boost::mpl::bool_<false>;

  /// Appends to `out`, which must outlive the writer.
  explicit WireWriter(Bytes& out) : out_(out) {}

  /// Throws std::length_error if user classes are nested deeper than maxWireNesting. After an exception the buffer
  /// holds part of the value.
  template <class T>
  WireWriter& operator<<(const T& value) {
    static_assert(
        !std::is_pointer_v<T>,
        "a raw pointer cannot travel: it means nothing on another rank; send the value or a std::unique_ptr to it");
    static_assert(
        std::is_pointer_v<T> || isWireable<T>,
        "this type cannot travel: give it a Boost.Serialization `serialize`, or make it trivially copyable or a "
        "struct of members that can travel, without pointers, views and what else holds an address (such "
        "as std::error_code and std::type_index)");
    if constexpr (isWireable<T>) {
      WireFormat<T>::write(*this, value);
    }
    return *this;
  }

  template <class T>
  WireWriter& operator&(const T& value) {
    return *this << value;
  }

  /// Appends `bytes`, without a length.
  void writeBytes(ByteView bytes) { append(bytes.data(), bytes.size()); }

  /// Appends the object representations of `count` elements, without a length.
  template <class T>
  void writeElements(const T* elements, std::size_t count) {
    static_assert(isBitwise<T>);
    append(elements, count * sizeof(T));
  }

  /// Appends `count` as 64 bits and the object representations of that many elements.
  template <class T>
  void writeCounted(const T* elements, std::size_t count) {
    static_assert(isBitwise<T>);
    const std::uint64_t length = count;
    std::byte* end = extend(sizeof length + count * sizeof(T));
    std::memcpy(end, &length, sizeof length);
    if (count != 0) {
      std::memcpy(end + sizeof length, static_cast<const void*>(elements), count * sizeof(T));
    }
  }

  /// Makes room for at least that many bytes more.
  void reserve(std::size_t bytes) {
    if (bytes > out_.capacity() - out_.size()) grow(out_.size() + bytes);
  }

  /// The size of the buffer, including its previous contents.
  std::size_t size() const { return out_.size(); }

  /// Appends zeros until the buffer has at least `size` bytes.
  void padTo(std::size_t size);

  /// @name The rest of Boost's saving archive interface
  /// @{
  void save_binary(const void* bytes, std::size_t count) { append(bytes, count); }
  template <class T>
  void register_type(const T* = nullptr) {}
  unsigned get_library_version() const { return wireLibraryVersion; }
  /// @}

  void enter() {
    if (nesting_ == maxWireNesting) throwTooDeepToWrite(maxWireNesting);
    ++nesting_;
  }
  void leave() { --nesting_; }

 private:
  std::byte* extend(std::size_t count) {
    const std::size_t size = out_.size();
    if (count > out_.capacity() - size) {
      grow(size + count);
    }
    out_.resize(size + count);
    return out_.data() + size;
  }

  /// Copies by memcpy, because a vector with a custom allocator moves byte by byte.
  void grow(std::size_t atLeast);

  void append(const void* bytes, std::size_t count) {
    if (count != 0) {
      std::memcpy(extend(count), bytes, count);
    }
  }

  Bytes& out_;
  unsigned nesting_ = 0;
};

/// `value` in wire form.
template <class T>
Bytes toWire(const T& value) {
  Bytes bytes;
  WireWriter(bytes) << value;
  return bytes;
}

}  // namespace seltzer::detail
