#include <algorithm>
#include <iostream>

#include <fmt/format.h>

#include <seltzer/detail/api/show.hpp>

namespace seltzer::detail {
namespace {

constexpr std::size_t mostCharacters = 60;
constexpr std::string_view cut = "...";

bool beginsCharacter(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
}

std::size_t widthOf(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, beginsCharacter));
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '\n') {
      result += "\\n";
    } else if (character == '\t') {
      result += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += character;
    }
  }
  return result;
}

/// What a table shows of a cell.
std::string cellText(std::string_view value) {
  std::string text = escaped(value);
  if (widthOf(text) <= mostCharacters) return text;
  std::size_t end = 0;
  for (std::size_t left = mostCharacters - cut.size(); end < text.size(); ++end) {
    if (beginsCharacter(text[end]) && left-- == 0) break;
  }
  return text.substr(0, end).append(cut);
}

std::string padded(const std::string& text, std::size_t width, bool onTheLeft) {
  const std::string space(width - widthOf(text), ' ');
  return onTheLeft ? space + text : text + space;
}

}  // namespace

std::string ShownTable::text() const {
  std::vector<std::vector<std::string>> lines(1);
  for (const Column& column : columns) lines[0].push_back(column.name);
  for (const auto& row : rows) {
    lines.emplace_back();
    for (const std::string& cell : row) lines.back().push_back(cellText(cell));
  }
  std::vector<std::size_t> widths(columns.size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], widthOf(line[i]));
  }
  std::string rule = "+";
  for (const std::size_t width : widths) rule += std::string(width + 2, '-') + '+';
  std::string all = rule + '\n';
  for (std::size_t i = 0; i < lines.size(); ++i) {
    all += '|';
    for (std::size_t j = 0; j < widths.size(); ++j) {
      all += ' ' + padded(lines[i][j], widths[j], columns[j].isNumber) + " |";
    }
    all += '\n';
    if (i == 0) all += rule + '\n';
  }
  return all + rule + '\n';
}

void print(const ShownTable& table, bool isAll) {
  std::cout << table.text();
  if (!isAll)
    std::cout << fmt::format("only the first {} {} shown\n", table.rows.size(), table.rows.size() == 1 ? "is" : "are");
  std::cout.flush();
}

}  // namespace seltzer::detail
