#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace seltzer {

namespace detail {

/// How many characters `spacesOf` looks at.
inline constexpr std::size_t spacesBlock = 64;

/// Of the first `spacesBlock` of `size` characters: bit i is set if text[i] is white space, or after the last one. In
/// vector registers where there are any. Requires size > 0; reads nothing beyond the text.
std::uint64_t spacesOf(const char* text, std::size_t size);

}  // namespace detail

/// The words of a text, as views of it, in order: the maximal runs without white space, which is the space and the
/// characters from tab to carriage return. All other bytes belong to words, also those of UTF-8, such as a no-break
/// space. Made by `words(text)`.
class Words {
 public:
  /// An input iterator over the words.
  class Iterator {
   public:
    using value_type = std::string_view;                ///< a word
    using difference_type = std::ptrdiff_t;             ///< as iterators have it
    using reference = std::string_view;                 ///< by value
    using pointer = const std::string_view*;            ///< to a word
    using iterator_category = std::input_iterator_tag;  ///< a single pass

    /// The word.
    std::string_view operator*() const { return word_; }
    /// Goes to the next word.
    Iterator& operator++() {
      findNext();
      return *this;
    }
    /// Likewise.
    void operator++(int) { findNext(); }
    /// Whether there are no more words.
    friend bool operator==(const Iterator& at, std::default_sentinel_t) { return at.word_.data() == nullptr; }

   private:
    friend class Words;

    explicit Iterator(std::string_view text) : next_(text.data()), end_(text.data() + text.size()) { findNext(); }

    /// Looks at 64 characters at a time: a loop over single characters mispredicts a branch in every word.
    void findNext() {
      const char* const begin = nextChange();
      if (begin == nullptr) {
        word_ = {};
        return;
      }
      const char* const end = nextChange();
      word_ = {begin, static_cast<std::size_t>((end == nullptr ? end_ : end) - begin)};
    }

    /// Where a word begins or ends; nullptr at the end of the text.
    const char* nextChange() {
      while (changes_ == 0) {
        if (next_ == end_) return nullptr;
        nextBlock();
      }
      const char* const change = block_ + std::countr_zero(changes_);
      changes_ &= changes_ - 1;
      return change;
    }

    void nextBlock() {
      block_ = next_;
      const auto left = static_cast<std::size_t>(end_ - next_);
      const std::uint64_t spaces = detail::spacesOf(block_, left);
      next_ += std::min(left, detail::spacesBlock);
      changes_ = spaces ^ (spaces << 1 | spaceBefore_);
      spaceBefore_ = spaces >> 63;
    }

    const char* next_;  // the next block
    const char* end_;
    const char* block_ = nullptr;
    std::uint64_t changes_ = 0;      // of the block, those to come: bits at the ends of words and of spaces
    std::uint64_t spaceBefore_ = 1;  // the character before `next_`
    std::string_view word_;
  };

  /// Of a text that must outlive the words.
  explicit Words(std::string_view text) : text_(text) {}

  /// The first word.
  Iterator begin() const { return Iterator(text_); }
  /// Past the last one.
  std::default_sentinel_t end() const { return {}; }

 private:
  std::string_view text_;
};

/// The words of a text, split at white space. About 1 ns for each, plus the time to read the text.
///
///     const auto counts = sc.textFile("pages.txt")
///                             .flatMap([](std::string_view line) { return seltzer::words(line); })
///                             .map([](std::string_view word) { return std::pair(word, std::int64_t{1}); })
///                             .reduceByKey(std::plus<>());
inline Words words(std::string_view text) {
  return Words(text);
}

}  // namespace seltzer
