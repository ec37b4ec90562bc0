#include <algorithm>
#include <iterator>
#include <utility>

#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/data/sort/loser_tree.hpp>
#include <seltzer/detail/data/spill/record_sorter.hpp>
#include <seltzer/detail/data/spill/spilled_bytes.hpp>
#include <seltzer/detail/data/wire/reader.hpp>

namespace seltzer::detail {
namespace {

/// The least and the most memory for a run that is being collected.
constexpr std::size_t leastRunBytes = std::size_t{1} << 10;
constexpr std::size_t mostRunBytes = std::size_t{256} << 20;

/// Precedes a record in a run, packed: most records are a few bytes long, so the number and a byte for the size. A
/// record that is larger than a frame is not in the run, but written for itself.
struct RecordHeader {
  std::uint64_t number = 0;
  std::uint64_t size = 0;

  void write(WireWriter& writer) const {
    writer << number << static_cast<std::uint8_t>(std::min(size, isLong));
    if (size >= isLong) writer << size;
  }
  static RecordHeader read(WireReader& reader) {
    RecordHeader header;
    header.number = reader.read<std::uint64_t>();
    header.size = reader.read<std::uint8_t>();
    if (header.size == isLong) header.size = reader.read<std::uint64_t>();
    return header;
  }

  bool isLarge() const { return size > shuffleFrameBytes; }

  static constexpr std::uint64_t isLong = 255;  // the size follows
};

}  // namespace

/// Sorted records in the scratch file.
class RecordSorter::Run {
 public:
  void add(std::uint64_t number, ByteView record) {
    {
      WireWriter writer(open_);
      const RecordHeader header{number, record.size()};
      header.write(writer);
      if (header.isLarge()) {
        large_.emplace_back(record);
      } else {
        writer.writeBytes(record);
      }
    }
    if (open_.size() >= shuffleFrameBytes) flush();
  }
  void complete() {
    if (!open_.empty()) flush();
    open_ = Bytes();  // `= {}` would keep the memory
  }

  /// Reads a frame and frees its place; false after the last one.
  bool readNext(Bytes& frame) {
    if (next_ == frames_.size()) return false;
    frame = std::exchange(frames_[next_++], {}).read();
    return true;
  }

  /// Likewise, the next large record.
  Bytes readLarge() { return std::exchange(large_[nextLarge_++], {}).read(); }

 private:
  void flush() {
    frames_.emplace_back(open_);
    open_.clear();
  }

  Bytes open_;
  std::vector<SpilledBytes> frames_;
  std::size_t next_ = 0;
  std::vector<SpilledBytes> large_;
  std::size_t nextLarge_ = 0;
};

/// Reads a run record by record.
class RecordSorter::Cursor {
 public:
  explicit Cursor(Run&& run) : run_(std::move(run)) { advance(); }

  bool atEnd() const { return atEnd_; }
  void advance() {
    large_ = Bytes();
    if (reader_.atEnd()) {
      atEnd_ = !run_.readNext(frame_);
      if (atEnd_) return;
      reader_ = WireReader(frame_);
    }
    const auto header = RecordHeader::read(reader_);
    number_ = header.number;
    isLarge_ = header.isLarge();
    if (!isLarge_) record_ = reader_.readBytes(header.size);
  }

  std::uint64_t number() const { return number_; }

  /// Once for each record, when its turn has come: large ones are not in memory before that.
  ByteView record() {
    if (!isLarge_) return record_;
    large_ = run_.readLarge();
    return large_;
  }

 private:
  Run run_;
  Bytes frame_;
  WireReader reader_{ByteView()};
  bool atEnd_ = false;
  std::uint64_t number_ = 0;
  ByteView record_;
  bool isLarge_ = false;
  Bytes large_;
};

class RecordSorter::Merge {
 public:
  explicit Merge(std::vector<Run>&& runs) : tree_(cursorsOf(std::move(runs))) {}

  bool next(std::uint64_t& number, ByteView& record) {
    if (begun_) tree_.advance();
    begun_ = true;
    if (tree_.atEnd()) return false;
    number = tree_.top().number();
    record = tree_.top().record();
    return true;
  }

 private:
  struct Less {
    bool operator()(const Cursor& a, const Cursor& b) const { return a.number() < b.number(); }
  };

  static std::vector<Cursor> cursorsOf(std::vector<Run>&& runs) {
    std::vector<Cursor> cursors;
    cursors.reserve(runs.size());
    for (Run& run : runs) cursors.emplace_back(std::move(run));
    return cursors;
  }

  LoserTree<Cursor, Less> tree_;
  bool begun_ = false;
};

RecordSorter::RecordSorter(MemoryUse use)
    : runBytes_(memoryAccount().request(0) == MemoryAccount::everything
                    ? leastRunBytes
                    : std::clamp(memoryAccount().limit() / 8, leastRunBytes, mostRunBytes)),
      memory_(use) {}

RecordSorter::~RecordSorter() = default;

void RecordSorter::sortEntries() {
  memory_.resize(records_.capacity() + entries_.capacity() * sizeof(Entry));
  // records lie in the order in which they were added
  std::ranges::sort(entries_, {}, [](const Entry& entry) { return std::pair(entry.number, entry.begin); });
}

void RecordSorter::spillRun() {
  requireFits(entries_.back().size);
  sortEntries();
  Run& run = runs_.emplace_back();
  for (const Entry& entry : entries_) run.add(entry.number, ByteView(records_).subspan(entry.begin, entry.size));
  run.complete();
  entries_.clear();
  records_.clear();
  if (records_.capacity() > 2 * runBytes_) records_ = Bytes();  // of a large record
}

RecordSorter::Run RecordSorter::merge(std::vector<Run>&& runs) {
  Merge merge(std::move(runs));
  Run merged;
  std::uint64_t number = 0;
  for (ByteView record; merge.next(number, record);) merged.add(number, record);
  merged.complete();
  return merged;
}

void RecordSorter::finish() {
  if (runs_.empty()) {
    sortEntries();
    return;
  }
  if (!entries_.empty()) spillRun();
  records_ = Bytes();
  entries_ = std::vector<Entry>();
  memory_.resize(0);
  // Each run that is read has a frame in memory.
  const std::size_t most = std::clamp<std::size_t>(runBytes_ / shuffleFrameBytes, 2, 1024);
  while (runs_.size() > most) {
    std::vector<Run> merged;
    for (std::size_t begin = 0; begin < runs_.size(); begin += most) {
      const auto first = runs_.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto last = runs_.begin() + static_cast<std::ptrdiff_t>(std::min(begin + most, runs_.size()));
      merged.push_back(merge({std::make_move_iterator(first), std::make_move_iterator(last)}));
    }
    runs_ = std::move(merged);
  }
  merge_ = std::make_unique<Merge>(std::exchange(runs_, {}));
}

bool RecordSorter::next(std::uint64_t& number, ByteView& record) {
  if (merge_) return merge_->next(number, record);
  if (next_ == entries_.size()) return false;
  const Entry& entry = entries_[next_++];
  number = entry.number;
  record = ByteView(records_).subspan(entry.begin, entry.size);
  return true;
}

}  // namespace seltzer::detail
