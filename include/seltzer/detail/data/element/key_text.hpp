#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <seltzer/detail/data/element/element_text.hpp>

namespace seltzer::detail {

/// A name for a key that has no text.
std::string hashText(std::uint64_t hash);

/// The text by which the statistics and messages know a key: what a text file of keys would hold, and for keys without
/// a text a name made of `hash`, the key's. A view of the key where it is one.
template <class K>
auto keyText(const K& key, std::uint64_t hash) {
  if constexpr (TextLike<K>) {
    return std::string_view(key);
  } else if constexpr (hasText<K>()) {
    std::string text;
    appendText(text, key);
    return text;
  } else {
    return hashText(hash);
  }
}

}  // namespace seltzer::detail
