#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <seltzer/detail/files/npy.hpp>

namespace seltzer::detail {

/// What an element is in a NumPy array: a number of one with one dimension, or a row of one with two. `columns` is the
/// length of a row, 0 if any is; a number is as one column.
template <class T>
struct NpyRow {
  using Number = T;
  static constexpr std::size_t dimensions = 1;
  static constexpr std::uint64_t columns = 1;
};
template <class T, std::size_t n>
struct NpyRow<std::array<T, n>> {
  using Number = T;
  static constexpr std::size_t dimensions = 2;
  static constexpr std::uint64_t columns = n;
};
template <class T>
struct NpyRow<std::vector<T>> {
  using Number = T;
  static constexpr std::size_t dimensions = 2;
  static constexpr std::uint64_t columns = 0;
};

template <class T>
using NpyNumber = typename NpyRow<T>::Number;

template <class T>
inline constexpr bool isNpyRow = NpyType::of<NpyNumber<T>>() != NpyType();
template <class T>
inline constexpr bool isNpyRow<std::array<T, 0>> = false;

}  // namespace seltzer::detail
