#pragma once

#include <compare>
#include <cstdint>

#include <seltzer/hash.hpp>

namespace seltzer::test {

/// A key of one of three hashes, which no bits of the hashes divide.
struct Colliding {
  std::int64_t value = 0;
  friend bool operator==(const Colliding&, const Colliding&) = default;
  friend auto operator<=>(const Colliding&, const Colliding&) = default;
};

}  // namespace seltzer::test

template <>
struct seltzer::Hash<seltzer::test::Colliding> {
  std::uint64_t operator()(const test::Colliding& key) const { return static_cast<std::uint64_t>(key.value % 3); }
};
