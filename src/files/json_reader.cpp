#include <algorithm>
#include <bit>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include <seltzer/detail/files/json_reader.hpp>

#include "files/placed_records.hpp"

namespace seltzer::detail {
namespace {

using Element = simdjson::dom::element;
using Handle = std::array<std::byte, 2 * sizeof(std::uint64_t)>;
static_assert(std::is_trivially_copyable_v<Element> && sizeof(Element) == sizeof(Handle));

template <class T>
bool readAs(const Handle& handle, T& value) {
  return std::bit_cast<Element>(handle).get(value) == simdjson::SUCCESS;
}

}  // namespace

bool JsonValue::isNull() const {
  return std::bit_cast<Element>(element_).is_null();
}
bool JsonValue::read(bool& value) const {
  return readAs(element_, value);
}
bool JsonValue::read(std::int64_t& value) const {
  return readAs(element_, value);
}
bool JsonValue::read(std::uint64_t& value) const {
  return readAs(element_, value);
}
bool JsonValue::read(double& value) const {
  return readAs(element_, value);
}
bool JsonValue::read(std::string_view& value) const {
  return readAs(element_, value);
}

bool JsonValue::read(std::vector<JsonValue>& elements) const {
  simdjson::dom::array array;
  if (!readAs(element_, array)) return false;
  for (const Element element : array) {
    elements.emplace_back();
    elements.back().element_ = std::bit_cast<Handle>(element);
  }
  return true;
}

std::string JsonValue::text() const {
  return simdjson::minify(std::bit_cast<Element>(element_));
}

struct JsonReader::Parser {
  Parser(const InputFile& file, const FileSplit& range, std::size_t bufferBytes) : lines(file, range, bufferBytes) {}

  PlacedLines lines;
  simdjson::dom::parser parser;
};

JsonReader::JsonReader(const InputFile& file, const FileSplit& range, std::vector<std::string> names,
                       std::size_t bufferBytes)
    : file_(file),
      names_(std::move(names)),
      parser_(std::make_unique<Parser>(file, range, bufferBytes)),
      values_(names_.size()),
      present_(names_.size()) {}

JsonReader::~JsonReader() = default;

std::uint64_t JsonReader::bytesRead() const {
  return parser_->lines.bytesRead();
}

bool JsonReader::next() {
  while (const auto line = parser_->lines.next()) {
    if (line->find_first_not_of(" \t") == std::string_view::npos) continue;
    readObject(*line);
    return true;
  }
  return false;
}

void JsonReader::readObject(std::string_view line) {
  std::ranges::fill(present_, char{0});
  Element document;
  if (const auto error = parser_->parser.parse(line.data(), line.size()).get(document)) {
    fail(fmt::format("{} is not JSON: {}", shownText(line), simdjson::error_message(error)));
  }
  simdjson::dom::object object;
  if (document.get(object)) fail(fmt::format("{} is not an object", shownText(line)));
  for (const auto& [key, value] : object) {
    const auto name = static_cast<std::size_t>(std::ranges::find(names_, key) - names_.begin());
    if (name == names_.size()) continue;
    if (std::exchange(present_[name], char{1})) fail(fmt::format("the key {} occurs twice", shownText(key)));
    values_[name].element_ = std::bit_cast<Handle>(value);
  }
}

void JsonReader::failAt(std::size_t key, std::string_view type) const {
  const JsonValue* const value = find(key);
  const std::string_view advice = "; use std::optional if there need not be one";
  if (value == nullptr) fail(fmt::format("the key {} is missing{}", shownText(names_[key]), advice));
  fail(fmt::format("the value of {} is {}, which is not a {}{}", shownText(names_[key]), value->text().substr(0, 80),
                   type, value->isNull() ? advice : ""));
}

void JsonReader::fail(std::string_view what) const {
  throw std::runtime_error(
      fmt::format("{}, line {}: {}", file_.path, lineNumberAt(file_, parser_->lines.offset()), what));
}

}  // namespace seltzer::detail
