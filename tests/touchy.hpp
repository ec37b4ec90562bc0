#pragma once

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <seltzer/seltzer.hpp>

// A type whose functions can each be made to fail where the library calls them, on any rank.

namespace seltzer::test {

/// Places where the library calls code of a user's type.
enum class Hook : std::uint8_t { none, save, load, copy, move, destroy, less, equal, hash, function, merge, partition };

inline constexpr std::string_view hookNames[] = {"none", "save",  "load", "copy",     "move",  "destroy",
                                                 "less", "equal", "hash", "function", "merge", "partition"};

/// What this rank does at a hook, for elements with `number` (-1: any), after `skip` calls.
struct Trap {
  Hook hook = Hook::none;
  std::int64_t number = -1;
  std::int64_t skip = 0;
  void (*spring)() = nullptr;  ///< never captured, so it need not be sendable
};
inline Trap trap;

inline void throwStandard() {
  throw std::runtime_error("trap");
}
inline void throwForeign() {
  throw 42;
}

inline void at(Hook hook, std::int64_t number) {
  if (trap.hook != hook || (trap.number >= 0 && trap.number != number)) return;
  if (trap.skip > 0) {
    --trap.skip;
    return;
  }
  trap.spring();
}

struct Touchy {
  std::int64_t number = 0;

  Touchy() = default;
  explicit Touchy(std::int64_t n) : number(n) {}
  Touchy(const Touchy& other) : number(other.number) { at(Hook::copy, number); }
  Touchy(Touchy&& other) : number(other.number) { at(Hook::move, number); }
  Touchy& operator=(const Touchy& other) {
    at(Hook::copy, other.number);
    number = other.number;
    return *this;
  }
  Touchy& operator=(Touchy&& other) {
    at(Hook::move, other.number);
    number = other.number;
    return *this;
  }
  ~Touchy() { at(Hook::destroy, number); }

  bool operator<(const Touchy& other) const {
    at(Hook::less, number);
    return number < other.number;
  }
  bool operator==(const Touchy& other) const {
    at(Hook::equal, number);
    return number == other.number;
  }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    if constexpr (Archive::is_saving::value) at(Hook::save, number);
    archive& number;
    if constexpr (Archive::is_loading::value) at(Hook::load, number);
  }
};

/// A function whose state is serialized, which a trap can make fail.
struct TouchyFunction {
  Touchy state;

  std::int64_t operator()(std::int64_t x) const {
    at(Hook::function, x);
    return x + state.number;
  }
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& state;
  }
};

/// Adds; a trap can make it fail.
struct TouchyMerge {
  void operator()(std::int64_t& into, std::int64_t from) const {
    at(Hook::merge, from);
    into += from;
  }
};

}  // namespace seltzer::test

template <>
struct seltzer::Hash<seltzer::test::Touchy> {
  std::uint64_t operator()(const seltzer::test::Touchy& key) const {
    seltzer::test::at(seltzer::test::Hook::hash, key.number);
    return static_cast<std::uint64_t>(key.number) * 0x9e3779b97f4a7c15u;
  }
};
