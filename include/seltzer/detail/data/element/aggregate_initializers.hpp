#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <seltzer/detail/data/element/aggregate_members.hpp>

// For unions, and aggregates that aggregate_members.hpp cannot decompose because they have many members or ones that
// `{}` cannot initialize: probes their parts, each array element singly, by initializers that convert to types of one
// kind.

namespace seltzer::detail {

/// Initializers beyond this number are not examined.
inline constexpr std::size_t mostInitializers = 256;

/// Convert to any value, but a reference of any kind fails to bind to at least one of the two. Compilers differ: g++
/// binds references to const to the first and rvalue references to the second, clang binds neither to the first.
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

/// The most initializers that T takes, up to mostInitializers; 0 if it takes none.
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

/// Whether `Kind<Type>` is true for the type of an initializer of T, or a member of T is a reference. `Other<Type>` is
/// the negation of `Kind<Type>`.
template <class T, template <class> class Kind, template <class> class Other>
consteval bool anyInitializerIs() {
  constexpr std::size_t count = initializerCount<T>();
  if constexpr (count == 0) {
    return !std::is_copy_assignable_v<T>;  // a reference, which no value can initialize
  } else if constexpr (anyInitializerIsReference<T, count>()) {
    return true;
  } else if constexpr (count <= 64) {
    return anyInitializerTakes<T, count, Kind>(std::make_index_sequence<count>());
  } else {
    return !takesInitializers<T, FieldOf<Other>>(std::make_index_sequence<count>());
  }
}

}  // namespace seltzer::detail
