#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/data/spill/compact_number.hpp>
#include <seltzer/detail/data/spill/found_values.hpp>
#include <seltzer/detail/data/wire/reader.hpp>

namespace seltzer::detail {

SpilledValues::SpilledValues() = default;
SpilledValues::SpilledValues(SpilledValues&&) noexcept = default;
SpilledValues& SpilledValues::operator=(SpilledValues&&) noexcept = default;
SpilledValues::~SpilledValues() = default;

void SpilledValues::add(ByteView value) {
  WireWriter(open_).writeBytes(value);
  ++openCount_;
  if (open_.size() >= shuffleFrameBytes) flush();
}

void SpilledValues::flush() {
  pieces_.push_back({SpilledBytes(open_), std::exchange(openCount_, 0)});
  open_.clear();
}

FoundValues::FoundValues(MemoryUse use)
    : use_(use), records_(memoryAccount().limit() / 4, OrderedRuns::Numbers::differ), loadedBytes_(use) {}
FoundValues::~FoundValues() = default;

void FoundValues::startRun() {
  records_.startRun();
}

void FoundValues::startUnsortedRun() {
  startRun();
  unsorted_ = makeUnique<RecordSorter>(use_);
}

void FoundValues::endUnsortedRun() {
  unsorted_->finish();
  std::uint64_t number = 0;
  for (ByteView record; unsorted_->next(number, record);) records_.add(number, record);
  unsorted_.reset();
}

/// Begins a record of a list: of the long one at `place`, or of a short one if that is 0.
WireWriter FoundValues::begin(ByteView key, std::size_t place) {
  WireWriter writer = unsorted_ != nullptr ? unsorted_->begin() : records_.begin();
  writeCompact(writer, key.size());
  writeCompact(writer, place);
  writer.writeBytes(key);
  return writer;
}

void FoundValues::end(std::uint64_t number) {
  if (unsorted_ != nullptr) {
    unsorted_->end(number);
  } else {
    records_.end(number);
  }
}

void FoundValues::add(std::uint64_t number, ByteView key, SpilledValues& values) {
  const bool isLong = values.place_ > 0 || !values.pieces_.empty() || values.open_.size() > mostShortBytes;
  if (isLong && values.place_ == 0) {
    if (values.openCount_ > 0) values.flush();
    values.open_ = Bytes();
    long_.push_back({std::move(values.pieces_)});
    values.place_ = long_.size();
  }
  if (!isLong) {
    addShort(number, key, values.openCount_, [&values](WireWriter& writer) { writer.writeBytes(values.open_); });
    return;
  }
  ++long_[values.place_ - 1].users;
  begin(key, values.place_);
  end(number);
}

void FoundValues::finish() {
  records_.finish();
  advance();
}

bool FoundValues::seek(std::uint64_t number) {
  while (!atEnd_ && number_ < number) {
    if (isLong_) release(place_);
    advance();
  }
  return !atEnd_;
}

void FoundValues::advance() {
  ByteView record;
  atEnd_ = !records_.next(number_, record);
  if (atEnd_) return;
  WireReader reader(record);
  const std::uint64_t keySize = readCompact(reader);
  const std::uint64_t place = readCompact(reader);
  key_ = reader.readBytes(keySize);
  isLong_ = place > 0;
  if (isLong_) {
    place_ = place - 1;
  } else {
    count_ = readCompact(reader);
    bytes_ = reader.readBytes(reader.remaining());
  }
}

/// Frees a long list after its last number.
void FoundValues::release(std::size_t place) {
  LongList& list = long_[place];
  if (--list.users > 0) return;
  std::size_t bytes = 0;
  for (const SpilledValues::Piece& piece : list.pieces) bytes += piece.loaded.size();
  loadedBytes_.record(loadedBytes_.bytes() - bytes);
  list.pieces = std::vector<SpilledValues::Piece>();  // `= {}` would keep the memory
}

std::size_t FoundValues::pieceCount() const {
  return long_[place_].pieces.size();
}

/// A piece of the long list, and the number of its values. Keeps a small part of the memory full of pieces: those of a
/// frequent key are read often.
ByteView FoundValues::load(std::size_t piece, std::uint64_t& count) {
  SpilledValues::Piece& of = long_[place_].pieces[piece];
  count = of.count;
  if (of.loaded.empty() && of.bytes.size() > 0) {
    if (loadedBytes_.bytes() + of.bytes.size() > memoryAccount().limit() / 8) forgetLoaded();
    of.loaded = of.bytes.read();
    loaded_.emplace_back(place_, piece);
    loadedBytes_.record(loadedBytes_.bytes() + of.loaded.size());
  }
  return of.loaded;
}

void FoundValues::forgetLoaded() {
  for (const auto& [place, piece] : loaded_) {
    if (piece < long_[place].pieces.size()) long_[place].pieces[piece].loaded = Bytes();
  }
  loaded_.clear();
  loadedBytes_.record(0);
}

}  // namespace seltzer::detail
