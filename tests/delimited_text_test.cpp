#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/saved_files.hpp>

#include "files/file_content.hpp"
#include "fixture.hpp"
#include "input_fixture.hpp"
#include "scratch_folder.hpp"

namespace seltzer::test {
namespace {

using Records = std::vector<std::string>;

/// The oracle: a plain split of the whole content, with the offset of each record.
std::vector<std::pair<std::size_t, std::string>> placedRecords(const std::string& content,
                                                               const std::string& delimiter) {
  std::vector<std::pair<std::size_t, std::string>> records;
  for (std::size_t start = 0; start < content.size();) {
    const std::size_t end = std::min(content.find(delimiter, start), content.size());
    records.emplace_back(start, content.substr(start, end - start));
    start = end + delimiter.size();
  }
  return records;
}

Records recordsOf(const std::string& content, const std::string& delimiter) {
  Records records;
  for (auto& [start, record] : placedRecords(content, delimiter)) records.push_back(record);
  return records;
}

/// Text with the delimiter, parts of it, and runs of its first byte.
std::string randomText(const std::string& delimiter, std::mt19937_64& random) {
  std::string content;
  for (std::size_t left = random() % 400; left > 0; --left) {
    switch (random() % 4) {
      case 0:
        content += delimiter;
        break;
      case 1:
        content += delimiter.substr(0, random() % delimiter.size());
        break;
      case 2:
        content += random() % 30 == 0 ? std::string(random() % 1000, delimiter[0]) : "some text\n";
        break;
      default:
        content += static_cast<char>('a' + random() % 3);
    }
  }
  return content;
}

const Records delimiters = {
    ">", "\n\n", "\n>", "aa", "aba", "\r\n", "a longer one, with spaces ", std::string(1, '\0')};

TEST(DelimitedText, EveryRecordOnceInThePartitionInWhichItStarts) {
  const ScratchFolder folder;
  std::mt19937_64 random(seed());
  const std::size_t before = detail::textBufferBytes;
  for (int round = 0; round < 16; ++round) {
    const std::string& delimiter = delimiters[static_cast<std::size_t>(round) % delimiters.size()];
    const std::string path = folder / ("text" + std::to_string(round));
    const std::string content = randomText(delimiter, random);
    writeContent(path, content);
    const auto placed = placedRecords(content, delimiter);
    for (const std::size_t partitions : {1u, 2u, 3u, 8u, 60u, 1500u}) {
      if (partitions == 1500 && round % 5 != 0) continue;
      detail::textBufferBytes = round % 2 == 0 ? 1 + random() % 100 : before;
      SCOPED_TRACE(testing::Message() << "seed " << seed() << ", round " << round << ", partitions " << partitions);
      const auto records = context().textFile(path, static_cast<std::int64_t>(partitions), delimiter);
      detail::textBufferBytes = before;
      const std::size_t ranges = std::min(partitions, content.size());
      std::vector<Records> expected(ranges);
      for (std::size_t r = 0, next = 0; r < ranges; ++r) {
        for (; next < placed.size() && placed[next].first < (r + 1) * content.size() / ranges; ++next)
          expected[r].push_back(placed[next].second);
      }
      ASSERT_EQ(records.glom().collect(), expected);
      ASSERT_EQ(records.count(), static_cast<std::int64_t>(placed.size()));
    }
  }
}

TEST(DelimitedText, SeveralFilesAndCodecs) {
  const ScratchFolder folder;
  std::mt19937_64 random(seed());
  for (const std::string& delimiter : delimiters) {
    Records expected;
    for (int codec = 0; codec < 5; ++codec) {
      const std::string content = randomText(delimiter, random);
      writeContent(folder / (std::to_string(codec) + std::string(detail::endingOf(static_cast<Codec>(codec)))),
                   codec == 0 ? content : compressed(static_cast<Codec>(codec), content));
      const Records records = recordsOf(content, delimiter);
      expected.insert(expected.end(), records.begin(), records.end());
    }
    for (const std::int64_t partitions : partitionCounts) {
      EXPECT_EQ(context().textFile(folder / "", partitions, delimiter).collect(), expected) << delimiter;
    }
  }
}

TEST(DelimitedText, EmptyFilesAndFilesOfDelimitersAlone) {
  const ScratchFolder folder;
  for (const std::int64_t partitions : partitionCounts) {
    for (const std::string content : {"", ">", ">>", ">>>a", "a>", "a>>"}) {
      writeContent(folder / "text", content);
      for (const std::string delimiter : {">", ">>"}) {
        const auto records = context().textFile(folder / "text", partitions, delimiter);
        EXPECT_EQ(records.collect(), recordsOf(content, delimiter)) << content << " by " << delimiter;
        EXPECT_EQ(records.isEmpty(), content.empty());
      }
    }
  }
  writeContent(folder / "text", "1aaa2");
  EXPECT_EQ(context().textFile(folder / "text", 5, "aa").collect(), (Records{"1", "a2"})) << "as documented";
  writeContent(folder / "text", "\xEF\xBB\xBFone;two");
  EXPECT_EQ(context().textFile(folder / "text", 8, ";").collect(), (Records{"one", "two"}));
}

TEST(DelimitedText, SequencesOfAFastaFile) {
  const ScratchFolder folder;
  std::mt19937_64 random(seed());
  std::string content;
  std::vector<std::pair<std::string, std::string>> expected;
  for (int i = 0; i < 3000; ++i) {
    std::string sequence;
    for (std::size_t left = random() % 200; left > 0; --left) sequence += "ACGT"[random() % 4];
    const std::string name = "read " + std::to_string(i) + " a->b";
    content += ">" + name + "\n";
    for (std::size_t at = 0; at < sequence.size(); at += 60) content += sequence.substr(at, 60) + "\n";
    expected.emplace_back((i == 0 ? ">" : "") + name, sequence);
  }
  writeContent(folder / "reads.fa", content);
  for (const std::int64_t partitions : partitionCounts) {
    const auto reads = context().textFile(folder / "reads.fa", partitions, "\n>").map([](std::string_view record) {
      std::string sequence(record.substr(std::min(record.find('\n'), record.size())));
      std::erase(sequence, '\n');
      return std::pair(std::string(record.substr(0, record.find('\n'))), sequence);
    });
    EXPECT_EQ(reads.collect(), expected);
    EXPECT_EQ(reads.take(5), (std::vector(expected.begin(), expected.begin() + 5)));
  }
}

TEST(DelimitedText, WhatIsRefused) {
  const ScratchFolder folder;
  writeContent(folder / "text", "a>b");
  const auto message = messageOf<std::invalid_argument>([&] { context().textFile(folder / "text", {}, ""); });
  EXPECT_EQ(message, "textFile at " + callSite(__LINE__ - 1) +
                         ": the delimiter is empty; leave it out to read lines, or give the bytes that end a record");
  EXPECT_THROW(context().textFile(folder / "absent", {}, ">"), UsageError);
  EXPECT_THROW(context().textFile(folder / "text", 0, ">"), std::invalid_argument);
  for (const std::int64_t partitions : partitionCounts) {
    writeContent(folder / "text", std::string(10'000, '>'));
    const auto records = context().textFile(folder / "text", partitions, ">>");
    std::filesystem::resize_file(folder / "text", 5'000);
    const auto shrunk = messageOf<TaskError>([&] { records.count(); });
    EXPECT_NE(shrunk.find(folder / "text" + " has shrunk"), std::string::npos) << shrunk;
  }
  const std::string whole = compressed(Codec::gzip, std::string(5000, '>'));
  writeContent(folder / "text.gz", whole.substr(0, whole.size() - 5));
  const auto truncated = messageOf<TaskError>([&] { context().textFile(folder / "text.gz", {}, ">").count(); });
  EXPECT_NE(truncated.find(folder / "text.gz" + " is truncated"), std::string::npos) << truncated;
}

}  // namespace
}  // namespace seltzer::test
