/// The exact sum of integers.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

namespace seltzer::detail {

/// Throws std::overflow_error: a sum does not fit into an integer of this type.
[[noreturn, gnu::cold]] void throwSumOverflow(bool isSigned, std::size_t bits);

/// The types that an ExactSum adds and returns: integers of up to 64 bits.
template <class T>
concept Summable = std::integral<T> && sizeof(T) <= sizeof(std::uint64_t);

/// A sum of integers of up to 64 bits that cannot overflow: a two's complement number of 128 bits, enough for 2^63
/// summands. Two words, trivially copyable, so it can be sent and reduced directly; the result does not depend on the
/// order of adding and merging. The default value is zero.
class ExactSum {
 public:
  /// Adds all of `values`. O(size), in loops that the compiler vectorizes.
  template <Summable T>
  void add(std::span<const T> values) {
    while (!values.empty()) {
      const std::size_t size = std::min(values.size(), stretch<T>);
      addStretch(values.first(size));
      values = values.subspan(size);
    }
  }

  /// Adds one value.
  template <Summable T>
  void add(T value) {
    addWords(static_cast<std::uint64_t>(value), signWord(value));
  }

  /// Adds the sum of `other`.
  void merge(const ExactSum& other) { addWords(other.low_, other.high_); }

  /// The sum as a `T`. Throws std::overflow_error if it does not fit.
  template <Summable T>
  T value() const {
    using Limits = std::numeric_limits<T>;
    using Word = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
    const auto word = static_cast<Word>(low_);
    if (high_ == signWord(word) && word >= Word{Limits::min()} && word <= Word{Limits::max()})
      return static_cast<T>(word);
    throwSumOverflow(std::is_signed_v<T>, 8 * sizeof(T));
  }

  friend bool operator==(const ExactSum&, const ExactSum&) = default;

 private:
  /// How many values are summed before the 128 bits are updated: few enough that the partial sums below cannot
  /// overflow.
  template <class T>
  static constexpr std::size_t stretch = sizeof(T) <= 2 ? std::size_t{1} << 15 : std::size_t{1} << 30;

  /// The type of a partial sum of values narrower than a word.
  template <class T>
  using Partial = std::conditional_t<sizeof(T) == 4, std::int64_t,
                                     std::conditional_t<std::is_signed_v<T>, std::int32_t, std::uint32_t>>;

  /// The sign extension of `value` above its low word: all ones if negative, else zero.
  template <class T>
  static constexpr std::uint64_t signWord(T value) {
    if constexpr (std::is_signed_v<T>) return value < T{0} ? std::numeric_limits<std::uint64_t>::max() : 0;
    return 0;
  }

  void addWords(std::uint64_t low, std::uint64_t high) {
    low_ += low;
    high_ += high + (low_ < low ? 1 : 0);
  }

  template <class T>
  void addStretch(std::span<const T> values) {
    if constexpr (sizeof(T) == sizeof(std::uint64_t)) {
      addWide(values);
    } else {
      Partial<T> sum = 0;
      for (const T value : values) sum += static_cast<Partial<T>>(value);
      add(sum);
    }
  }

  /// With `u` for a value plus 2^63 (signed) or the value itself (unsigned), the sum is
  /// sum(u) = 2^32 * sum(u >> 32) + sum(u mod 2^32), where both sums on the right fit a word. The second follows from
  /// the first and sum(u) mod 2^64, which takes one operation less for each element than splitting the values.
  template <class T>
  void addWide(std::span<const T> values) {
    constexpr std::uint64_t bias = std::is_signed_v<T> ? std::uint64_t{1} << 63 : 0;
    std::uint64_t wrapped = 0;
    std::uint64_t upper = 0;
    for (const T value : values) {
      const std::uint64_t biased = static_cast<std::uint64_t>(value) ^ bias;
      wrapped += biased;
      upper += biased >> 32;
    }
    addWords(upper << 32, upper >> 32);
    addWords(wrapped - (upper << 32), 0);
    if constexpr (std::is_signed_v<T>) subtractBiases(values.size());
  }

  /// Subtracts `count` times 2^63.
  void subtractBiases(std::uint64_t count) {
    const std::uint64_t low = count << 63;
    high_ -= (count >> 1) + (low_ < low ? 1 : 0);
    low_ -= low;
  }

  std::uint64_t low_ = 0;
  std::uint64_t high_ = 0;
};

static_assert(std::is_trivially_copyable_v<ExactSum> && sizeof(ExactSum) == 2 * sizeof(std::uint64_t));

}  // namespace seltzer::detail
