#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <sys/mount.h>

#include <seltzer/detail/files/part_file.hpp>

#include "save_fixture.hpp"
#include "small_disk.hpp"

namespace seltzer::test {
namespace {

namespace fs = std::filesystem;

/// Expects a failed job to have left only complete part files, and none of partition `failed`.
void expectNoTrace(const std::string& directory, std::size_t failed, const std::vector<std::string>& contents) {
  for (const std::string& name : namesIn(directory)) {
    bool isPart = false;
    for (std::size_t p = 0; p < contents.size(); ++p) {
      if (name != partName(p)) continue;
      isPart = true;
      EXPECT_NE(p, failed);
      EXPECT_TRUE(contentOf(directory + "/" + name) == contents[p]) << name;
    }
    EXPECT_TRUE(isPart) << name;
  }
}

std::vector<std::string> contentsOf(std::int64_t elements, std::int64_t partitions) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(elements));
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int64_t>(i);
  std::vector<std::string> contents;
  for (const auto& slice : slices(all, partitions)) contents.push_back(linesOf(slice));
  return contents;
}

constexpr std::int64_t manyElements = 300'000;  // much longer files than any buffer

TEST(SaveFailure, AFailedJobLeavesNoHalfWrittenPart) {
  for (std::int64_t failing = 0; failing < 4; ++failing) {
    const ScratchFolder scratch;
    const std::int64_t last = (failing + 1) * manyElements / 4 - 1;
    const auto rdd = context().range(0, manyElements, 1, 4).map([last](std::int64_t i) {
      if (i == last) throw std::runtime_error("at the very end");
      return i;
    });
    const auto message = messageOf<TaskError>([&] { rdd.saveAsTextFile(scratch / "out"); });
    EXPECT_NE(message.find("at the very end"), std::string::npos) << message;
    expectNoTrace(scratch / "out", static_cast<std::size_t>(failing), contentsOf(manyElements, 4));
  }
  EXPECT_EQ(context().range(10).count(), 10);
}

TEST(SaveFailure, ATaskThatSucceedsAtTheSecondAttemptLeavesOneWholePart) {
  const ScratchFolder scratch;
  context()
      .range(0, manyElements, 1, 4)
      .map([](std::int64_t i) {
        const TaskContext& task = *TaskContext::current();
        if (task.partition() == 2 && task.attempt() == 0 && i % (manyElements / 4) == 70'000) {
          throw std::runtime_error("not this time");
        }
        return i;
      })
      .saveAsTextFile(scratch / "out");
  ASSERT_EQ(namesIn(scratch / "out"), namesOfSaved(4));
  const auto contents = contentsOf(manyElements, 4);
  for (std::size_t p = 0; p < contents.size(); ++p) {
    EXPECT_TRUE(contentOf(scratch / ("out/" + partName(p))) == contents[p]) << p;
  }
}

TEST(SaveFailure, AFullDiskIsAClearError) {
  const SmallDisk disk;
  if (!disk.isMounted()) GTEST_SKIP() << "a small file system cannot be mounted: " << disk.whyNot();
  // several MB in any format, since they do not compress
  const auto numbers = context().range(0, 500'000, 1, 2).map([](std::int64_t i) {
    return static_cast<std::int64_t>(detail::mixBits(static_cast<std::uint64_t>(i)));
  });
  const auto small = context().range(0, 1000, 1, 2);
  const auto check = [&](const std::string& name, auto save) {
    const std::string path = disk.path() + name;
    const auto message = messageOf<TaskError>([&] { save(path); });
    EXPECT_NE(message.find("No space left on device"), std::string::npos) << message;
    EXPECT_NE(message.find(path + "/part-0000"), std::string::npos) << message;
    EXPECT_EQ(namesIn(path), std::vector<std::string>());
  };
  check("text", [&](const std::string& path) { numbers.saveAsTextFile(path); });
  check("gzip", [&](const std::string& path) { numbers.saveAsTextFile(path, Codec::gzip); });
  check("zstd", [&](const std::string& path) { numbers.saveAsTextFile(path, Codec::zstd); });
  check("records", [&](const std::string& path) { numbers.saveAsBinaryRecords(path); });
  check("objects", [&](const std::string& path) { numbers.saveAsObjectFile(path); });
  small.saveAsTextFile(disk.path() + "small");
  EXPECT_EQ(namesIn(disk.path() + "small"), namesOfSaved(2));
}

TEST(SaveFailure, AReadOnlyFileSystemIsNamedOnceAndLeavesNothing) {
  const SmallDisk disk;
  if (!disk.isMounted()) GTEST_SKIP() << "a small file system cannot be mounted: " << disk.whyNot();
  ASSERT_EQ(::mount(nullptr, disk.path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
  const auto numbers = context().range(0, 10, 1, 2);
  const auto message = messageOf<OutputError>([&] { numbers.saveAsTextFile(disk.path() + "out"); });
  EXPECT_EQ(message, "saveAsTextFile at " + callSite(__LINE__ - 1) + ": making the directory " + disk.path() +
                         "out: Read-only file system");
  EXPECT_EQ(namesIn(disk.path()), std::vector<std::string>());
}

TEST(SaveFailure, AFileThatCannotBeWrittenIsNamedWithTheReason) {
  for (const Codec codec : {Codec::none, Codec::gzip, Codec::bzip2, Codec::xz, Codec::zstd}) {
    for (const std::size_t bytes : {std::size_t{1}, std::size_t{1'000'000}}) {
      const ScratchFolder scratch;
      fs::create_symlink("/dev/full", scratch / "temporary");
      const auto message = messageOf<std::system_error>([&] {
        detail::PartFile file(scratch / "part", scratch / "temporary", codec);
        std::mt19937_64 random(seed());
        for (std::size_t i = 0; i < bytes; ++i) {
          const char byte = static_cast<char>(random());
          file.append(std::string_view(&byte, 1));
        }
        file.commit();
      });
      EXPECT_NE(message.find(scratch / "part"), std::string::npos) << message;
      EXPECT_NE(message.find("No space left on device"), std::string::npos) << message;
      EXPECT_EQ(namesIn(scratch / ""), std::vector<std::string>());
    }
  }
}

}  // namespace
}  // namespace seltzer::test
