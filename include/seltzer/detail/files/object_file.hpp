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

// An object file holds the elements of one partition as the wire archive writes them. All numbers are in the byte order
// of the machine. In this order:
//   header   ObjectFileHeader, then the name of the element type, then 8 bytes: the hash of all that
//   frames   each an ObjectFrame and its payload of whole elements
//   end      an ObjectFrame without payload, with the file's totals
// Every byte is covered by a hash that is checked before the bytes are used, lengths before memory is taken for them.

namespace seltzer::detail {

/// What tells element types apart: the compiler's name for a type and its size. Two builds with other layouts of one
/// class agree on it where the size is the same.
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
  std::uint64_t payloadHash = 0;  ///< at the end: of the payloads' hashes, one after the other
  std::uint64_t frameHash = 0;    ///< of the fields above

  std::uint64_t hash() const { return hashBytes(this, offsetof(ObjectFrame, frameHash)); }
};

/// Writes an object file.
class ObjectFileWriter {
 public:
  /// Payloads are about this long, or as long as one element.
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

/// Reads an object file. Whatever is not as a writer left it throws WireError with the file and the offset at which
/// that is seen; what the system refuses, and what is no file, throws as OpenFile does.
class ObjectFileReader {
 public:
  /// Reads the header. Throws as above for a file of another kind, another version or another element type.
  ObjectFileReader(std::string path, const ObjectTypeTag& type);

  /// Reads the next frame; false at the end of the file.
  bool next();

  /// Of the frame that was read; valid until the next is.
  ByteView payload() const { return payload_; }
  std::uint64_t records() const { return frame_.records; }

  /// Throws WireError: the file, the offset of the frame's payload and what is wrong with it.
  [[noreturn]] void failInPayload(std::string_view what) const;

 private:
  void readHeader(const ObjectTypeTag& type);
  void readFrame();
  void checkEnd();
  void read(void* into, std::size_t size, std::string_view what);
  [[noreturn]] void fail(std::uint64_t offset, std::string_view what) const;

  OpenFile file_;
  std::uint64_t offset_ = 0;
  ObjectFrame frame_;
  ObjectFrame totals_;
  Bytes payload_;
};

}  // namespace seltzer::detail
