#include <algorithm>
#include <bit>
#include <iterator>
#include <utility>

#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/data/sort/loser_tree.hpp>
#include <seltzer/detail/data/spill/compact_number.hpp>
#include <seltzer/detail/data/spill/ordered_runs.hpp>
#include <seltzer/detail/data/spill/spilled_bytes.hpp>
#include <seltzer/detail/data/wire/reader.hpp>

namespace seltzer::detail {
namespace {

/// Whether a record is written to the scratch file by itself, apart from the frames of its run.
bool isLarge(std::size_t size) {
  return size > shuffleFrameBytes;
}

}  // namespace

/// Each record follows the difference of its number to the one before, and its size.
class OrderedRuns::Run {
 public:
  explicit Run(std::size_t frameBytes) : frameBytes_(frameBytes) {}

  void add(std::uint64_t number, ByteView record) {
    const std::size_t size = record.size();
    WireWriter writer(open_);
    writeCompact(writer, number - std::exchange(last_, number));
    writeCompact(writer, size);
    if (isLarge(size)) {
      large_.emplace_back(record);
    } else {
      writer.writeBytes(record);
    }
    ++records_;
    if (open_.size() >= frameBytes_) flush();
  }
  void complete() {
    if (!open_.empty()) flush();
    open_ = Bytes();  // `= {}` would keep the memory
  }

  /// Reads a frame and frees its place; false after the last one. `last` is the number of its last record.
  bool readNext(Bytes& frame, std::uint64_t& last) {
    if (next_ == frames_.size()) return false;
    last = frames_[next_].last;
    frame = std::exchange(frames_[next_++].bytes, {}).read();
    if (next_ < frames_.size()) frames_[next_].bytes.readAhead();
    return true;
  }

  std::size_t records() const { return records_; }
  std::size_t largestFrame() const { return largestFrame_; }

  /// Likewise, the next large record.
  Bytes readLarge() { return std::exchange(large_[nextLarge_++], {}).read(); }

 private:
  struct Frame {
    SpilledBytes bytes;
    std::uint64_t last;  // number
  };

  void flush() {
    largestFrame_ = std::max(largestFrame_, open_.size());
    frames_.push_back({SpilledBytes(open_), last_});
    open_.clear();
  }

  std::size_t frameBytes_;
  std::size_t largestFrame_ = 0;
  std::size_t records_ = 0;
  std::uint64_t last_ = 0;  // number
  Bytes open_;
  std::vector<Frame> frames_;
  std::size_t next_ = 0;
  std::vector<SpilledBytes> large_;
  std::size_t nextLarge_ = 0;
};

/// Reads a run record by record.
class OrderedRuns::Cursor {
 public:
  explicit Cursor(Run&& run) : run_(std::move(run)) { advance(); }

  bool atEnd() const { return atEnd_; }
  void advance() {
    if (reader_.atEnd()) {
      atEnd_ = !run_.readNext(frame_, lastOfFrame_);
      if (atEnd_) return;
      reader_ = WireReader(frame_);
    }
    number_ += readCompact(reader_);
    const std::size_t size = readCompact(reader_);
    isLarge_ = isLarge(size);
    record_ = isLarge_ ? ByteView() : reader_.readBytes(size);
  }

  std::uint64_t number() const { return number_; }

  /// As long as numbers are not greater, `advance` reads no other frame, and records stay valid.
  std::uint64_t lastOfFrame() const { return lastOfFrame_; }

  /// A large record is not in memory before its turn has come; then it is read once.
  bool isLargeRecord() const { return isLarge_; }
  Bytes readLarge() { return run_.readLarge(); }

  /// Of a record that is not large.
  ByteView record() const { return record_; }

 private:
  Run run_;
  Bytes frame_;
  std::uint64_t lastOfFrame_ = 0;
  WireReader reader_{ByteView()};
  bool atEnd_ = false;
  std::uint64_t number_ = 0;
  ByteView record_;
  bool isLarge_ = false;
};

/// Merges runs.
class OrderedRuns::Merge {
 public:
  Merge() = default;
  Merge(const Merge&) = delete;
  Merge& operator=(const Merge&) = delete;
  virtual ~Merge() = default;

  virtual bool next(std::uint64_t& number, ByteView& record) = 0;

 protected:
  static std::vector<Cursor> cursorsOf(std::vector<Run>&& runs) {
    std::vector<Cursor> cursors;
    cursors.reserve(runs.size());
    for (Run& run : runs) cursors.emplace_back(std::move(run));
    return cursors;
  }

  /// A record of `cursor`, which must be the next large one if it has no bytes yet.
  ByteView loaded(ByteView record, bool isLargeRecord, Cursor& cursor) {
    large_ = Bytes();
    if (!isLargeRecord) return record;
    large_ = cursor.readLarge();
    return large_;
  }

 private:
  Bytes large_;  // the record, if it is large
};

class OrderedRuns::TreeMerge final : public Merge {
 public:
  explicit TreeMerge(std::vector<Run>&& runs) : tree_(cursorsOf(std::move(runs))) {}

  bool next(std::uint64_t& number, ByteView& record) override {
    if (begun_) tree_.advance();
    begun_ = true;
    if (tree_.atEnd()) return false;
    Cursor& top = tree_.top();
    number = top.number();
    record = loaded(top.record(), top.isLargeRecord(), top);
    return true;
  }

 private:
  struct Less {
    bool operator()(const Cursor& a, const Cursor& b) const { return a.number() < b.number(); }
  };

