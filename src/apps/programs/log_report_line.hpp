/// A line of a web server's access log.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace access_log {

/// The reported parts of a request, as views of the line.
struct Request {
  std::string_view status;  ///< three digits
  std::string_view path;    ///< without the query; the whole request if it is not "METHOD PATH ..."
  std::string_view hour;    ///< "10/Oct/2000:13", as the server wrote it
  std::int64_t bytes = 0;   ///< of the response; "-" is 0
};

inline constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

inline bool isDigit(char c) {
  return c >= '0' && c <= '9';
}

/// Reads a line from its start. After a failed match the position is unspecified.
class LineScanner {
 public:
  explicit LineScanner(std::string_view line) : rest_(line) {}

  bool skip(std::string_view expected) {
    const bool matches = rest_.starts_with(expected);
    if (matches) rest_.remove_prefix(expected.size());
    return matches;
  }

  /// The text up to `end`, which is consumed too; nothing if there is none.
  std::optional<std::string_view> upTo(char end) {
    const std::size_t size = rest_.find(end);
    if (size == std::string_view::npos) return std::nullopt;
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size + 1);
    return text;
  }

  /// The text up to a blank, which is not consumed, or to the end.
  std::string_view word() {
    const std::string_view text = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(text.size());
    return text;
  }

  /// The text between quotes; a backslash escapes the next character.
  std::optional<std::string_view> quoted() {
    if (!skip("\"")) return std::nullopt;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      if (rest_[i] == '\\') {
        ++i;
      } else if (rest_[i] == '"') {
        const std::string_view text = rest_.substr(0, i);
        rest_.remove_prefix(i + 1);
        return text;
      }
    }
    return std::nullopt;
  }

  bool atEnd() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

/// Whether `time` is like "10/Oct/2000:13:55:36 -0700".
inline bool isTime(std::string_view time) {
  constexpr std::string_view form = "00/Mon/0000:00:00:00 ";
  if (time.size() < form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == '0' ? !isDigit(time[i]) : !(i >= 3 && i < 6) && time[i] != form[i]) return false;
  }
  return std::ranges::find(months, time.substr(3, 3)) != months.end() && time.substr(12, 2) < "24";
}

/// The path of "GET /path?query HTTP/1.1".
inline std::string_view pathOf(std::string_view request) {
  const std::size_t blank = request.find(' ');
  if (blank == std::string_view::npos) return request;
  const std::string_view target = request.substr(blank + 1);
  return target.substr(0, target.find_first_of(" ?"));
}

/// Parses a line in the common log format, host ident user [time] "request" status bytes, or in one that continues it
/// after a blank, such as the combined format; nothing for other lines.
inline std::optional<Request> parse(std::string_view line) {
  LineScanner scanner(line);
  for (int field = 0; field < 3; ++field) {
    const auto word = scanner.upTo(' ');
    if (!word || word->empty()) return std::nullopt;
  }
  if (!scanner.skip("[")) return std::nullopt;
  const auto time = scanner.upTo(']');
  if (!time || !isTime(*time) || !scanner.skip(" ")) return std::nullopt;
  const auto request = scanner.quoted();
  if (!request || !scanner.skip(" ")) return std::nullopt;
  const std::string_view status = scanner.word();
  if (status.size() != 3 || !std::ranges::all_of(status, isDigit) || !scanner.skip(" ")) return std::nullopt;
  const std::string_view bytes = scanner.word();
  if (!scanner.atEnd() && !scanner.skip(" ")) return std::nullopt;

  Request result{status, pathOf(*request), time->substr(0, 14)};
  if (bytes == "-") return result;
  if (bytes.empty() || !std::ranges::all_of(bytes, isDigit)) return std::nullopt;
  if (std::from_chars(bytes.data(), bytes.data() + bytes.size(), result.bytes).ec != std::errc()) return std::nullopt;
  return result;
}

/// "10/Oct/2000:13" -> "2000-10-10 13", which sorts by time. Requires `Request::hour`.
inline std::string sortableHour(std::string_view hour) {
  const auto month = std::ranges::find(months, hour.substr(3, 3)) - months.begin() + 1;
  return fmt::format("{}-{:02}-{} {}", hour.substr(7, 4), month, hour.substr(0, 2), hour.substr(12, 2));
}

}  // namespace access_log
