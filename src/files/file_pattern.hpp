#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seltzer::detail {

/// The elements of a comma separated list of paths; commas within braces and behind a backslash separate nothing.
/// Throws UsageError for an empty element.
std::vector<std::string> splitPathList(std::string_view list);

/// What a pattern with alternatives `{a,b}`, which may hold others and slashes, stands for, in their order; a backslash
/// takes a brace or comma for itself. Throws UsageError for a brace that is not closed.
std::vector<std::string> expandBraces(std::string_view pattern);

/// A pattern for one name in a folder: `*` any characters, `?` one, `[a-z]` one of these, `[^a-z]` or `[!a-z]` one of
/// none of these, a backslash takes the next character for itself. Characters are those of UTF-8; a byte that is none
/// counts for one.
class NamePattern {
 public:
  /// Throws UsageError for a bracket that is not closed, a range that runs backwards and a backslash at the
  /// end.
  explicit NamePattern(std::string_view pattern);

  /// Whether it matches one name only, `literal()`.
  bool isLiteral() const { return wildcards_ == 0; }
  const std::string& literal() const { return literal_; }

  /// A name that starts with `_` or `.`, which hides it, is matched only by a pattern that starts so.
  bool matches(std::string_view name) const;

 private:
  enum class Kind { character, any, star, set };
  struct Token {
    Kind kind;
    char32_t character = 0;
    bool negated = false;
    std::vector<std::pair<char32_t, char32_t>> ranges;

    bool matches(char32_t other) const;
  };

  static Token readSet(std::u32string_view& rest, std::string_view pattern);

  std::vector<Token> tokens_;
  std::size_t wildcards_ = 0;
  std::string literal_;
};

/// The pattern that stands for this path alone.
std::string literalPattern(std::string_view path);

/// Whether a name is passed over where nobody asks for it: it starts with `_` or `.`.
inline bool isHidden(std::string_view name) {
  return name.starts_with('_') || name.starts_with('.');
}

}  // namespace seltzer::detail
