#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include <seltzer/detail/data/element/element_text.hpp>
#include <seltzer/detail/data/wire/bitwise.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/files/object_file.hpp>
#include <seltzer/detail/files/part_file.hpp>

// The file formats of SaveAction.

namespace seltzer::detail {

/// One line for each element.
template <class T>
class TextFormat {
 public:
  explicit TextFormat(PartFile& file) : file_(file) {}

  void write(std::span<T> batch) {
    for (const T& element : batch) {
      appendText(file_, element);
      appendCharacter(file_, '\n');
    }
  }
  void finish() {}
  std::uint64_t recordBytes() const { return 0; }

 private:
  PartFile& file_;
};

/// Whether the object representation of a T can be a record.
template <class T>
inline constexpr bool isRecord = isBitwise<T> || (std::is_trivially_copyable_v<T> && !holdsAddress<T>());

/// Records without separators: the object representation of elements, or the characters of strings of equal length.
template <class T>
class BinaryFormat {
 public:
  explicit BinaryFormat(PartFile& file) : file_(file) {}

  void write(std::span<T> batch) {
    if constexpr (isRecord<T>) {
      file_.append(std::as_bytes(batch));
      recordBytes_ = sizeof(T);
    } else {
      for (const std::string_view record : batch) {
        if (recordBytes_ == 0) recordBytes_ = record.size();
        if (record.size() != recordBytes_ || record.empty()) throwUnequal(record.size());
        file_.append(record);
      }
    }
  }
  void finish() {}
  std::uint64_t recordBytes() const { return recordBytes_; }

 private:
  [[noreturn]] void throwUnequal(std::size_t size) const {
    if (size == 0) throw std::invalid_argument("an empty string cannot be a binary record");
    throw std::invalid_argument("binary records must be of equal length: one has " + std::to_string(size) +
                                " bytes, the first of its partition " + std::to_string(recordBytes_));
  }

  PartFile& file_;
  std::uint64_t recordBytes_ = 0;
};

/// An object file.
template <class T>
class ObjectFormat {
 public:
  explicit ObjectFormat(PartFile& file) : writer_(file, ObjectTypeTag::of<Owned<T>>()) {}

  void write(std::span<T> batch) {
    WireWriter wire(payload_);
    for (const T& element : batch) {
      wire << element;
      ++records_;
      if (payload_.size() >= ObjectFileWriter::frameBytes) writeFrame();
    }
  }
  void finish() {
    if (records_ > 0) writeFrame();
    writer_.finish();
  }
  std::uint64_t recordBytes() const { return 0; }

 private:
  void writeFrame() {
    writer_.writeFrame(payload_, records_);
    payload_.clear();
    records_ = 0;
  }

  ObjectFileWriter writer_;
  Bytes payload_;
  std::uint64_t records_ = 0;
};

}  // namespace seltzer::detail
