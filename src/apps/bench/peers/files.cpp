#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <seltzer/seltzer.hpp>

#include "bench_word_count_mpi.hpp"
#include "draw.hpp"
#include "row.hpp"
#include "word_count.hpp"

namespace peers {
namespace {

constexpr const char* text = "words/part-00000";

/// What all systems can say of words and their counts.
struct Words {
  std::int64_t words = 0;
  std::int64_t distinct = 0;
  std::int64_t letters = 0;
  std::int64_t most = 0;  ///< the count of the most frequent word

  void add(std::size_t length, std::int64_t count) {
    words += count;
    ++distinct;
    letters += static_cast<std::int64_t>(length) * count;
    most = std::max(most, count);
  }
  void add(const Words& more) {
    words += more.words;
    distinct += more.distinct;
    letters += more.letters;
    most = std::max(most, more.most);
  }
  std::string check() const { return fmt::format("{}/{}/{}/{}", words, distinct, letters, most); }
};

std::string checkOf(const WordCounts& counts) {
  return counts
      .aggregate(
          Words(), [](Words& words, const WordCount& word) { words.add(word.first.size(), word.second); },
          [](Words& words, const Words& more) { words.add(more); })
      .check();
}

/// As the program word_count does it.
Measured wordCount(seltzer::Context& sc, const Setup& setup) {
  return timed([&] { return checkOf(countWords(sc.textFile(setup / text), sc.ranks())); });
}

Measured wordCountInSixLines(seltzer::Context& sc, const Setup& setup) {
  return timed([&] {
    const auto counts = sc.textFile(setup / text)
                            .flatMap([](std::string_view line) { return seltzer::words(line); })
                            .map([](std::string_view word) { return std::pair(word, std::int64_t{1}); })
                            .reduceByKey(std::plus<>());
    return checkOf(counts);
  });
}

Measured wordCountByHand(const Setup& setup) {
  return timed([&] {
    const bench::RawFile file(setup / text);
    const bench::WordTable table = bench::countWordsOfRange(file, 0, file.size());
    Words words;
    table.forEach([&](std::uint64_t, std::string_view head, std::string_view tail, std::int64_t count) {
      words.add(head.size() + tail.size(), count);
    });
    return words.check();
  });
}

Measured lines(seltzer::Context& sc, const Setup& setup) {
  return timed([&] { return std::to_string(sc.textFile(setup / text).count()); });
}

Measured linesByHand(const Setup& setup) {
  return timed([&] {
    const bench::RawFile file(setup / text);
    const std::uint64_t size = file.size();
    std::vector<char> buffer(std::size_t{1} << 20);
    std::int64_t count = 0;
    for (std::uint64_t at = 0; at < size;) {
      const std::size_t read = file.read(buffer.data(), buffer.size(), at);
      count += std::count(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(read), '\n');
      at += read;
    }
    return std::to_string(count);
  });
}

Measured gzipLines(seltzer::Context& sc, const Setup& setup) {
  return timed([&] { return std::to_string(sc.textFile(setup / "gzip").count()); });
}

/// Lines and the sum of digits of all files of a folder, which do not depend on the format; then removes it.
std::string savedCheck(const std::string& folder) {
  std::array<std::int64_t, 256> counts{};
  std::vector<char> buffer(std::size_t{1} << 20);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || file.gcount() > 0) {
      for (std::streamsize i = 0; i < file.gcount(); ++i) ++counts[static_cast<unsigned char>(buffer[i])];
    }
  }
  std::filesystem::remove_all(folder);
  std::int64_t digits = 0;
  for (int digit = 1; digit < 10; ++digit) digits += digit * counts['0' + digit];
  return fmt::format("{}/{}", counts['\n'], digits);
}

Measured saveAsText(seltzer::Context& sc, const Setup& setup) {
  const std::string folder = setup / "saved";
  std::filesystem::remove_all(folder);
  const std::int64_t keys = setup.of(1e6);
  const program::Stopwatch watch;
  sc.generate(setup.of(1e7), [keys](std::int64_t i) { return Pair(keyAt(i, keys), i); }).saveAsTextFile(folder);
  const double seconds = watch.seconds();
  return {seconds, savedCheck(folder)};
}

Measured saveAsTextByHand(const Setup& setup) {
  const std::string folder = setup / "saved_by_hand";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  const std::string path = folder + "/part-00000";
  const std::int64_t keys = setup.of(1e6);
  const program::Stopwatch watch;
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  bool written = file >= 0;
  std::string buffer(std::size_t{1} << 20, '\0');
  std::size_t used = 0;
  const auto flush = [&] {
    for (std::size_t at = 0; written && at < used;) {
      const ::ssize_t count = ::write(file, buffer.data() + at, used - at);
      written = count > 0;
      if (written) at += static_cast<std::size_t>(count);
    }
    used = 0;
  };
  const auto put = [&](std::int64_t number, char after) {
    char* const end = std::to_chars(buffer.data() + used, buffer.data() + buffer.size(), number).ptr;
    *end = after;
    used = static_cast<std::size_t>(end - buffer.data()) + 1;
  };
  for (std::int64_t i = 0; i < setup.of(1e7); ++i) {
    if (buffer.size() - used < 64) flush();
    buffer[used++] = '(';
    put(keyAt(i, keys), ',');
    put(i, ')');
    buffer[used++] = '\n';
  }
  flush();
  written = written && ::fsync(file) == 0;  // as the engine does
  if (file >= 0) ::close(file);
  const double seconds = watch.seconds();
  if (!written) throw std::runtime_error("cannot write " + path);
  return {seconds, savedCheck(folder)};
}

}  // namespace

std::vector<Row> fileRows() {
  return {
      {"word_count", wordCount, wordCountByHand},
      {"word_count_in_six_lines", wordCountInSixLines, wordCountByHand},
      {"lines", lines, linesByHand},
      {"gzip_lines", gzipLines},
      {"save_as_text", saveAsText, saveAsTextByHand},
  };
}

}  // namespace peers
