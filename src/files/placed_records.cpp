#include "files/placed_records.hpp"

#include <fmt/format.h>

#include "files/file_content.hpp"

namespace seltzer::detail {
namespace {

LineReader open(const InputFile& file, const FileSplit& range, std::size_t bufferBytes) {
  if (codecOf(file.path) != Codec::none) return {openContent(file), 0, toTheEnd, bufferBytes};
  const std::uint64_t start = range.begin == 0 ? 0 : range.begin - 1;
  return {std::make_unique<PlainInput>(file, start), range.begin, range.end, bufferBytes};
}

}  // namespace

PlacedLines::PlacedLines(const InputFile& file, const FileSplit& range, std::size_t bufferBytes)
    : reader_(open(file, range, bufferBytes)) {}

std::optional<std::string_view> PlacedLines::next() {
  if (lines_.empty()) lines_ = reader_.next();
  if (lines_.empty()) return {};
  const std::string_view line = lines_.front();
  lines_ = lines_.subspan(1);
  offset_ = reader_.offsetOf(line);
  return line;
}

std::uint64_t lineNumberAt(const InputFile& file, std::uint64_t offset) {
  LineReader reader(openContent(file), 0, toTheEnd, textBufferBytes);
  std::uint64_t line = 1;
  for (auto lines = reader.next(); !lines.empty(); lines = reader.next()) {
    for (const std::string_view text : lines) {
      if (reader.offsetOf(text) >= offset) return line;
      ++line;
    }
  }
  return line;
}

std::string shownText(std::string_view text) {
  constexpr std::size_t most = 80;
  return text.size() <= most ? fmt::format("\"{}\"", text) : fmt::format("\"{}\"...", text.substr(0, most));
}

}  // namespace seltzer::detail
