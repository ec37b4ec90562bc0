#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include <seltzer/saved_files.hpp>

#include "alarm.hpp"
#include "fixture.hpp"
#include "input_fixture.hpp"
#include "scratch_folder.hpp"

namespace seltzer::test {
namespace {

using Named = std::pair<std::string, std::string>;

std::string randomBytes(std::size_t count, std::mt19937_64& random) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) bytes += static_cast<char>(random());
  return bytes;
}

TEST(BinaryFile, WholeFilesWithTheirPaths) {
  const ScratchFolder folder;
  std::mt19937_64 random(seed());
  std::vector<Named> contents;
  std::vector<Named> bytes;
  for (int i = 10; i < 30; ++i) {
    const std::string content = randomBytes(i % 5 == 0 ? 0 : random() % 3000, random);
    const bool zipped = i % 3 == 0;
    const std::string path = folder / ("f" + std::to_string(i) + (zipped ? ".gz" : ""));
    writeContent(path, zipped ? compressed(Codec::gzip, content) : content);
    contents.emplace_back(path, content);
    bytes.emplace_back(path, contentOf(path));
  }
  for (const std::int64_t partitions : {1, 2, 3, 8, 50}) {
    const auto texts = context().wholeTextFiles(folder / "", partitions);
    EXPECT_EQ(texts.getNumPartitions(), static_cast<std::size_t>(std::min<std::int64_t>(partitions, 20)));
    EXPECT_EQ(texts.collect(), contents);
    EXPECT_EQ(context().binaryFiles(folder / "f*", partitions).collect(), bytes);
    EXPECT_EQ(texts.count(), 20);
    EXPECT_EQ(texts.take(3), std::vector<Named>(contents.begin(), contents.begin() + 3));
    for (const auto& part : texts.glom().collect()) EXPECT_FALSE(part.empty());
  }
}

TEST(BinaryFile, LargeWholeFilesAndNone) {
  const ScratchFolder folder;
  std::filesystem::create_directory(folder / "none");
  EXPECT_EQ(context().wholeTextFiles(folder / "none").getNumPartitions(), 0u);
  EXPECT_EQ(context().binaryFiles(folder / "none").count(), 0);
  const std::string content(3'000'000, 'x');
  for (const char* name : {"a", "b", "c"}) writeContent(folder / name, content + name);
  const auto sizes = context().binaryFiles(folder / "?", 2).map([](const Named& file) {
    return std::pair<char, std::uint64_t>(file.second.back(), file.second.size());
  });
  using Sizes = std::vector<std::pair<char, std::uint64_t>>;
  EXPECT_EQ(sizes.collect(), (Sizes{{'a', 3'000'001}, {'b', 3'000'001}, {'c', 3'000'001}}));
}

/// 12 bytes; no member needs an alignment above 4.
struct Record {
  std::uint32_t key;
  std::array<char, 8> value;
  bool operator==(const Record&) const = default;
};

/// Larger than the longest batch.
struct LargeRecord {
  std::array<std::uint64_t, 5000> words;
};

