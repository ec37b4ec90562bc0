#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seltzer::detail {

/// The elements of a comma-separated list of paths; commas within braces or after a backslash do not separate. Throws
/// UsageError for an empty element.
std::vector<std::string> splitPathList(std::string_view list);

/// The expansions of a pattern with alternatives `{a,b}`, which may be nested and contain slashes, in order; a
/// backslash makes a brace or comma literal. Throws UsageError for a brace that is not closed.
std::vector<std::string> expandBraces(std::string_view pattern);

/// A pattern for one name in a folder: `*` matches any characters, `?` one, `[a-z]` one of these, `[^a-z]` or `[!a-z]`
/// any other; a backslash makes the next character literal. Characters are those of UTF-8; an invalid byte counts as
/// one.
class NamePattern {
 public:
  /// Throws UsageError for a bracket that is not closed, a range that runs backwards and a backslash at the end.
  explicit NamePattern(std::string_view pattern);

  /// Whether it matches only one name, `literal()`.
  bool isLiteral() const { return wildcards_ == 0; }
  const std::string& literal() const { return literal_; }

  /// A hidden name is matched only by a pattern that starts with the same character.
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

/// The pattern that matches only this path.
std::string literalPattern(std::string_view path);

/// Whether a name starts with `_` or `.`, and is skipped unless a pattern names it.
inline bool isHidden(std::string_view name) {
  return name.starts_with('_') || name.starts_with('.');
}

}  // namespace seltzer::detail
