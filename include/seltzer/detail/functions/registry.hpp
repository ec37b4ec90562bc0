#pragma once

#include <cstddef>
#include <cstdint>
#include <typeinfo>

namespace seltzer::detail {

/// The number under which a type of operator, action or accumulator is known on every rank: the order in which the
/// types registered before `main`, which is the same everywhere because every rank runs the same executable.
using TypeId = std::uint32_t;

/// All registered types with what builds an object of each from its bytes, or runs in its stead. Filled during static
/// initialization, read only after.
class Registry {
 public:
  /// A function of any signature; whoever looks it up knows the signature from where the id came.
  using AnyFunction = void (*)();

  static TypeId add(AnyFunction function, const std::type_info& type);

  /// Throws std::out_of_range for an id that no type has.
  static AnyFunction at(TypeId id);

  static std::size_t size();

  /// Over the types' names in order: two ranks with equal hash and size know the same types.
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
