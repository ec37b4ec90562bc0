#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/data/sort/loser_tree.hpp>
#include <seltzer/detail/data/spill/record_sorter.hpp>
#include <seltzer/detail/data/spill/spilled_bytes.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

namespace seltzer::detail {
namespace {

/// The least and the most memory for a run that is being collected.
constexpr std::size_t leastRunBytes = std::size_t{1} << 10;
constexpr std::size_t mostRunBytes = std::size_t{256} << 20;

/// Whether a record is written to the scratch file by itself, apart from the frames of its run.
bool isLarge(std::size_t size) {
  return size > shuffleFrameBytes;
}

}  // namespace

/// Sorted records in the scratch file, each after its number and its size: most are a few bytes long.
class RecordSorter::Run {
 public:
  explicit Run(std::size_t frameBytes) : frameBytes_(frameBytes) {}

  void add(std::uint64_t number, ByteView record) {
    const std::size_t size = record.size();
    {
      WireWriter writer(open_);
      writer << number << static_cast<std::uint8_t>(std::min(size, longRecord));
      if (size >= longRecord) writer << std::uint64_t{size};
      if (!isLarge(size)) writer.writeBytes(record);
    }
    if (isLarge(size)) large_.emplace_back(record);
    if (open_.size() >= frameBytes_) flush();
  }
  void complete() {
    if (!open_.empty()) flush();
    open_ = Bytes();  // `= {}` would keep the memory
  }

  /// Reads a frame and frees its place; false after the last one.
  bool readNext(Bytes& frame) {
    if (next_ == frames_.size()) return false;
    frame = std::exchange(frames_[next_++], {}).read();
    if (next_ < frames_.size()) frames_[next_].readAhead();
    return true;
  }

  /// Likewise, the next large record.
  Bytes readLarge() { return std::exchange(large_[nextLarge_++], {}).read(); }

 private:
  void flush() {
    frames_.emplace_back(open_);
    open_.clear();
  }

  std::size_t frameBytes_;
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
    number_ = reader_.read<std::uint64_t>();
    std::size_t size = reader_.read<std::uint8_t>();
    if (size == longRecord) size = reader_.read<std::uint64_t>();
    isLarge_ = isLarge(size);
    if (!isLarge_) record_ = reader_.readBytes(size);
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

WireWriter RecordSorter::begin() {
  begin_ = records_.size();
  WireWriter writer(records_);
  writer << std::uint8_t{0};  // the size, once it is known
  return writer;
}

void RecordSorter::end(std::uint64_t number) {
  const std::size_t size = records_.size() - begin_ - 1;
  records_[begin_] = static_cast<std::byte>(size);
  if (size >= longRecord) [[unlikely]]
    widenSize(begin_, size);
  entries_.push_back({number, begin_});
  if (records_.size() + bytesPerEntry * entries_.size() >= runBytes_) spillRun();
}

/// Makes room for the size of the last record, which has more bytes than fit.
void RecordSorter::widenSize(std::size_t begin, std::size_t size) {
  const std::uint64_t wide = size;
  const auto bytes = std::as_bytes(std::span(&wide, 1));
  records_[begin] = static_cast<std::byte>(longRecord);
  records_.insert(records_.begin() + static_cast<std::ptrdiff_t>(begin) + 1, bytes.begin(), bytes.end());
}

ByteView RecordSorter::recordAt(std::size_t begin) const {
  WireReader reader(ByteView(records_).subspan(begin));
  std::size_t size = reader.read<std::uint8_t>();
  if (size == longRecord) size = reader.read<std::uint64_t>();
  return reader.readBytes(size);
}

void RecordSorter::sortEntries() {
  memory_.resize(records_.capacity() + bytesPerEntry * entries_.capacity());
  std::vector<SortEntry> buffer(entries_.size());
  radixSort(entries_, buffer.data(), PrefixOrder());
}

void RecordSorter::spillRun() {
  requireFits(recordAt(entries_.back().position).size());
  sortEntries();
  Run& run = runs_.emplace_back(frameBytes());
  constexpr std::size_t lookAhead = 16;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (i + lookAhead < entries_.size()) {
      const std::byte* const ahead = records_.data() + entries_[i + lookAhead].position;
      __builtin_prefetch(ahead);
      __builtin_prefetch(ahead + 64);
    }
    run.add(entries_[i].prefix, recordAt(entries_[i].position));
  }
  run.complete();
  entries_.clear();
  records_.clear();
  if (records_.capacity() > 2 * runBytes_) records_ = Bytes();  // of a large record
}

/// So small that many runs can be merged at once, but large enough for the disk.
std::size_t RecordSorter::frameBytes() const {
  return std::clamp(runBytes_ / 128, shuffleFrameBytes, std::size_t{1} << 20);
}

RecordSorter::Run RecordSorter::merge(std::vector<Run>&& runs) {
  Merge merge(std::move(runs));
  Run merged(frameBytes());
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
  entries_ = std::vector<SortEntry>();
  memory_.resize(0);
  // Each run that is read has a frame in memory.
  const std::size_t most = std::clamp<std::size_t>(2 * runBytes_ / frameBytes(), 2, 1024);
  while (runs_.size() > most) {
    std::vector<Run> merged;
    for (std::size_t begin = 0; begin < runs_.size(); begin += most) {
      const auto first = runs_.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto last = runs_.begin() + static_cast<std::ptrdiff_t>(std::min(begin + most, runs_.size()));
      merged.push_back(merge({std::make_move_iterator(first), std::make_move_iterator(last)}));
    }
    runs_ = std::move(merged);
  }
  merge_ = makeUnique<Merge>(std::exchange(runs_, {}));
}

bool RecordSorter::next(std::uint64_t& number, ByteView& record) {
  if (merge_) return merge_->next(number, record);
  if (next_ == entries_.size()) return false;
  const SortEntry& entry = entries_[next_++];
  number = entry.prefix;
  record = recordAt(entry.position);
  return true;
}

}  // namespace seltzer::detail
