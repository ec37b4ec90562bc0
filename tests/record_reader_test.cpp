#include "files/record_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "scratch_folder.hpp"
#include "string_input.hpp"

namespace seltzer::detail {
namespace {

using test::StringInput;
using Records = std::vector<std::string>;

/// The oracle: a plain split of the whole content, with the offset of each record.
std::vector<std::pair<std::size_t, std::string>> placedRecords(const std::string& content,
                                                               const std::string& delimiter) {
  std::vector<std::pair<std::size_t, std::string>> records;
  std::size_t start = 0;
  std::size_t text = content.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (text < content.size()) {
    const std::size_t end = std::min(content.find(delimiter, text), content.size());
    records.emplace_back(start, content.substr(text, end - text));
    start = text = end + delimiter.size();
  }
  return records;
}

class RecordReaderTest : public testing::Test {
 protected:
  /// Expects every range of every pair of bounds to have its records.
  void expectAllRanges(const std::string& content, const std::string& delimiter) {
    test::writeContent(file_.path, content);
    file_.size = content.size();
    const auto placed = placedRecords(content, delimiter);
    for (std::size_t begin = 0; begin < content.size(); ++begin) {
      for (std::size_t end = begin + 1; end <= content.size(); ++end) {
        Records expected;
        for (const auto& [start, record] : placed) {
          if (begin <= start && start < end) expected.push_back(record);
        }
        ASSERT_EQ(read(content, delimiter, begin, end, 1 + random_() % 6), expected)
            << testing::PrintToString(content) << " by " << delimiter << " from " << begin << " to " << end;
      }
    }
  }

  Records read(const std::string& content, const std::string& delimiter, std::size_t begin, std::size_t end,
               std::size_t bufferBytes) {
    const std::uint64_t start = delimiterSearchStart(file_, delimiter, begin);
    EXPECT_LE(start, begin);
    RecordReader reader(std::make_unique<StringInput>(content, start, random_), start, begin, end, delimiter,
                        bufferBytes);
    Records records;
    for (auto batch = next(reader); !batch.empty(); batch = next(reader)) {
      records.insert(records.end(), batch.begin(), batch.end());
    }
    return records;
  }

  std::span<std::string_view> next(RecordReader& reader) {
    const std::size_t most = 1 + random_() % 3;
    const auto records = reader.next(most);
    EXPECT_LE(records.size(), most);
    return records;
  }

  const test::ScratchFolder folder_;
  InputFile file_{folder_ / "records", 0};
  std::mt19937_64 random_{1};
};

TEST_F(RecordReaderTest, AllShortContentsInAllRanges) {
  const std::vector<std::string> delimiters = {"a", "ab", "aa", "aba", "aaa", "abab", "abaab"};
  std::vector<std::string> contents = {""};
  for (std::size_t i = 0; i < contents.size() && contents[i].size() < 6; ++i) {
    for (const char c : {'a', 'b'}) contents.push_back(contents[i] + c);
  }
  for (const std::string& content : contents) {
    for (const std::string& delimiter : delimiters) expectAllRanges(content, delimiter);
  }
}

TEST_F(RecordReaderTest, AByteOrderMarkAtTheStartIsDropped) {
  const std::string mark = "\xEF\xBB\xBF";
  for (const std::string& content : {mark, mark + "x", mark + "xx", mark + "axbxc", mark + mark, mark + "x" + mark,
                                     "x" + mark, mark.substr(0, 2), mark + "\xBFx\xBF" + "a"}) {
    for (const std::string delimiter : {"x", "xx", "\xBF", "\xBB\xBF", "\xBFx\xBF"})
      expectAllRanges(content, delimiter);
  }
}

TEST_F(RecordReaderTest, RandomContentsInRangesThatCoverThem) {
  const std::vector<std::string> delimiters = {"\n\n", ">", "\r\n.\r\n", "aaaa", "abcabcab", std::string("\0\0", 2)};
  for (int round = 0; round < 200; ++round) {
    const std::string& delimiter = delimiters[random_() % delimiters.size()];
    std::string content;
    for (std::size_t left = random_() % 300; left > 0; --left) {
      switch (random_() % 4) {
        case 0:
          content += delimiter;
          break;
        case 1:
          content += delimiter.substr(0, random_() % delimiter.size());
          break;
        case 2:
          content += random_() % 20 == 0 ? std::string(random_() % 2000, delimiter[0]) : "text";
          break;
        default:
          content += static_cast<char>('a' + random_() % 3);
      }
    }
    test::writeContent(file_.path, content);
    file_.size = content.size();
    Records expected;
    for (auto& [start, record] : placedRecords(content, delimiter)) expected.push_back(record);
    const std::size_t bufferBytes = 1 + random_() % 300;
    Records all;
    for (std::size_t begin = 0; begin < content.size();) {
      const std::size_t end = std::min(content.size(), begin + 1 + random_() % 200);
      const Records part = read(content, delimiter, begin, end, bufferBytes);
      all.insert(all.end(), part.begin(), part.end());
      begin = end;
    }
    ASSERT_EQ(all, expected) << "round " << round;
    ASSERT_EQ(read(content, delimiter, 0, content.size() + 1, bufferBytes), expected) << "round " << round;
  }
}

TEST_F(RecordReaderTest, ARunOfOverlappingDelimitersIsSearchedBackToItsStart) {
  const std::string content = "start" + std::string(1'000'001, '\n') + "y";
  test::writeContent(file_.path, content);
  file_.size = content.size();
  EXPECT_EQ(delimiterSearchStart(file_, "\n\n", 900'000), 5u);
  EXPECT_EQ(delimiterSearchStart(file_, "\n", 900'000), 899'999u);
  Records expected;
  for (auto& [start, record] : placedRecords(content, "\n\n")) {
    if (start >= 900'000) expected.push_back(record);
  }
  EXPECT_EQ(read(content, "\n\n", 900'000, content.size(), 1 << 16), expected);
}

TEST_F(RecordReaderTest, RangesWithinALongRecordReadOnlyThemselves) {
  const std::string content(10'000'000, 'z');
  RecordReader reader(std::make_unique<StringInput>(content, 998, random_), 998, 1000, 2'000'000, "\n\n", 1 << 16);
  EXPECT_TRUE(reader.next().empty());
  EXPECT_LE(reader.bytesRead(), 2'000'000u - 998u);
}

TEST_F(RecordReaderTest, AFileThatHasShrunkIsNamed) {
  test::writeContent(file_.path, std::string(1000, 'a'));
  file_.size = 1000;
  std::filesystem::resize_file(file_.path, 500);
  try {
    delimiterSearchStart(file_, "aa", 900);
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find(file_.path + " has shrunk"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace seltzer::detail
