#include <algorithm>
#include <span>
#include <utility>

#include <seltzer/detail/data/spill/record_sorter.hpp>
#include <seltzer/detail/data/wire/reader.hpp>

namespace seltzer::detail {
namespace {

/// The least and the most memory for a run that is being collected.
constexpr std::size_t leastRunBytes = std::size_t{1} << 10;
constexpr std::size_t mostRunBytes = std::size_t{256} << 20;

/// How many records ahead memory is prefetched.
constexpr std::size_t lookAhead = 16;

}  // namespace

RecordSorter::RecordSorter(MemoryUse use)
    : runBytes_(memoryAccount().request(0) == MemoryAccount::everything
                    ? leastRunBytes
                    : std::clamp(memoryAccount().limit() / 8, leastRunBytes, mostRunBytes)),
      runs_(2 * runBytes_, OrderedRuns::Numbers::any),
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
  memory_.record(records_.capacity() + bytesPerEntry * entries_.capacity());
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
  std::vector<SortEntry> buffer(entries_.size());
  radixSort(entries_, buffer.data(), PrefixOrder());
}

void RecordSorter::prefetch(std::size_t entry) const {
  if (entry >= entries_.size()) return;
  const std::byte* const record = records_.data() + entries_[entry].position;
  __builtin_prefetch(record);
  __builtin_prefetch(record + 64);
}

void RecordSorter::spillRun() {
  requireFits(recordAt(entries_.back().position).size());
  sortEntries();
  runs_.startRun();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    prefetch(i + lookAhead);
    runs_.add(entries_[i].prefix, recordAt(entries_[i].position));
  }
  entries_.clear();
  records_.clear();
  if (records_.capacity() > 2 * runBytes_) records_ = Bytes();  // of a large record
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
  runs_.finish();
  isMerged_ = true;
}

bool RecordSorter::next(std::uint64_t& number, ByteView& record) {
  if (isMerged_) return runs_.next(number, record);
  if (next_ == entries_.size()) return false;
  const SortEntry& entry = entries_[next_++];
  prefetch(next_ + lookAhead);
  number = entry.prefix;
  record = recordAt(entry.position);
  return true;
}

}  // namespace seltzer::detail
