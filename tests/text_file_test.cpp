#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
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

using View = std::string_view;
using Lines = std::vector<std::string>;

/// The oracle: lines and their offsets, found byte by byte.
std::vector<std::pair<std::size_t, std::string>> placedLines(const std::string& content) {
  std::vector<std::pair<std::size_t, std::string>> lines;
  bool open = false;
  char before = ' ';
  for (std::size_t i = 0; i < content.size(); before = content[i++]) {
    const char c = content[i];
    if (c == '\n' && before == '\r') continue;
    if (!open) lines.emplace_back(i, std::string());
    open = c != '\n' && c != '\r';
    if (open) lines.back().second += c;
  }
  return lines;
}

Lines linesOf(const std::string& path) {
  Lines lines;
  for (auto& [start, line] : placedLines(contentOf(path))) lines.push_back(line);
  return lines;
}

/// Lines of all kinds; `kinds` from 1 (only LF) to 8.
std::string randomText(std::size_t pieces, std::size_t kinds, std::mt19937_64& random) {
  const std::vector<std::string> kind = {"\n",           "word", "\r\n", "\r", std::string(1, '\0'),
                                         "\xc3\x28\xff", "\n\n", "ab c"};
  std::string text;
  for (; pieces > 0; --pieces) {
    text += random() % 40 == 0 ? std::string(random() % 2000, 'l') : kind[random() % kinds];
  }
  return text;
}

constexpr std::array codecs = {Codec::gzip, Codec::bzip2, Codec::xz, Codec::zstd};

TEST(TextFile, EveryLineOnceInThePartitionInWhichItStarts) {
  const ScratchFolder folder;
  std::mt19937_64 random(seed());
  for (int round = 0; round < 12; ++round) {
    const std::string path = folder / ("text" + std::to_string(round));
    const std::string content = randomText(random() % 400, 1 + static_cast<std::size_t>(round) % 8, random);
    writeContent(path, content);
    const auto placed = placedLines(content);
    for (const std::size_t partitions : {1u, 2u, 3u, 8u, 60u, 5000u}) {
      if (partitions == 5000 && round > 3) continue;
      const BufferOf buffer(round % 2 == 0 ? 1 + random() % 100 : std::size_t{1} << 20);
      SCOPED_TRACE(testing::Message() << "seed " << seed() << ", round " << round << ", partitions " << partitions);
      const auto lines = context().textFile(path, static_cast<std::int64_t>(partitions));
      const std::size_t ranges = std::min(partitions, content.size());
      ASSERT_EQ(lines.getNumPartitions(), ranges);
      std::vector<Lines> expected(ranges);
      for (std::size_t r = 0, next = 0; r < ranges; ++r) {
        for (; next < placed.size() && placed[next].first < (r + 1) * content.size() / ranges; ++next)
          expected[r].push_back(placed[next].second);
      }
      ASSERT_EQ(lines.glom().collect(), expected);
      ASSERT_EQ(lines.count(), static_cast<std::int64_t>(placed.size()));
      ASSERT_EQ(lines.count(), static_cast<std::int64_t>(placed.size()));
    }
  }
}

