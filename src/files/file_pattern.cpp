#include "files/file_pattern.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include <seltzer/errors.hpp>

namespace seltzer::detail {
namespace {

/// The UTF-8 characters of a name. A byte that is not part of one becomes a number above all characters.
std::u32string decode(std::string_view name) {
  std::u32string characters;
  for (std::size_t i = 0; i < name.size();) {
    const auto lead = static_cast<unsigned char>(name[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    char32_t character = lead;
    if (length > 1) {
      character &= 0x7Fu >> length;
      bool valid = lead >= 0xC0 && lead < 0xF8 && i + length <= name.size();
      for (std::size_t j = 1; valid && j < length; ++j) {
        const auto next = static_cast<unsigned char>(name[i + j]);
        valid = (next & 0xC0u) == 0x80;
        character = (character << 6) | (next & 0x3Fu);
      }
      if (!valid) {
        characters += static_cast<char32_t>(0x200000u + lead);
        ++i;
        continue;
      }
    }
    characters += character;
    i += length;
  }
  return characters;
}

[[noreturn]] void refuse(std::string_view pattern, std::string_view why) {
  throw UsageError(fmt::format("\"{}\": {}", pattern, why));
}

/// Splits at the commas outside braces.
std::vector<std::string> splitAtCommas(std::string_view text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      parts.back() += {c, text[++i]};
      continue;
    }
    if (c == '{') ++depth;
    if (c == '}' && depth > 0) --depth;
    if (c == ',' && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// The position of the brace that closes the one at `open`.
std::size_t closingBrace(std::string_view pattern, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (pattern[i] == '{') {
      ++depth;
    } else if (pattern[i] == '}' && --depth == 0) {
      return i;
    }
  }
  refuse(pattern, "a { is not closed; a backslash before it makes it literal");
}

std::size_t openingBrace(std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (pattern[i] == '{') {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::vector<std::string> splitPathList(std::string_view list) {
  auto elements = splitAtCommas(list);
  if (std::find(elements.begin(), elements.end(), "") != elements.end()) {
    throw UsageError(list.empty() ? "the path is empty" : fmt::format("\"{}\": a path in the list is empty", list));
  }
  return elements;
}

std::vector<std::string> expandBraces(std::string_view pattern) {
  const std::size_t open = openingBrace(pattern);
  if (open == std::string_view::npos) return {std::string(pattern)};
  const std::size_t close = closingBrace(pattern, open);
  const auto tails = expandBraces(pattern.substr(close + 1));
  std::vector<std::string> expanded;
  for (const std::string& alternative : splitAtCommas(pattern.substr(open + 1, close - open - 1))) {
    for (const std::string& middle : expandBraces(alternative)) {
      for (const std::string& tail : tails) {
        expanded.push_back(fmt::format("{}{}{}", pattern.substr(0, open), middle, tail));
      }
    }
  }
  return expanded;
}

std::string literalPattern(std::string_view path) {
  std::string pattern;
  for (const char c : path) {
    if (std::string_view("*?[]{},\\").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

NamePattern::NamePattern(std::string_view pattern) {
  const std::u32string characters = decode(pattern);
  std::u32string_view rest = characters;
  while (!rest.empty()) {
    const char32_t c = rest.front();
    rest.remove_prefix(1);
    if (c == U'*') {
      if (tokens_.empty() || tokens_.back().kind != Kind::star) tokens_.push_back({Kind::star, 0, false, {}});
    } else if (c == U'?') {
      tokens_.push_back({Kind::any, 0, false, {}});
    } else if (c == U'[') {
      tokens_.push_back(readSet(rest, pattern));
    } else if (c == U'\\') {
      if (rest.empty()) refuse(pattern, "a backslash at the end escapes nothing");
      tokens_.push_back({Kind::character, rest.front(), false, {}});
      rest.remove_prefix(1);
    } else {
      tokens_.push_back({Kind::character, c, false, {}});
    }
  }
  wildcards_ = static_cast<std::size_t>(
      std::count_if(tokens_.begin(), tokens_.end(), [](const Token& token) { return token.kind != Kind::character; }));
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    literal_ += pattern[i];
  }
}

NamePattern::Token NamePattern::readSet(std::u32string_view& rest, std::string_view pattern) {
  const auto take = [&] {
    if (rest.empty()) refuse(pattern, "a [ is not closed; a backslash before it makes it literal");
    const char32_t c = rest.front();
    rest.remove_prefix(1);
    return c;
  };
  const auto takeMember = [&](char32_t c) { return c == U'\\' ? take() : c; };
  Token token{Kind::set, 0, false, {}};
  if (!rest.empty() && (rest.front() == U'^' || rest.front() == U'!')) {
    token.negated = true;
    take();
  }
  for (char32_t c = take(); c != U']' || token.ranges.empty(); c = take()) {
    const char32_t first = takeMember(c);
    char32_t last = first;
    if (rest.size() >= 2 && rest[0] == U'-' && rest[1] != U']') {
      take();
      last = takeMember(take());
    }
    if (last < first) refuse(pattern, "a range in [ ] runs backwards");
    token.ranges.emplace_back(first, last);
  }
  return token;
}

bool NamePattern::Token::matches(char32_t other) const {
  switch (kind) {
    case Kind::character:
      return character == other;
    case Kind::set:
      return negated != std::any_of(ranges.begin(), ranges.end(), [other](const auto& range) {
               return range.first <= other && other <= range.second;
             });
    case Kind::any:
    case Kind::star:
      break;
  }
  return true;
}

bool NamePattern::matches(std::string_view name) const {
  if (isHidden(name)) {
    const bool named = !tokens_.empty() && tokens_.front().kind == Kind::character &&
                       tokens_.front().character == static_cast<char32_t>(name.front());
    if (!named) return false;
  }
  const std::u32string characters = decode(name);
  // On a mismatch only the last star need take one more character: O(name * pattern).
  std::size_t at = 0;
  std::size_t token = 0;
  std::size_t star = tokens_.size();
  std::size_t afterStar = 0;
  while (at < characters.size()) {
    if (token < tokens_.size() && tokens_[token].kind == Kind::star) {
      star = token++;
      afterStar = at;
    } else if (token < tokens_.size() && tokens_[token].matches(characters[at])) {
      ++token;
      ++at;
    } else if (star < tokens_.size()) {
      token = star + 1;
      at = ++afterStar;
    } else {
      return false;
    }
  }
  while (token < tokens_.size() && tokens_[token].kind == Kind::star) ++token;
  return token == tokens_.size();
}

}  // namespace seltzer::detail