  LoserTree<Cursor, Less> tree_;
  bool begun_ = false;
};

/// For numbers that differ and are dense: the records of a window of numbers get places by their numbers, run after
/// run, and are then read in the order of places. So nothing is compared, and each run is read for a while. A window
/// ends where the first of the runs needs its next frame.
class OrderedRuns::WindowMerge final : public Merge {
 public:
  explicit WindowMerge(std::vector<Run>&& runs)
      : slots_(slotsFor(runs)), used_(slots_.size() / 64), word_(used_.size()), cursors_(cursorsOf(std::move(runs))) {}

  bool next(std::uint64_t& number, ByteView& record) override {
    while (bits_ == 0) {
      if (++word_ >= used_.size() && !fill()) return false;
      bits_ = std::exchange(used_[word_], 0);
    }
    const auto place = word_ * 64 + static_cast<std::size_t>(std::countr_zero(bits_));
    bits_ &= bits_ - 1;
    const Slot& slot = slots_[place];
    number = first_ + place;
    record = loaded(slot.record, slot.large != nullptr, slot.large == nullptr ? cursors_.front() : *slot.large);
    return true;
  }

 private:
  struct Slot {
    ByteView record;
    Cursor* large;  // whose next large record it is; null if it is not large
  };

  /// As many as there are records, if they are few.
  static std::size_t slotsFor(const std::vector<Run>& runs) {
    std::size_t records = 0;
    for (const Run& run : runs) records += run.records();
    return std::clamp<std::size_t>(std::bit_ceil(records), 64, std::size_t{1} << 14);
  }

  /// Gives the records of the next window their places; false if there are none.
  bool fill() {
    for (Cursor* cursor : atFrameEnd_) cursor->advance();
    atFrameEnd_.clear();
    std::erase_if(cursors_, [](const Cursor& cursor) { return cursor.atEnd(); });
    if (cursors_.empty()) return false;
    first_ = std::ranges::min_element(cursors_, {}, &Cursor::number)->number();
    std::uint64_t last = first_ + (slots_.size() - 1);
    for (const Cursor& cursor : cursors_) last = std::min(last, cursor.lastOfFrame());
    for (Cursor& cursor : cursors_) {
      for (; cursor.number() <= last; cursor.advance()) {
        const std::size_t place = cursor.number() - first_;
        slots_[place] = {cursor.record(), cursor.isLargeRecord() ? &cursor : nullptr};
        used_[place / 64] |= std::uint64_t{1} << place % 64;
        if (cursor.number() < cursor.lastOfFrame()) continue;
        atFrameEnd_.push_back(&cursor);
        break;
      }
    }
    word_ = 0;
    return true;
  }

  std::vector<Slot> slots_;
  std::vector<std::uint64_t> used_;  // a bit for each slot
  std::uint64_t first_ = 0;          // the number of the first slot
  std::size_t word_;                 // of `used_`, that is being read
  std::uint64_t bits_ = 0;           // of it, those that are left
  std::vector<Cursor> cursors_;
  std::vector<Cursor*> atFrameEnd_;  // whose next records are in another frame, and wait for the next window
};

// Frames are so small that many runs can be merged at once, but large enough for the disk.
OrderedRuns::OrderedRuns(std::size_t memory, Numbers numbers)
    : numbers_(numbers),
      memory_(memory),
      frameBytes_(std::clamp(memory / 256, shuffleFrameBytes, std::size_t{1} << 20)) {}

OrderedRuns::~OrderedRuns() = default;

bool OrderedRuns::empty() const {
  return runs_.empty();
}

void OrderedRuns::startRun() {
  completeRun();
  runs_.emplace_back(frameBytes_);
}

void OrderedRuns::completeRun() {
  if (!runs_.empty()) runs_.back().complete();
}

void OrderedRuns::add(std::uint64_t number, ByteView record) {
  runs_.back().add(number, record);
}

WireWriter OrderedRuns::begin() {
  record_.clear();
  return WireWriter(record_);
}

void OrderedRuns::end(std::uint64_t number) {
  add(number, record_);
  if (isLarge(record_.size())) record_ = Bytes();
}

UniquePointer<OrderedRuns::Merge> OrderedRuns::mergeOf(std::vector<Run>&& runs) const {
  if (numbers_ == Numbers::differ) return makeUnique<WindowMerge>(std::move(runs));
  return makeUnique<TreeMerge>(std::move(runs));
}

OrderedRuns::Run OrderedRuns::merge(std::vector<Run>&& runs) const {
  const UniquePointer<Merge> merge = mergeOf(std::move(runs));
  Run merged(frameBytes_);
  std::uint64_t number = 0;
  for (ByteView record; merge->next(number, record);) merged.add(number, record);
  merged.complete();
  return merged;
}

void OrderedRuns::finish() {
  completeRun();
  record_ = Bytes();
  // Each run that is read has a frame in memory.
  std::size_t frame = 1;
  for (const Run& run : runs_) frame = std::max(frame, run.largestFrame());
  const std::size_t most = std::clamp<std::size_t>(memory_ / frame, 2, 1024);
  while (runs_.size() > most) {
    std::vector<Run> merged;
    for (std::size_t begin = 0; begin < runs_.size(); begin += most) {
      const auto first = runs_.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto last = runs_.begin() + static_cast<std::ptrdiff_t>(std::min(begin + most, runs_.size()));
      merged.push_back(merge({std::make_move_iterator(first), std::make_move_iterator(last)}));
    }
    runs_ = std::move(merged);
  }
  merge_ = mergeOf(std::exchange(runs_, {}));
}

bool OrderedRuns::next(std::uint64_t& number, ByteView& record) {
  return merge_->next(number, record);
}

}  // namespace seltzer::detail
