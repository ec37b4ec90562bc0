#pragma once

namespace seltzer::detail {

/// Merges the value at `from` into the one at `into`. Must be commutative and associative, and must not throw.
using MergeFunction = void (*)(void* into, const void* from);

/// A type-erased merge function of any struct: two words, no allocation.
class Merge {
 public:
  explicit Merge(MergeFunction function)
      : function_(reinterpret_cast<AnyFunction>(function)),
        call_([](AnyFunction f, void* into, const void* from) { reinterpret_cast<MergeFunction>(f)(into, from); }) {}

  template <class Struct>
  explicit Merge(void (*function)(Struct& into, const Struct& from))
      : function_(reinterpret_cast<AnyFunction>(function)), call_([](AnyFunction f, void* into, const void* from) {
          reinterpret_cast<void (*)(Struct&, const Struct&)>(f)(*static_cast<Struct*>(into),
                                                                *static_cast<const Struct*>(from));
        }) {}

  void operator()(void* into, const void* from) const { call_(function_, into, from); }

 private:
  using AnyFunction = void (*)();

  AnyFunction function_;
  void (*call_)(AnyFunction, void*, const void*);
};

}  // namespace seltzer::detail