TEST(BinaryFile, RecordsAreCutBetweenThem) {
  const ScratchFolder folder;
  std::mt19937_64 random(seed());
  for (const std::size_t count : {0u, 1u, 2u, 7u, 1000u, 50'000u}) {
    const std::string path = folder / ("records" + std::to_string(count));
    const std::string content = randomBytes(count * sizeof(Record), random);
    writeContent(path, content);
    std::vector<Record> records(count);
    if (count > 0) std::memcpy(records.data(), content.data(), content.size());
    std::vector<std::string> views;
    for (std::size_t i = 0; i < count; ++i) views.push_back(content.substr(i * sizeof(Record), sizeof(Record)));
    for (const std::int64_t partitions : partitionCounts) {
      const auto borrowed = context().binaryRecords(path, sizeof(Record), partitions);
      const auto typed = context().binaryRecords<Record>(path, partitions);
      const std::size_t expected = std::min(count, static_cast<std::size_t>(partitions));
      ASSERT_EQ(borrowed.getNumPartitions(), expected);
      ASSERT_EQ(typed.getNumPartitions(), expected);
      ASSERT_EQ(borrowed.collect(), views);
      ASSERT_EQ(typed.collect(), records);
      ASSERT_EQ(typed.count(), static_cast<std::int64_t>(count));
      ASSERT_TRUE(count == 0 || typed.glom().collect() == slices(records, static_cast<std::int64_t>(expected)));
      ASSERT_EQ(typed.take(5),
                std::vector<Record>(records.begin(),
                                    records.begin() + std::min<std::ptrdiff_t>(5, static_cast<std::ptrdiff_t>(count))));
    }
  }
}

TEST(BinaryFile, RecordsOfSeveralFilesAndOfAnySize) {
  const ScratchFolder folder;
  std::mt19937_64 random(seed());
  std::string all;
  int files = 0;
  for (const std::size_t records : {3u, 0u, 40u, 7u}) {
    const std::string content = randomBytes(records * sizeof(LargeRecord), random);
    writeContent(folder / ("r" + std::to_string(files++)), content);
    all += content;
  }
  const auto typed = context().binaryRecords<LargeRecord>(folder / "r*", 6);
  std::string read;
  for (const LargeRecord& record : typed.collect()) read.append(reinterpret_cast<const char*>(&record), sizeof record);
  EXPECT_TRUE(read == all);
  EXPECT_EQ(context().binaryRecords(folder / "r*", sizeof(LargeRecord), 6).count(), 50);
  EXPECT_EQ(context().binaryRecords(folder / "r*", 1, 3).count(), static_cast<std::int64_t>(all.size()));
}

TEST(BinaryFile, WhatTheDriverRefuses) {
  const ScratchFolder folder;
  const std::string path = folder / "records";
  writeContent(path, "1234567");
  const auto uneven = messageOf<std::invalid_argument>([&] { context().binaryRecords(path, 3); });
  EXPECT_EQ(uneven, "binaryRecords at " + callSite(__LINE__ - 1) + ": " + path +
                        " has 7 bytes, which is not a multiple of the record's 3");
  EXPECT_THROW(context().binaryRecords<Record>(path), std::invalid_argument);
  EXPECT_THROW(context().binaryRecords(path, 0), std::invalid_argument);
  EXPECT_THROW(context().binaryRecords(path, -7), std::invalid_argument);
  EXPECT_THROW(context().binaryRecords(path, 7, 0), std::invalid_argument);
  EXPECT_THROW(context().binaryRecords(folder / "absent", 7), std::invalid_argument);
  EXPECT_THROW(context().wholeTextFiles(folder / "absent"), std::invalid_argument);
  EXPECT_THROW(context().binaryFiles(path, 0), std::invalid_argument);
  EXPECT_THROW(context().binaryRecords(folder / "absent", 7), UsageError);
  EXPECT_THROW(context().binaryRecords(path, 3), UsageError) << "the file is to be mended, not the program";
  EXPECT_THROW(context().wholeTextFiles("hdfs://host/x"), UsageError);
  EXPECT_THROW(context().objectFile<int>("file://host/x"), UsageError);
}

TEST(BinaryFile, ChangesAfterTheListing) {
  const ScratchFolder folder;
  const std::string path = folder / "records";
  writeContent(path, std::string(120'000, 'a'));
  const auto typed = context().binaryRecords<Record>(path, 3);
  const auto borrowed = context().binaryRecords(path, 12, 3);
  const auto whole = context().binaryFiles(path);
  const auto failure = [](const auto& rdd) { return messageOf<TaskError>([&] { rdd.count(); }); };
  writeContent(path, std::string(240'000, 'b'));
  EXPECT_EQ(typed.count(), 10'000) << "of a grown file the listed size is read";
  EXPECT_EQ(borrowed.count(), 10'000);
  EXPECT_EQ(whole.collect(), (std::vector<Named>{{path, std::string(240'000, 'b')}}));
  std::filesystem::resize_file(path, 119'999);
  EXPECT_NE(failure(typed).find(path + " has shrunk"), std::string::npos);
  EXPECT_NE(failure(borrowed).find(path + " has shrunk"), std::string::npos);
  EXPECT_NE(failure(whole).find(path + " has shrunk"), std::string::npos);
  std::filesystem::remove(path);
  for (const std::string& message : {failure(typed), failure(borrowed), failure(whole)})
    EXPECT_NE(message.find("cannot open " + path + ": No such file or directory"), std::string::npos) << message;
}

TEST(BinaryFile, WhatIsAFileNoMoreIsRefusedByEveryReader) {
  const Alarm alarm(30);
  const ScratchFolder folder;
  context().range(0, 24, 1, 1).saveAsObjectFile(folder / "objects");
  const std::string path = folder / "input";
  for (const char* ending : {"", ".gz"}) {
    const std::string listed = path + ending;
    std::filesystem::copy_file(folder / "objects/part-00000", listed);
    std::filesystem::resize_file(listed, std::filesystem::file_size(listed) / 12 * 12);
    const auto lines = context().textFile(listed, 2);
    const auto texts = context().wholeTextFiles(listed);
    const auto whole = context().binaryFiles(listed);
    const auto borrowed = context().binaryRecords(listed, 12, 2);
    const auto typed = context().binaryRecords<Record>(listed, 2);
    const auto objects = context().objectFile<std::int64_t>(listed);
    const auto expectRefusal = [&](const std::string& kind) {
      const auto check = [&](const auto& rdd) {
        const auto message = messageOf<TaskError>([&] { rdd.count(); });
        EXPECT_NE(message.find("cannot read " + listed + ": it is " + kind + ", and was a file when it was listed"),
                  std::string::npos)
            << message;
      };
      check(lines);
      check(texts);
      check(whole);
      check(borrowed);
      check(typed);
      check(objects);
      std::filesystem::remove(listed);
    };
    std::filesystem::remove(listed);
    ASSERT_EQ(::mkfifo(listed.c_str(), 0600), 0);
    expectRefusal("a named pipe");
    std::filesystem::create_symlink("/dev/zero", listed);
    expectRefusal("a device");
    std::filesystem::create_directory(listed);
    expectRefusal("a folder");
  }
  EXPECT_EQ(context().objectFile<std::int64_t>(folder / "objects").count(), 24) << "the context stays usable";
}

}  // namespace
}  // namespace seltzer::test