TEST(TextFile, SeveralFilesPatternsAndCodecs) {
  const ScratchFolder folder;
  std::mt19937_64 random(seed());
  Lines expected;
  const auto write = [&](const std::string& name, Codec codec) {
    const std::string content = randomText(300, 8, random);
    writeContent(folder / name, content);
    const Lines lines = linesOf(folder / name);
    expected.insert(expected.end(), lines.begin(), lines.end());
    if (codec == Codec::none) return;
    std::filesystem::remove(folder / name);
    // Two compressed streams, split anywhere in the content.
    const std::size_t cut = random() % (content.size() + 1);
    writeContent(folder / (name + std::string(detail::endingOf(codec))),
                 compressed(codec, content.substr(0, cut)) + compressed(codec, content.substr(cut)));
  };
  write("a1", Codec::none);
  write("a2", Codec::gzip);
  write("a3", Codec::bzip2);
  writeContent(folder / "a4", "");
  write("a5", Codec::xz);
  write("a6", Codec::zstd);
  write("a7", Codec::none);
  writeContent(folder / "_SUCCESS", "not to be read\n");
  for (const std::int64_t partitions : partitionCounts) {
    for (const std::string& path : {folder / "", folder / "*", folder / "a[0-9]*", folder / "{a1,a2*,a[34]*},"}) {
      std::string paths = path;
      if (paths.ends_with(',')) paths += folder / "a{5,6}.*" + "," + folder / "a7";
      const auto lines = context().textFile(paths, partitions);
      EXPECT_EQ(lines.collect(), expected) << paths;
      EXPECT_GE(lines.getNumPartitions(), static_cast<std::size_t>(std::max<std::int64_t>(partitions, 6)));
    }
  }
  Lines twice = linesOf(folder / "a1");
  const std::size_t once = twice.size();
  for (std::size_t i = 0; i < once; ++i) twice.push_back(twice[i]);
  EXPECT_EQ(context().textFile(folder / "a1" + "," + folder / "a1").collect(), twice);
}

TEST(TextFile, EmptyInputHasNoPartitions) {
  const ScratchFolder folder;
  std::filesystem::create_directory(folder / "none");
  writeContent(folder / "empty", "");
  for (const std::string& path : {folder / "none", folder / "empty", folder / "empty" + "," + folder / "none"}) {
    const auto lines = context().textFile(path, 4);
    EXPECT_EQ(lines.getNumPartitions(), 0u);
    EXPECT_EQ(lines.count(), 0);
    EXPECT_EQ(lines.collect(), Lines());
    EXPECT_TRUE(lines.isEmpty());
    EXPECT_EQ(lines.map([](View line) { return static_cast<std::int64_t>(line.size()); }).sum(), 0);
    EXPECT_THROW(lines.first(), EmptyRDDError);
  }
  for (const Codec codec : codecs) {
    const std::string path = folder / ("x" + std::string(detail::endingOf(codec)));
    writeContent(path, compressed(codec, ""));
    EXPECT_EQ(context().textFile(path).collect(), Lines());
  }
}

TEST(TextFile, CompressedFilesWithoutAnyBytesHaveNoLines) {
  const ScratchFolder folder;
  writeContent(folder / "a.gz", compressed(Codec::gzip, "one\n"));
  for (const Codec codec : codecs) {
    const std::string path = folder / ("x" + std::string(detail::endingOf(codec)));
    writeContent(path, "");
    EXPECT_EQ(context().textFile(path).collect(), Lines());
    EXPECT_EQ(context().wholeTextFiles(path).values().collect(), Lines{""});
  }
  EXPECT_EQ(context().textFile(folder / "").collect(), Lines{"one"});
}

TEST(TextFile, ByteOrderMarkIsDropped) {
  const ScratchFolder folder;
  const std::string mark = "\xEF\xBB\xBF";
  writeContent(folder / "a", mark + "one\ntwo\n" + mark + "three\n");
  writeContent(folder / "b", mark);
  writeContent(folder / "c", mark + "\n");
  Lines expected = {"one", "two", mark + "three", ""};
  for (const Codec codec : codecs) {
    const std::string name = "d" + std::to_string(static_cast<int>(codec)) + std::string(detail::endingOf(codec));
    writeContent(folder / name, compressed(codec, mark + name + "\n"));
    expected.push_back(name);
  }
  for (const std::int64_t partitions : {1, 2, 5, 60}) {
    EXPECT_EQ(context().textFile(folder / "", partitions).collect(), expected) << partitions;
    EXPECT_EQ(context().textFile(folder / "b", partitions).count(), 0);
  }
  EXPECT_EQ(context().textFile(folder / "a").first(), "one");
  EXPECT_EQ(context().wholeTextFiles(folder / "b").values().collect(), Lines{mark}) << "as in Spark";
}

TEST(TextFile, DefaultPartitionsAreThoseOfTheContext) {
  const ScratchFolder folder;
  writeContent(folder / "text", std::string(1000, '\n'));
  EXPECT_EQ(context().textFile(folder / "text").getNumPartitions(), context().defaultParallelism());
}

