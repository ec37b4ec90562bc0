#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include <boost/serialization/extended_type_info_typeid.hpp>
#include <boost/serialization/serialization.hpp>
#include <boost/serialization/version.hpp>
#include <boost/serialization/void_cast.hpp>

#include <seltzer/detail/data/element/aggregate_members.hpp>
#include <seltzer/detail/data/wire/bitwise.hpp>
#include <seltzer/owned.hpp>

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
struct IsWireable : std::bool_constant<isWireable<T>> {};

template <class T>
inline constexpr std::size_t smallestEncoding = WireFormat<std::remove_cv_t<T>>::smallest;

template <class T>
consteval bool madeByReading();
template <class T>
using IsMadeByReading = std::bool_constant<madeByReading<T>()>;

template <class T>
consteval bool madeByReading() {
  if constexpr (partCount<T> != 0) {
    return allPartsAre<T, IsMadeByReading>;
  } else {
    return std::is_default_constructible_v<T> || isBitwise<T>;
  }
}

/// True if a T can be made of what is read: it is default constructible, and read into, or its bytes or its parts alone
/// make one.
template <class T>
inline constexpr bool isMadeByReading = madeByReading<T>();

/// Whether a T can be written, and constructed where it arrives.
template <class T>
inline constexpr bool travels = std::conjunction_v<IsWireable<T>, IsMadeByReading<T>>;

/// What archives answer to a `serialize` that asks for Boost's library version: the layout of Boost 1.74.
inline constexpr unsigned wireLibraryVersion = 18;

/// How deep objects of user classes may be nested. The writer refuses more, and the reader takes more for damage, so
/// that no input can exhaust the stack.
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

/// Whether a T is, or is made of, an Inner: `std::vector<std::pair<int, Inner>>`. Not where its ownership is shared.
template <class T, class Inner>
inline constexpr bool mentions = std::is_same_v<std::remove_cv_t<T>, Inner>;
template <class T, std::size_t count, class Inner>
inline constexpr bool mentions<T[count], Inner> = mentions<T, Inner>;
template <template <class...> class Template, class... Ts, class Inner>
inline constexpr bool mentions<Template<Ts...>, Inner> = (mentions<Ts, Inner> || ...);
template <class T, class Inner>
inline constexpr bool mentions<std::shared_ptr<T>, Inner> = false;

/// Whether a member of Whole can be written and read into; one that holds Wholes itself (a tree's children) if these
/// can.
template <class Whole>
struct MemberOf {
  template <class Member>
  static consteval bool isWireableMember() {
    if constexpr (std::is_reference_v<Member> || std::is_const_v<Member> || holdsAddress<Member>()) {
      return false;
    } else if constexpr (mentions<Member, Whole>) {
      return true;
    } else {
      return isWireable<Member> && isOwned<Member>;
    }
  }
  template <class Member>
  using IsWireable = std::bool_constant<isWireableMember<Member>()>;
};

/// Aggregates that do not define how they travel, and whose members can all travel. A view among these cannot: nothing
/// would own what it refers to where it arrives.
template <class T>
consteval bool travelsByMembers() {
  if constexpr (!std::is_class_v<T> || isBitwise<T> || hasSerialize<T> || serialize_probe::namesMember<T>()) {
    return false;
  } else if constexpr (!hasVisibleMembers<T>) {
    return false;
  } else {
    return allMembersAre<T, MemberOf<T>::template IsWireable>();
  }
}

template <class... Members>
consteval std::size_t smallestOfAll(TypeList<Members...>) {
  return (smallestEncoding<Members> + ... + 0);
}

/// Bitwise types: their memory. Other classes: what their `serialize` writes, or their members in order.
template <class T>
struct WireFormat {
  static constexpr bool byMembers = travelsByMembers<T>();
  static constexpr bool wireable = [] {
    if constexpr (isBitwise<T> || std::is_enum_v<T>) {
      return true;
    } else if constexpr (std::is_class_v<T> || std::is_union_v<T>) {
      return hasSerialize<T> || byMembers;
    } else {
      return false;
    }
  }();
  static constexpr std::size_t smallest = [] {
    if constexpr (byMembers) {
      return smallestOfAll(MemberTypes<T>());
    } else {
      return isBitwise<T> ? sizeof(T) : 0;
    }
  }();

  template <class Writer>
  static void write(Writer& out, const T& value) {
    if constexpr (isBitwise<T>) {
      out.writeElements(std::addressof(value), 1);
    } else if constexpr (std::is_enum_v<T>) {
      out << static_cast<std::underlying_type_t<T>>(value);
    } else if constexpr (byMembers) {
      const NestedClass<Writer> nested(out);
      withMembers(value, [&out](const auto&... members) { (out << ... << members); });
    } else {
      serializeClass(out, const_cast<T&>(value));
    }
  }

  template <class Reader>
  static void read(Reader& in, T& value) {
    if constexpr (std::is_enum_v<T> && !isBitwise<T>) {
      value = static_cast<T>(in.template read<std::underlying_type_t<T>>());
    } else if constexpr (byMembers) {
      const NestedClass<Reader> nested(in);
      withMembers(value, [&in](auto&... members) { (in >> ... >> members); });
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
