#pragma once

#include <cstddef>
#include <cstdint>
#include <typeinfo>

namespace seltzer::detail {

/// The number that identifies a type of operator, action or accumulator on every rank: its position in the order of
/// registration before `main`, which is the same everywhere because all ranks run the same executable.
using TypeId = std::uint32_t;

/// All registered types, each with a function: for most, the one that builds an object from its bytes.
/// Filled during static initialization, read-only afterwards.
class Registry {
 public:
  /// A function of any signature; whoever looks it up knows the signature from the source of the id.
  using AnyFunction = void (*)();

  static TypeId add(AnyFunction function, const std::type_info& type);

  /// Throws std::out_of_range for an unknown id.
  static AnyFunction at(TypeId id);

  static std::size_t size();

  /// A hash over the types' names in order: ranks with equal hash and size have registered the same types.
  static std::uint64_t hash();
};

/// `Registered<Base, T>::id` is the id of `T`, which `Base::build<T>` builds; naming it registers `T` before `main`.
template <class Base, class T>
struct Registered {
  static TypeId add() {
    return Registry::add(reinterpret_cast<Registry::AnyFunction>(&Base::template build<T>), typeid(T));
  }
  inline static const TypeId id = add();
};

}  // namespace seltzer::detail