TEST(TextFile, LinesGoThroughPipelines) {
  const ScratchFolder folder;
  std::mt19937_64 random(seed());
  writeContent(folder / "text", randomText(20'000, 8, random));
  const Lines all = linesOf(folder / "text");
  Lines words;
  for (const std::string& line : all) {
    if (line.size() >= 4) words.push_back(line.substr(0, 4));
  }
  for (const std::int64_t partitions : partitionCounts) {
    const auto lines = context().textFile(folder / "text", partitions);
    const auto some =
        lines.filter([](View line) { return line.size() >= 4; }).map([](View line) { return line.substr(0, 4); });
    EXPECT_EQ(some.collect(), words);
    EXPECT_EQ(some.coalesce(2).collect(), words);
    EXPECT_EQ((lines + lines).count(), 2 * static_cast<std::int64_t>(all.size()));
    const auto sizes = lines.mapPartitions([](auto& part) {
      std::vector<std::uint64_t> found;
      for (View line : part) found.push_back(line.size());
      return found;
    });
    std::vector<std::uint64_t> expected;
    for (const std::string& line : all) expected.push_back(line.size());
    EXPECT_EQ(sizes.collect(), expected);
    EXPECT_EQ(lines.take(100), Lines(all.begin(), all.begin() + 100));
  }
}

TEST(TextFile, CachedLinesOutliveTheFile) {
  const ScratchFolder folder;
  std::mt19937_64 random(seed());
  writeContent(folder / "text", randomText(3000, 8, random));
  const Lines all = linesOf(folder / "text");
  const auto lines = context().textFile(folder / "text", 3).persist(StorageLevel::MEMORY_AND_DISK);
  EXPECT_EQ(lines.collect(), all);
  std::filesystem::remove(folder / "text");
  EXPECT_EQ(lines.collect(), all);
  EXPECT_EQ(lines.count(), static_cast<std::int64_t>(all.size()));
}

/// Bytes that this process has read by system calls.
std::uint64_t bytesRead() {
  std::ifstream io("/proc/self/io");
  std::string name;
  std::uint64_t count = 0;
  return io >> name >> count && name == "rchar:" ? count : 0;
}

TEST(TextFile, TakeReadsLittle) {
  const ScratchFolder folder;
  std::string content;
  while (content.size() < 30'000'000) content += "a line of a large file\n";
  writeContent(folder / "text", content);
  const auto lines = context().textFile(folder / "text", 2);
  const std::uint64_t before = bytesRead();
  ASSERT_GT(before, 0u) << "the system does not say";
  EXPECT_EQ(lines.first(), "a line of a large file");
  EXPECT_EQ(lines.take(2).size(), 2u);
  EXPECT_LT(bytesRead() - before, 2'000'000u);
}

TEST(TextFile, AVeryLongLine) {
  constexpr std::size_t size = 100'000'000;
  const ScratchFolder folder;
  writeContent(folder / "text", "first\n" + std::string(size, 'x') + "\r\nlast");
  for (const std::int64_t partitions : {1, 3}) {
    const auto sizes = context().textFile(folder / "text", partitions).map([](View line) {
      return static_cast<std::int64_t>(line.size());
    });
    EXPECT_EQ(sizes.collect(), (std::vector<std::int64_t>{5, size, 4}));
  }
}

TEST(TextFile, BytesAndLinesAreCounted) {
  const ScratchFolder folder;
  writeContent(folder / "text", std::string(5000, '\n'));
  const auto countedAt = [&](std::uint32_t line) {
    for (const auto& stage : context().stats().stages) {
      if (stage.callSite == callSite(line)) return stage[Phase::execute];
    }
    return PhaseStatistics();
  };
  const std::uint32_t here = __LINE__ + 1;
  const std::int64_t count = context().textFile(folder / "text", 1).count();
  EXPECT_EQ(count, 5000);
  EXPECT_EQ(countedAt(here).bytes, 5000u);
  EXPECT_EQ(countedAt(here).records, 5000u);
}

TEST(TextFile, WhatTheDriverRefusesNamesPathAndCallSite) {
  const ScratchFolder folder;
  writeContent(folder / "file", "x");
  const auto absent = messageOf<std::invalid_argument>([&] { context().textFile(folder / "absent"); });
  EXPECT_EQ(absent, "textFile at " + callSite(__LINE__ - 1) + ": " + folder / "absent" + ": No such file or directory");
  const auto below = messageOf<std::invalid_argument>([&] { context().textFile(folder / "file/below"); });
  EXPECT_NE(below.find(folder / "file/below" + ": Not a directory"), std::string::npos) << below;
  const auto none = messageOf<std::invalid_argument>([&] { context().textFile(folder / "*.log"); });
  EXPECT_NE(none.find("no file matches \"" + folder / "*.log" + "\""), std::string::npos) << none;
  std::filesystem::create_directories(folder / "d/inside");
  const auto nested = messageOf<UsageError>([&] { context().textFile(folder / "d"); });
  EXPECT_NE(nested.find("\"" + folder / "d/*" + "\" stands for all in it"), std::string::npos) << nested;
  const auto foreign = messageOf<UsageError>([&] { context().textFile("s3a://bucket/key"); });
  EXPECT_NE(foreign.find("no file system s3a here"), std::string::npos) << foreign;
  EXPECT_THROW(context().textFile(folder / "absent"), UsageError);
  EXPECT_THROW(context().textFile(folder / "file", 0), std::invalid_argument);
  EXPECT_THROW(context().textFile(""), std::invalid_argument);
  EXPECT_EQ(context().textFile(folder / "file").collect(), Lines{"x"});
}

std::string taskErrorOf(const RDD<View>& lines) {
  return messageOf<TaskError>([&] { lines.count(); });
}

TEST(TextFile, VanishedAndShrunkFilesFailTheTaskByName) {
  const ScratchFolder folder;
  for (const std::int64_t partitions : partitionCounts) {
    const std::string path = folder / "text";
    writeContent(path, std::string(100'000, '\n'));
    const auto lines = context().textFile(path, partitions);
    std::filesystem::resize_file(path, 99'999);
    EXPECT_NE(taskErrorOf(lines).find(path + " has shrunk"), std::string::npos);
    std::filesystem::resize_file(path, 10);
    EXPECT_NE(taskErrorOf(lines).find(path + " has shrunk"), std::string::npos);
    std::filesystem::remove(path);
    const std::string vanished = taskErrorOf(lines);
    EXPECT_NE(vanished.find("cannot open " + path + ": No such file or directory"), std::string::npos) << vanished;
    EXPECT_NE(vanished.find("textFile at text_file_test.cpp"), std::string::npos) << vanished;
    writeContent(path, std::string(100'000, '\n'));
    EXPECT_EQ(lines.count(), 100'000) << "the context and the RDD stay usable";
  }
}

TEST(TextFile, OfAGrownFileOnlyTheLinesThatStartInTheListedPart) {
  const ScratchFolder folder;
  const std::string path = folder / "text";
  for (const std::int64_t partitions : partitionCounts) {
    writeContent(path, "one\ntwo\nthr");
    const auto lines = context().textFile(path, partitions);
    writeContent(path, "one\ntwo\nthree\nfour\n");
    EXPECT_EQ(lines.collect(), (Lines{"one", "two", "three"}));
  }
}

TEST(TextFile, DamagedCompressedFilesFailTheTaskByName) {
  const ScratchFolder folder;
  std::mt19937_64 random(seed());
  for (const Codec codec : codecs) {
    const std::string path = folder / ("text" + std::string(detail::endingOf(codec)));
    const std::string whole = compressed(codec, randomText(500, 8, random));
    for (const std::size_t size : {std::size_t{3}, whole.size() / 2, whole.size() - 1}) {
      writeContent(path, whole.substr(0, size));
      EXPECT_NE(taskErrorOf(context().textFile(path)).find(path + " is truncated"), std::string::npos) << size;
    }
    writeContent(path, "not compressed at all\n");
    EXPECT_NE(taskErrorOf(context().textFile(path)).find(path + " is damaged"), std::string::npos);
  }
}

}  // namespace
}  // namespace seltzer::test
