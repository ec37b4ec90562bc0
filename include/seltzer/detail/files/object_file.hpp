#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <typeinfo>

#include <boost/core/demangle.hpp>

#include <seltzer/detail/files/open_file.hpp>
#include <seltzer/detail/files/part_file.hpp>
#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/hash.hpp>
#include <seltzer/owned.hpp>

// An object file holds the elements of a partition in wire form. Numbers are in the byte order of the machine. Layout:
//   header   ObjectFileHeader, then the name of the element type, then 8 bytes: the hash of the preceding
//   frames   each an ObjectFrame and its payload of whole elements
//   end      an ObjectFrame without payload, with the file's totals
// Every byte is covered by a hash that is checked before the bytes are used, and lengths before memory is allocated.

namespace seltzer::detail {

/// Identifies an element type by the compiler's name for it and its size. Two builds with different layouts of a class
/// agree on it if the size is the same.
struct ObjectTypeTag {
  std::string name;  ///< for messages
  std::uint64_t fingerprint = 0;

  template <class T>
  static ObjectTypeTag of() {
    static_assert(isOwned<T>);
    const std::string_view mangled = typeid(T).name();
    return {boost::core::demangle(typeid(T).name()),
            combineHashes(hashBytes(mangled.data(), mangled.size()), sizeof(T))};
  }
};

struct ObjectFileHeader {
  static constexpr std::array<char, 8> rightMagic = {'S', 'E', 'L', 'T', 'Z', 'O', 'B', 'J'};
  static constexpr std::uint32_t rightVersion = 1;
  static constexpr std::uint32_t rightByteOrder = 0x01020304;

  std::array<char, 8> magic = rightMagic;
  std::uint32_t version = rightVersion;
  std::uint32_t byteOrder = rightByteOrder;
  std::uint64_t fingerprint = 0;
  std::uint64_t nameBytes = 0;
};

struct ObjectFrame {
  static constexpr std::uint64_t elements = 0x454d415246424f53;  // "SOBFRAME"
  static constexpr std::uint64_t end = 0x2e444e4546424f53;       // "SOBFEND."

  std::uint64_t kind = elements;
  std::uint64_t offset = 0;       ///< of the frame in the file
  std::uint64_t bytes = 0;        ///< of the payload; at the end: of all payloads
  std::uint64_t records = 0;      ///< in the payload; at the end: in the file
  std::uint64_t payloadHash = 0;  ///< at the end: of the concatenated hashes of the payloads
  std::uint64_t frameHash = 0;    ///< of the fields above

  std::uint64_t hash() const { return hashBytes(this, offsetof(ObjectFrame, frameHash)); }
};

/// Writes an object file.
class ObjectFileWriter {
 public:
  /// The approximate size of a payload, unless a single element is larger.
  static constexpr std::size_t frameBytes = std::size_t{256} << 10;

  /// Writes the header.
  ObjectFileWriter(PartFile& file, const ObjectTypeTag& type);

  void writeFrame(ByteView payload, std::uint64_t records);

  /// Writes the end frame.
  void finish();

 private:
  void append(ObjectFrame& frame);

  PartFile& file_;
  ObjectFrame totals_;
};

/// Reads an object file. Throws WireError, with the file and the offset, for damage of any kind; errors of the system,
/// and what is not a regular file, throw as in OpenFile.
class ObjectFileReader {
 public:
  /// Reads the header. Also throws WireError for a file of another format, version or element type. Messages end with
  /// `advice`.
  ObjectFileReader(std::string path, const ObjectTypeTag& type, std::string advice = {});

  /// Reads the next frame; false at the end of the file.
  bool next();

  /// The payload of the current frame; valid until `next`.
  ByteView payload() const { return payload_; }
  std::uint64_t records() const { return frame_.records; }

  /// Throws WireError, with the file, the offset of the frame's payload and what is wrong with it.
  [[noreturn]] void failInPayload(std::string_view what) const;

 private:
  void readHeader(const ObjectTypeTag& type);
  void readFrame();
  void checkEnd();
  void read(void* into, std::size_t size, std::string_view what);
  [[noreturn]] void fail(std::uint64_t offset, std::string_view what) const;

  OpenFile file_;
  std::string advice_;
  std::uint64_t offset_ = 0;
  ObjectFrame frame_;
  ObjectFrame totals_;
  Bytes payload_;
};

}  // namespace seltzer::detail
