#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <seltzer/detail/data/element/aggregate_members.hpp>

// Aggregates that aggregate_members.hpp cannot take apart, because they have many members or such that `{}` does not
// make, and unions: objects that convert to types of one kind stand for their parts, one for each element of an array.

namespace seltzer::detail {

/// What is behind that many initializers is not looked at.
inline constexpr std::size_t mostInitializers = 256;

/// Give any value, but nothing that every reference can be bound to. Compilers differ in what they bind to what these
/// convert to: g++ lets references to const pass the first and rvalue references the second, clang refuses both the
/// first.
struct LastingField {
  template <class T>
  requires(!std::is_const_v<T>) operator T&() const;
};
#ifdef __clang__
using PassingField = LastingField;
#else
struct PassingField {
  template <class T>
  operator T&&() const;
  template <class T>
  operator const T&() const = delete;
};
#endif

template <class T, class Field, std::size_t... i>
consteval bool takesInitializers(std::index_sequence<i...>) {
  return requires {
    T{((void)i, Field{})...};
  };
}

template <class T, template <class> class Kind, std::size_t... before, std::size_t... behind>
consteval bool takesInitializerAt(std::index_sequence<before...>, std::index_sequence<behind...>) {
  return requires {
    T{((void)before, FieldOf<AnyKind>{})..., FieldOf<Kind>{}, ((void)behind, FieldOf<AnyKind>{})...};
  };
}

/// How many initializers T takes at most, up to mostInitializers; 0 if it takes none of anything.
template <class T, std::size_t count = 1, bool found = false>
consteval std::size_t initializerCount() {
  constexpr std::size_t most = std::min(mostInitializers, 8 * sizeof(T));
  if constexpr (count > most) {
    return found ? most : 0;
  } else if constexpr (takesInitializers<T, FieldOf<AnyKind>>(std::make_index_sequence<count>())) {
    return initializerCount<T, count + 1, true>();
  } else if constexpr (found) {
    return count - 1;
  } else {
    return initializerCount<T, count + 1, false>();
  }
}

template <class T, std::size_t count, template <class> class Kind, std::size_t... i>
consteval bool anyInitializerTakes(std::index_sequence<i...>) {
  return (takesInitializerAt<T, Kind>(std::make_index_sequence<i>(), std::make_index_sequence<count - 1 - i>()) || ...);
}

template <class T, std::size_t count>
consteval bool anyInitializerIsReference() {
  if constexpr (std::is_copy_assignable_v<T>) {
    return false;
  } else {
    constexpr std::make_index_sequence<count> all;
    return !takesInitializers<T, LastingField>(all) || !takesInitializers<T, PassingField>(all);
  }
}

/// Whether an initializer of T, of which there are not too many, is of a type for which `Kind<Type>` is true, or a
/// member of T is a reference. `Other<Type>` is the opposite of `Kind<Type>`.
template <class T, template <class> class Kind, template <class> class Other>
consteval bool anyInitializerIs() {
  constexpr std::size_t count = initializerCount<T>();
  if constexpr (count == 0) {
    return !std::is_copy_assignable_v<T>;  // a reference, which no value makes
  } else if constexpr (anyInitializerIsReference<T, count>()) {
    return true;
  } else if constexpr (count <= 64) {
    return anyInitializerTakes<T, count, Kind>(std::make_index_sequence<count>());
  } else {
    return !takesInitializers<T, FieldOf<Other>>(std::make_index_sequence<count>());
  }
}

}  // namespace seltzer::detail
