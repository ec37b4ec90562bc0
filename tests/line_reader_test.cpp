#include "files/line_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "data/sanitizer.hpp"
#include "string_input.hpp"

namespace seltzer::detail {
namespace {

using test::StringInput;
using Lines = std::vector<std::string>;

/// The oracle: lines and their offsets, found byte by byte.
std::vector<std::pair<std::size_t, std::string>> linesOf(std::string_view content) {
  std::vector<std::pair<std::size_t, std::string>> lines;
  bool inLine = false;
  for (std::size_t i = 0; i < content.size(); ++i) {
    const bool secondOfTwo = content[i] == '\n' && i > 0 && content[i - 1] == '\r';
    if (secondOfTwo) continue;
    if (!inLine) lines.emplace_back(i, "");
    inLine = content[i] != '\n' && content[i] != '\r';
    if (inLine) lines.back().second += content[i];
  }
  return lines;
}

Lines expected(std::string_view content, std::size_t begin, std::size_t end) {
  Lines lines;
  for (auto& [start, line] : linesOf(content)) {
    if (begin <= start && start < end) lines.push_back(line);
  }
  return lines;
}

Lines read(std::string_view content, std::size_t begin, std::size_t end, std::size_t bufferBytes,
           std::mt19937_64& random) {
  LineReader reader(std::make_unique<StringInput>(content, begin == 0 ? 0 : begin - 1, random), begin, end,
                    bufferBytes);
  Lines lines;
  for (auto batch = reader.next(); !batch.empty(); batch = reader.next())
    lines.insert(lines.end(), batch.begin(), batch.end());
  return lines;
}

TEST(LineReader, AllShortContentsInAllRanges) {
  std::mt19937_64 random(1);
  std::vector<std::string> contents = {""};
  for (std::size_t i = 0; i < contents.size() && contents[i].size() < 6; ++i) {
    for (const char c : {'a', '\n', '\r'}) contents.push_back(contents[i] + c);
  }
  for (const std::string& content : contents) {
    for (std::size_t begin = 0; begin < content.size(); ++begin) {
      for (std::size_t end = begin + 1; end <= content.size(); ++end) {
        for (const std::size_t bufferBytes : {1, 2, 5}) {
          ASSERT_EQ(read(content, begin, end, bufferBytes, random), expected(content, begin, end))
              << testing::PrintToString(content) << " from " << begin << " to " << end << ", buffer " << bufferBytes;
        }
      }
    }
  }
}

TEST(LineReader, AByteOrderMarkAtTheStartIsDropped) {
  const std::string mark = "\xEF\xBB\xBF";
  std::mt19937_64 random(2);
  for (const std::string& content : {mark, mark + "\n", mark + "\r\n", mark + "one", mark + "one\ntwo", mark + mark,
                                     mark + "\n" + mark, "\n" + mark, mark.substr(0, 2), "x" + mark}) {
    Lines all = expected(content, 0, content.size());
    if (content.starts_with(mark)) all[0].erase(0, mark.size());
    if (content == mark) all.clear();
    for (const std::size_t bufferBytes : {1u, 2u, 3u, 100u}) {
      for (std::size_t pieces = 1; pieces <= content.size(); ++pieces) {
        Lines lines;
        for (std::size_t i = 0; i < pieces; ++i) {
          const auto some =
              read(content, i * content.size() / pieces, (i + 1) * content.size() / pieces, bufferBytes, random);
          lines.insert(lines.end(), some.begin(), some.end());
        }
        ASSERT_EQ(lines, all) << testing::PrintToString(content) << " in " << pieces;
      }
    }
  }
}

TEST(LineReader, RandomContentsInRangesThatCoverThem) {
  std::mt19937_64 random(2);
  const std::vector<std::string> pieces = {"\n", "\r", "\r\n", "\n\r", std::string(1, '\0'), "\xff\xfe", "word", "x"};
  for (int round = 0; round < 300; ++round) {
    std::string content;
    const std::size_t used = 1 + random() % pieces.size();
    for (std::size_t left = random() % 400; left > 0; --left) {
      content += random() % 50 == 0 ? std::string(random() % 3000, 'y') : pieces[random() % used];
    }
    const std::size_t bufferBytes = 1 + random() % 300;
    Lines all;
    for (std::size_t begin = 0; begin < content.size();) {
      const std::size_t end = std::min(content.size(), begin + 1 + random() % 200);
      const Lines part = read(content, begin, end, bufferBytes, random);
      ASSERT_EQ(part, expected(content, begin, end)) << "round " << round << ", " << begin << " to " << end;
      all.insert(all.end(), part.begin(), part.end());
      begin = end;
    }
    ASSERT_EQ(all, expected(content, 0, content.size()));
    ASSERT_EQ(read(content, 0, toTheEnd, bufferBytes, random), all);
  }
}

TEST(LineReader, NoMoreThanABatchAtOnce) {
  std::mt19937_64 random(3);
  const std::string content(10'000, '\n');
  LineReader reader(std::make_unique<StringInput>(content, 0, random), 0, content.size(), 1 << 20);
  std::size_t lines = 0;
  for (auto batch = reader.next(); !batch.empty(); batch = reader.next()) {
    EXPECT_LE(batch.size(), 1024u);
    lines += batch.size();
  }
  EXPECT_EQ(lines, content.size());
  EXPECT_EQ(reader.bytesRead(), content.size());
}

/// `size` equal bytes, then a line feed.
class LongInput final : public ByteInput {
 public:
  explicit LongInput(std::size_t size) : left_(size) {}

  std::size_t read(char* to, std::size_t size) override {
    const std::size_t count = std::min(size, left_);
    std::memset(to, 'z', count);
    left_ -= count;
    if (left_ == 0 && count > 0) to[count - 1] = '\n';
    return count;
  }

 private:
  std::size_t left_;
};

TEST(LineReader, RangesWithinALongLineReadOnlyThemselves) {
  constexpr std::size_t size = 50'000'000;
  LineReader reader(std::make_unique<LongInput>(size), 1000, 2'000'000, 1 << 16);
  EXPECT_TRUE(reader.next().empty());
  EXPECT_EQ(reader.bytesRead(), 2'000'000u - 999u);
}

std::size_t residentPeak() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::size_t kibibytes = 0;
    if (word == "VmHWM:" && status >> kibibytes) return kibibytes << 10;
  }
  return 0;
}

TEST(LineReader, ALongLineTakesItsOwnMemory) {
  if (underAddressSanitizer) GTEST_SKIP() << "it makes copies of its own";
  constexpr std::size_t size = 100'000'000;
  const std::size_t before = residentPeak();
  LineReader reader(std::make_unique<LongInput>(size), 0, size, 1 << 20);
  const auto lines = reader.next();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].size(), size - 1);
  EXPECT_LT(residentPeak() - before, size * 5 / 4);
}

}  // namespace
}  // namespace seltzer::detail
