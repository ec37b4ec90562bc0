#pragma once

#include <algorithm>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace seltzer::detail {

/// Moves `elements` to the end of `to`.
template <class T>
void appendMoved(std::vector<T>& to, std::span<T> elements) {
  if constexpr (std::is_trivially_copyable_v<T> && std::is_copy_assignable_v<T>) {
    to.insert(to.end(), elements.data(), elements.data() + elements.size());
  } else {
    if (const std::size_t wanted = to.size() + elements.size(); wanted > to.capacity()) {
      to.reserve(std::max(wanted, 2 * to.capacity()));
    }
    for (T& element : elements) to.push_back(std::move(element));
  }
}

}  // namespace seltzer::detail
