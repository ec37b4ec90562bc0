/// Word count hand-written in MPI: the yardstick of the program on RDDs.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <mpi.h>
#include <unistd.h>

#include "bench_word_table.hpp"

namespace bench {

/// A file opened for reading.
class RawFile {
 public:
  explicit RawFile(const std::string& path) : path_(path), file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (file_ < 0) fail();
  }
  ~RawFile() { ::close(file_); }
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;

  std::uint64_t size() const {
    const off_t end = ::lseek(file_, 0, SEEK_END);
    if (end < 0) fail();
    return static_cast<std::uint64_t>(end);
  }

  std::size_t read(char* into, std::size_t size, std::uint64_t offset) const {
    const ssize_t count = ::pread(file_, into, size, static_cast<off_t>(offset));
    if (count < 0) fail();
    if (count == 0) throw std::runtime_error(path_ + " has shrunk");
    return static_cast<std::size_t>(count);
  }

  /// The first start of a line at `offset` or later; the end of the file if there is none.
  std::uint64_t lineStart(std::uint64_t offset) const {
    if (offset == 0) return 0;
    char c = 0;
    for (--offset; offset < size(); ++offset) {
      read(&c, 1, offset);
      if (c == '\n') return offset + 1;
    }
    return size();
  }

 private:
  [[noreturn]] void fail() const { throw std::system_error(errno, std::generic_category(), path_); }

  std::string path_;
  int file_;
};

inline bool isSpace(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/// Counts the words in bytes [begin, end) of a file, which must be whole lines.
inline WordTable countWordsOfRange(const RawFile& file, std::uint64_t begin, std::uint64_t end) {
  constexpr std::size_t blockBytes = std::size_t{1} << 20;
  constexpr std::size_t slack = 16;  // readable bytes after the last word
  const std::unique_ptr<char[]> buffer(new char[2 * blockBytes + slack]);
  WordTable table;
  std::size_t kept = 0;  // bytes of a word that continues in the next block
  while (begin < end) {
    const std::size_t count = file.read(buffer.get() + kept, std::min<std::uint64_t>(blockBytes, end - begin), begin);
    begin += count;
    const std::string_view text(buffer.get(), kept + count);
    std::size_t whole = text.size();
    while (begin < end && whole > 0 && !isSpace(text[whole - 1])) --whole;
    for (const std::string_view word : seltzer::words(text.substr(0, whole))) table.add(word, 1);
    table.flush();
    kept = text.size() - whole;
    if (kept > blockBytes) throw std::length_error("a word of more than 1 MiB");
    std::memmove(buffer.get(), buffer.get() + whole, kept);
  }
  return table;
}

/// **Collective.** Sends each word with its count to the rank given by its hash, and sums what arrives.
/// 1. MPI_Alltoall of the byte counts.
/// 2. MPI_Alltoallv of the records: length, count and characters.
inline WordTable mergedByOwner(WordTable table, int ranks) {
  struct Head {
    std::int64_t count;
    std::uint32_t length;
  };
  std::vector<std::vector<char>> parts(ranks);
  table.forEach([&](std::uint64_t hash, std::string_view start, std::string_view tail, std::int64_t count) {
    std::vector<char>& part = parts[((hash >> 32) * static_cast<std::uint64_t>(ranks)) >> 32];
    const Head head{count, static_cast<std::uint32_t>(start.size() + tail.size())};
    const auto* const bytes = reinterpret_cast<const char*>(&head);
    part.insert(part.end(), bytes, bytes + sizeof(head));
    part.insert(part.end(), start.begin(), start.end());
    part.insert(part.end(), tail.begin(), tail.end());
  });
  table = WordTable();

  std::vector<char> sent;
  std::vector<int> sendSizes, sendPlaces, sizes(ranks), places;
  for (std::vector<char>& part : parts) {
    if (sent.size() + part.size() > std::numeric_limits<int>::max()) throw std::length_error("too many words");
    sendPlaces.push_back(static_cast<int>(sent.size()));
    sendSizes.push_back(static_cast<int>(part.size()));
    sent.insert(sent.end(), part.begin(), part.end());
    part = {};
  }
  MPI_Alltoall(sendSizes.data(), 1, MPI_INT, sizes.data(), 1, MPI_INT, MPI_COMM_WORLD);
  std::int64_t total = 0;
  for (const int size : sizes) {
    places.push_back(static_cast<int>(total));
    total += size;
    if (total > std::numeric_limits<int>::max()) throw std::length_error("too many words");
  }
  std::vector<char> received(static_cast<std::size_t>(total) + 16);
  MPI_Alltoallv(sent.data(), sendSizes.data(), sendPlaces.data(), MPI_BYTE, received.data(), sizes.data(),
                places.data(), MPI_BYTE, MPI_COMM_WORLD);

  for (const char *at = received.data(), *end = at + total; at < end;) {
    Head head;
    std::memcpy(&head, at, sizeof(head));
    table.add({at + sizeof(head), head.length}, head.count);
    at += sizeof(head) + head.length;
  }
  table.flush();
  return table;
}

}  // namespace bench
