#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include <seltzer/detail/data/wire/error.hpp>
#include <seltzer/detail/files/object_file.hpp>

namespace seltzer::detail {
namespace {

static_assert(sizeof(ObjectFileHeader) == 32 && sizeof(ObjectFrame) == 48, "no byte of the file escapes the hashes");

/// Longer type names are cut in the header.
constexpr std::size_t longestName = 4096;

template <class T>
ByteView bytesOf(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

void addTo(ObjectFrame& totals, const ObjectFrame& frame) {
  totals.bytes += frame.bytes;
  totals.records += frame.records;
  totals.payloadHash = combineHashes(totals.payloadHash, frame.payloadHash);
}

/// The header as in the file, without its hash.
std::string headerText(const ObjectTypeTag& type) {
  const std::string name = type.name.substr(0, longestName);
  ObjectFileHeader header;
  header.fingerprint = type.fingerprint;
  header.nameBytes = name.size();
  return std::string(reinterpret_cast<const char*>(&header), sizeof header) + name;
}

}  // namespace

ObjectFileWriter::ObjectFileWriter(PartFile& file, const ObjectTypeTag& type) : file_(file) {
  totals_.kind = ObjectFrame::end;
  const std::string header = headerText(type);
  file_.append(header);
  file_.append(bytesOf(hashBytes(header.data(), header.size())));
}

void ObjectFileWriter::writeFrame(ByteView payload, std::uint64_t records) {
  ObjectFrame frame;
  frame.bytes = payload.size();
  frame.records = records;
  frame.payloadHash = hashBytes(payload.data(), payload.size());
  addTo(totals_, frame);
  append(frame);
  file_.append(payload);
}

void ObjectFileWriter::finish() {
  append(totals_);
}

void ObjectFileWriter::append(ObjectFrame& frame) {
  frame.offset = file_.appended();
  frame.frameHash = frame.hash();
  file_.append(bytesOf(frame));
}

ObjectFileReader::ObjectFileReader(std::string path, const ObjectTypeTag& type, std::string advice)
    : file_(std::move(path)), advice_(std::move(advice)) {
  totals_.kind = ObjectFrame::end;
  readHeader(type);
}

void ObjectFileReader::readHeader(const ObjectTypeTag& type) {
  ObjectFileHeader header;
  if (file_.size() < sizeof header)
    fail(file_.size(), "this is not an object file: it is shorter than the header of one");
  read(&header, sizeof header, "the header");
  if (header.magic != ObjectFileHeader::rightMagic) fail(0, "this is not an object file: it has another magic number");
  if (header.byteOrder != ObjectFileHeader::rightByteOrder) fail(12, "written on a machine with another byte order");
  if (header.version != ObjectFileHeader::rightVersion) {
    fail(8, fmt::format("version {} of the format; this program reads {}", header.version,
                        ObjectFileHeader::rightVersion));
  }
  if (header.nameBytes > longestName) fail(24, "damaged: the name of the element type is too long");
  std::string whole(sizeof header + header.nameBytes, '\0');
  std::memcpy(whole.data(), &header, sizeof header);
  read(whole.data() + sizeof header, header.nameBytes, "the name of the element type");
  std::uint64_t hash = 0;
  read(&hash, sizeof hash, "the header's hash");
  if (hash != hashBytes(whole.data(), whole.size())) fail(0, "damaged: the header's hash does not match");
  if (header.fingerprint != type.fingerprint) {
    fail(16, fmt::format("the file holds elements of type {}, not {}", whole.substr(sizeof header), type.name));
  }
}

bool ObjectFileReader::next() {
  readFrame();
  if (frame_.kind == ObjectFrame::end) {
    checkEnd();
    return false;
  }
  if (frame_.bytes > file_.size() - offset_) {
    fail(offset_,
         fmt::format("cut short: a frame of {} bytes is followed by {}", frame_.bytes, file_.size() - offset_));
  }
  payload_.resize(frame_.bytes);
  read(payload_.data(), payload_.size(), "a frame");
  if (hashBytes(payload_.data(), payload_.size()) != frame_.payloadHash)
    failInPayload("damaged: its hash does not match");
  addTo(totals_, frame_);
  return true;
}

void ObjectFileReader::readFrame() {
  const std::uint64_t begin = offset_;
  read(&frame_, sizeof frame_, "the header of a frame");
  if (frame_.frameHash != frame_.hash()) fail(begin, "damaged: the hash of a frame's header does not match");
  if (frame_.kind != ObjectFrame::elements && frame_.kind != ObjectFrame::end)
    fail(begin, "damaged: unknown kind of frame");
  if (frame_.offset != begin) fail(begin, fmt::format("damaged: a frame that belongs to offset {}", frame_.offset));
}

void ObjectFileReader::checkEnd() {
  if (frame_.bytes != totals_.bytes || frame_.records != totals_.records || frame_.payloadHash != totals_.payloadHash) {
    fail(frame_.offset,
         fmt::format("damaged: {} elements were read, {} were written", totals_.records, frame_.records));
  }
  if (offset_ != file_.size()) fail(offset_, fmt::format("damaged: {} bytes follow the end", file_.size() - offset_));
}

void ObjectFileReader::read(void* into, std::size_t size, std::string_view what) {
  auto* next = static_cast<std::byte*>(into);
  for (std::size_t left = size; left > 0;) {
    const std::uint64_t there = file_.size() - offset_;  // as of opening: what was appended since is not read
    const std::size_t count = there == 0 ? 0 : file_.read(next, std::min<std::uint64_t>(left, there), offset_);
    if (count == 0) fail(offset_, fmt::format("cut short: {} bytes of {} are missing", left, what));
    offset_ += count;
    next += count;
    left -= count;
  }
}

void ObjectFileReader::failInPayload(std::string_view what) const {
  fail(frame_.offset + sizeof frame_, what);
}

void ObjectFileReader::fail(std::uint64_t offset, std::string_view what) const {
  throw WireError(fmt::format("the object file {}, at offset {}: {}{}", file_.path(), offset, what, advice_));
}

}  // namespace seltzer::detail
