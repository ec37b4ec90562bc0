#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/element/element_text.hpp>
#include <seltzer/detail/files/part_file.hpp>
#include <seltzer/detail/operators/json_row.hpp>

namespace seltzer::detail {

/// A text as JSON, in quotes. Throws std::invalid_argument if it is not UTF-8.
std::string jsonText(std::string_view text);

/// Throws std::invalid_argument: JSON cannot write NaN and infinite numbers.
[[noreturn]] void throwNotFinite();

/// An object in a line for each element.
template <class Row>
class JsonFormat {
 public:
  using Options = std::vector<std::string>;

  JsonFormat(PartFile& file, const Options& names) : file_(file) {
    for (const std::string& name : names) keys_.push_back((keys_.empty() ? "{" : ",") + jsonText(name) + ":");
  }

  void write(std::span<Row> batch) {
    for (const Row& row : batch) {
      withColumns(row, [this](const auto&... members) {
        std::size_t key = 0;
        (this->writeMember(key++, members), ...);
      });
      file_.append(std::string_view("}\n"));
    }
  }
  void finish() {}
  std::uint64_t recordBytes() const { return 0; }

 private:
  template <class T>
  void writeMember(std::size_t key, const T& value) {
    file_.append(std::string_view(keys_[key]));
    writeValue(value);
  }

  template <class T>
  void writeValue(const T& value) {
    if constexpr (isOptional<T>) {
      if (value) return writeValue(*value);
      file_.append(std::string_view("null"));
    } else if constexpr (std::is_same_v<T, char>) {
      file_.append(std::string_view(jsonText({&value, 1})));
    } else if constexpr (std::is_floating_point_v<T>) {
      writeNumber(value);
    } else if constexpr (std::is_arithmetic_v<T>) {
      appendText(file_, value);
    } else if constexpr (TextLike<T>) {
      file_.append(std::string_view(jsonText(value)));
    } else {
      writeList(value);
    }
  }

  /// With a point or an exponent, so that it is not read as an integer: that has no -0.
  template <class T>
  void writeNumber(T value) {
    if (!std::isfinite(value)) throwNotFinite();
    std::array<char, 64> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    file_.append(text);
    if (text.find_first_of(".e") == std::string_view::npos) file_.append(std::string_view(".0"));
  }

  template <class T>
  void writeList(const std::vector<T>& values) {
    appendCharacter(file_, '[');
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) appendCharacter(file_, ',');
      writeValue<T>(values[i]);
    }
    appendCharacter(file_, ']');
  }

  PartFile& file_;
  std::vector<std::string> keys_;  // with what precedes and follows them
};

}  // namespace seltzer::detail
