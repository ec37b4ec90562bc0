/// The yardstick of the sort of records: read(2), IPS4o and write(2), without an engine.
#pragma once

#include <algorithm>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <ips4o.hpp>
#include <mpi.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tera_record.hpp"

namespace byhand {

struct LessByKey {
  bool operator()(const TeraRecord& a, const TeraRecord& b) const {
    const std::uint64_t upperOfA = word<std::uint64_t>(a.key.data());
    const std::uint64_t upperOfB = word<std::uint64_t>(b.key.data());
    if (upperOfA != upperOfB) return upperOfA < upperOfB;
    return word<std::uint16_t>(a.key.data() + 8) < word<std::uint16_t>(b.key.data() + 8);
  }

 private:
  /// Bytes as a number with the same order.
  template <class Word>
  static Word word(const std::uint8_t* bytes) {
    Word word;
    std::memcpy(&word, bytes, sizeof word);
    if constexpr (std::endian::native == std::endian::big) return word;
    if constexpr (sizeof word == 8) return __builtin_bswap64(word);
    return static_cast<Word>(__builtin_bswap16(static_cast<std::uint16_t>(word)));
  }
};

/// An open file. System errors throw std::system_error.
class File {
 public:
  File(const std::string& path, int flags) : path_(path), descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) fail("opening");
  }
  ~File() { ::close(descriptor_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  std::size_t size() const {
    struct stat status;
    if (::fstat(descriptor_, &status) != 0) fail("looking at");
    return static_cast<std::size_t>(status.st_size);
  }
  void readFully(std::span<std::byte> into) const {
    while (!into.empty()) {
      const ::ssize_t count = ::read(descriptor_, into.data(), into.size());
      if (count < 0) fail("reading");
      if (count == 0) throw std::runtime_error(path_ + " is shorter than it was");
      into = into.subspan(static_cast<std::size_t>(count));
    }
  }
  void writeFully(std::span<const std::byte> bytes) const {
    while (!bytes.empty()) {
      const ::ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
      if (count < 0) fail("writing");
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    if (::fsync(descriptor_) != 0) fail("making durable");  // as the engine does
  }

 private:
  [[noreturn]] void fail(const char* doing) const {
    throw std::system_error(errno, std::generic_category(), std::string(doing) + " " + path_);
  }

  std::string path_;
  int descriptor_;
};

inline std::string partOf(const std::string& folder, int part) {
  std::string number = std::to_string(part);
  return folder + "/part-" + std::string(5 - std::min<std::size_t>(number.size(), 5), '0') + number;
}

/// Reads parts [begin, end) of a folder, sorts them by `sort(begin, end)` and writes them to `output`, which is then
/// removed. Returns the seconds until it was written.
template <class Sort>
double sortParts(const std::string& folder, int begin, int end, const std::string& output, Sort sort) {
  const auto start = std::chrono::steady_clock::now();
  std::size_t bytes = 0;
  for (int part = begin; part < end; ++part) bytes += File(partOf(folder, part), O_RDONLY).size();
  const std::size_t count = bytes / sizeof(TeraRecord);
  const auto records = std::make_unique_for_overwrite<TeraRecord[]>(count);
  std::span<std::byte> rest = std::as_writable_bytes(std::span(records.get(), count));
  for (int part = begin; part < end; ++part) {
    const File file(partOf(folder, part), O_RDONLY);
    file.readFully(rest.first(file.size()));
    rest = rest.subspan(file.size());
  }
  sort(records.get(), records.get() + count);
  File(output, O_WRONLY | O_CREAT | O_EXCL).writeFully(std::as_bytes(std::span(records.get(), count)));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  ::unlink(output.c_str());
  if (!std::is_sorted(records.get(), records.get() + count, LessByKey()))
    throw std::runtime_error("IPS4o did not sort");
  return seconds;
}

/// During its lifetime, new threads may run on all processors, although the launcher may have bound this process.
class AllProcessors {
 public:
  AllProcessors() {
    ::sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t all;
    std::memset(&all, 0xff, sizeof all);
    ::sched_setaffinity(0, sizeof all, &all);
  }
  ~AllProcessors() { ::sched_setaffinity(0, sizeof before_, &before_); }
  AllProcessors(const AllProcessors&) = delete;
  AllProcessors& operator=(const AllProcessors&) = delete;

 private:
  cpu_set_t before_;
};

/// **Collective.** The longest time of all ranks; those that wait leave their processors to the others.
inline double slowest(double seconds) {
  double longest = 0;
  MPI_Request request;
  MPI_Iallreduce(&seconds, &longest, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD, &request);
  for (int done = 0; done == 0;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
  }
  return longest;
}

/// **Collective.** Every rank sorts one part of the folder, by sequential IPS4o: a lower bound, since the parts are not
/// merged. Returns the time of the slowest.
inline double sortShares(const std::string& folder) {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Barrier(MPI_COMM_WORLD);
  return slowest(sortParts(folder, rank, rank + 1, folder + "/_share" + std::to_string(rank),
                           [](TeraRecord* begin, TeraRecord* end) { ips4o::sort(begin, end, LessByKey()); }));
}

/// **Collective.** Rank 0 sorts the whole folder by parallel IPS4o, with as many threads as ranks. Returns its time.
inline double sortInThreads(const std::string& folder) {
  int rank = 0;
  int ranks = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  MPI_Barrier(MPI_COMM_WORLD);
  if (rank != 0) return slowest(0);
  const AllProcessors free;
  return slowest(sortParts(folder, 0, ranks, folder + "/_whole", [ranks](TeraRecord* begin, TeraRecord* end) {
    ips4o::parallel::sort(begin, end, LessByKey(), ips4o::StdThreadPool(ranks));
  }));
}

}  // namespace byhand
