#pragma once

#include <type_traits>

#include <boost/serialization/serialization.hpp>

namespace seltzer::detail {

class WireWriter;

namespace serialize_probe {

/// As general as Boost's default, which takes any type, so a call is ambiguous unless there is a better match.
template <class Archive, class T>
void serialize(Archive&, T&, const unsigned int);

template <class T>
concept HasFree = requires(WireWriter& archive, T& value, const boost::serialization::version_type version) {
  serialize(archive, value, version);
};

template <class T>
concept HasPublicMember = requires(WireWriter& archive, T& value, const unsigned int version) {
  value.serialize(archive, version);
};

template <class T>
concept HasAccessibleMember = HasPublicMember<T> || requires {
  sizeof(&T::serialize);
};

struct NamedSerialize {
  int serialize;
};

template <class T>
struct Beside : T, NamedSerialize {};

/// True if T has a member called `serialize`, of any kind and access: a second base with the same member makes the name
/// ambiguous. For a final class, true only if the member is accessible.
template <class T>
consteval bool namesMember() {
  if constexpr (std::is_class_v<T> && !std::is_final_v<T>) {
    return !requires {
      &Beside<T>::serialize;
    };
  } else {
    return HasAccessibleMember<T>;
  }
}

/// True if that member is inaccessible from here: private, for `boost::serialization::access`.
template <class T>
inline constexpr bool hasPrivateMember = namesMember<T>() && !HasAccessibleMember<T>;

}  // namespace serialize_probe

/// True if `boost::serialization::serialize_adl` finds a `serialize` for T: a member, public or private, or a free
/// function in the namespace of T or in `boost::serialization`. Never a hard error. Does not see a private member of a
/// final class.
template <class T>
inline constexpr bool hasSerialize =
    serialize_probe::HasFree<T> || serialize_probe::HasPublicMember<T> || serialize_probe::hasPrivateMember<T>;

}  // namespace seltzer::detail
