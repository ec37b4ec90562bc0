#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>

#include <boost/serialization/extended_type_info_typeid.hpp>
#include <boost/serialization/serialization.hpp>
#include <boost/serialization/version.hpp>
#include <boost/serialization/void_cast.hpp>

#include <seltzer/data/bitwise.hpp>

namespace seltzer::detail {

/// How values of type T look on the wire. Each specialization has
///   `wireable`  whether T can travel; the rest is only used if so,
///   `smallest`  a lower bound of the bytes of any value, to check lengths before memory is allocated,
///   `write(out, value)`, `read(in, value)`  for a WireWriter and a WireReader.
/// Numbers are in the byte order and size of the machine: all ranks run the same executable.
template <class T>
struct WireFormat;

/// True if a T can be written to the wire, and, if it is default constructible and holds no views, read back. Never a
/// hard error.
template <class T>
inline constexpr bool isWireable = [] {
  if constexpr (std::is_object_v<T>) {
    return WireFormat<std::remove_cv_t<T>>::wireable;
  } else {
    return false;
  }
}();

template <class T>
inline constexpr std::size_t smallestEncoding = WireFormat<std::remove_cv_t<T>>::smallest;

/// True if a T can be made to be read into: it is default constructible, or its bytes alone make one.
template <class T>
inline constexpr bool isMadeByReading = std::is_default_constructible_v<T> ||
                                        (isBitwise<T> && std::is_trivially_copyable_v<T>);

/// What archives answer to a `serialize` that asks for Boost's library version: the layout of Boost 1.74.
inline constexpr unsigned wireLibraryVersion = 18;

/// Objects of user classes within one another; more is refused by the writer and is damage to the reader, so that no
/// input can exhaust the stack.
inline constexpr unsigned maxWireNesting = 512;

/// Counts one level of nesting for its lifetime. `archive.enter()` throws at the limit.
template <class Archive>
class NestedClass {
 public:
  explicit NestedClass(Archive& archive) : archive_(archive) { archive_.enter(); }
  NestedClass(const NestedClass&) = delete;
  NestedClass& operator=(const NestedClass&) = delete;
  ~NestedClass() { archive_.leave(); }

 private:
  Archive& archive_;
};

template <class Archive, class T>
void serializeClass(Archive& archive, T& value) {
  const NestedClass<Archive> nested(archive);
  boost::serialization::serialize_adl(archive, value, boost::serialization::version<T>::value);
}

/// Bitwise types: their memory. Other classes: what their `serialize` writes.
template <class T>
struct WireFormat {
  static constexpr bool wireable = [] {
    if constexpr (isBitwise<T> || std::is_enum_v<T>) {
      return true;
    } else if constexpr (std::is_class_v<T> || std::is_union_v<T>) {
      return hasSerialize<T>;
    } else {
      return false;
    }
  }();
  static constexpr std::size_t smallest = isBitwise<T> ? sizeof(T) : 0;

  template <class Writer>
  static void write(Writer& out, const T& value) {
    if constexpr (isBitwise<T>) {
      out.writeElements(std::addressof(value), 1);
    } else if constexpr (std::is_enum_v<T>) {
      out << static_cast<std::underlying_type_t<T>>(value);
    } else {
      serializeClass(out, const_cast<T&>(value));
    }
  }

  template <class Reader>
  static void read(Reader& in, T& value) {
    if constexpr (std::is_enum_v<T> && !isBitwise<T>) {
      value = static_cast<T>(in.template read<std::underlying_type_t<T>>());
    } else if constexpr (!isBitwise<T>) {
      serializeClass(in, value);
    } else if constexpr (sharesItsTail<T>() && std::is_move_assignable_v<T> && isMadeByReading<T>) {
      value = in.template read<T>();
    } else {
      in.readElements(std::addressof(value), 1);
    }
  }
};

/// One byte; any but 0 is read as true.
template <>
struct WireFormat<bool> {
  static constexpr bool wireable = true;
  static constexpr std::size_t smallest = 1;

  template <class Writer>
  static void write(Writer& out, bool value) {
    out << static_cast<unsigned char>(value);
  }

  template <class Reader>
  static void read(Reader& in, bool& value) {
    unsigned char byte = 0;
    in >> byte;
    value = byte != 0;
  }
};

}  // namespace seltzer::detail
