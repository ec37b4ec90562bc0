#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <seltzer/detail/files/input_splits.hpp>

// Defined in the library of the component `json`.

namespace seltzer::detail {

/// A value in an object that a JsonReader has read, valid until it reads the next.
class JsonValue {
 public:
  bool isNull() const;

  /// Reads the value; false if it is of another type. Integers are also numbers.
  bool read(bool& value) const;
  bool read(std::int64_t& value) const;
  bool read(std::uint64_t& value) const;
  bool read(double& value) const;
  bool read(std::string_view& value) const;
  bool read(std::vector<JsonValue>& elements) const;

  /// As it is written, without spaces.
  std::string text() const;

 private:
  friend class JsonReader;

  alignas(std::uint64_t) std::array<std::byte, 2 * sizeof(std::uint64_t)> element_;  // the parser's handle
};

/// The objects whose lines start in a range of bytes of a file. Empty lines are none. Throws std::runtime_error that
/// names file and line for a line that is no object, and for a key that occurs twice.
class JsonReader {
 public:
  /// `names` are the keys to look for; others are skipped.
  JsonReader(const InputFile& file, const FileSplit& range, std::vector<std::string> names, std::size_t bufferBytes);
  ~JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  /// Reads the next object; false at the end.
  bool next();

  /// The value of a key, by its index in `names`; null if the object does not have it.
  const JsonValue* find(std::size_t key) const { return present_[key] ? &values_[key] : nullptr; }

  /// Bytes read so far.
  std::uint64_t bytesRead() const;

  /// Throws std::runtime_error: the value of a key is missing, or is not of a type.
  [[noreturn]] void failAt(std::size_t key, std::string_view type) const;

 private:
  struct Parser;

  void readObject(std::string_view line);
  [[noreturn]] void fail(std::string_view what) const;

  InputFile file_;
  std::vector<std::string> names_;
  std::unique_ptr<Parser> parser_;
  std::vector<JsonValue> values_;  // by key
  std::vector<char> present_;
};

}  // namespace seltzer::detail
