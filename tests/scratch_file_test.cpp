#include "data/scratch_file.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <seltzer/detail/data/spill/spilled_bytes.hpp>
#include <seltzer/errors.hpp>

#include "small_disk.hpp"
#include "spill_fixture.hpp"

namespace seltzer::detail {
namespace {

using test::seed;

class ScratchFileTest : public test::SpillTest {};

TEST_F(ScratchFileTest, WhatIsWrittenIsReadBackInAnyOrder) {
  std::vector<std::pair<Bytes, SpilledBytes>> all;
  for (const std::size_t size : {0UL, 1UL, 1000UL, 65536UL, 1UL << 20, (1UL << 20) - 1, 5000000UL, 3UL}) {
    for (int i = 0; i < 5; ++i) {
      Bytes bytes = randomBytes(size);
      SpilledBytes spilled(bytes);
      all.emplace_back(std::move(bytes), std::move(spilled));
    }
  }
  for (int round = 0; round < 3; ++round) {
    std::shuffle(all.begin(), all.end(), random_);
    for (const auto& [bytes, spilled] : all) {
      ASSERT_EQ(spilled.size(), bytes.size());
      ASSERT_TRUE(spilled.read() == bytes);
    }
    all.resize(all.size() / 2);
    all.emplace_back(randomBytes(70000), SpilledBytes());
    all.back().second = SpilledBytes(all.back().first);
  }
  std::uint64_t held = 0;
  for (const auto& [bytes, spilled] : all) held += bytes.size();
  EXPECT_EQ(scratchFile().held(), held);
}

TEST_F(ScratchFileTest, TheFileHasNoNameAndShrinks) {
  const Bytes bytes = randomBytes(1 << 20);
  std::vector<SpilledBytes> all;
  for (int i = 0; i < 64; ++i) all.emplace_back(bytes);
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / ""));
  struct ::stat file = {};
  ASSERT_EQ(::fstat(descriptor(), &file), 0);
  EXPECT_GE(file.st_blocks * 512, 60 << 20);
  all.erase(all.begin() + 1, all.end());  // a part that is in use, and others that are not
  ::fstat(descriptor(), &file);
  EXPECT_LE(file.st_blocks * 512, 8 << 20);
  EXPECT_TRUE(all[0].read() == bytes);
  all.clear();
  ::fstat(descriptor(), &file);
  EXPECT_EQ(file.st_size, 0);
}

TEST_F(ScratchFileTest, TheSpaceOfShortLivedDataIsUsedAgain) {
  const Bytes bytes = randomBytes(60'000);
  const Bytes large = randomBytes(5'000'000);
  const SpilledBytes kept(bytes);
  std::vector<SpilledBytes> waiting;
  for (int i = 0; i < 1000; ++i) {
    waiting.emplace_back(i % 100 == 0 ? large : bytes);
    if (waiting.size() > 3) waiting.erase(waiting.begin());
  }
  waiting.clear();
  struct ::stat file = {};
  ASSERT_EQ(::fstat(descriptor(), &file), 0);
  EXPECT_GT(file.st_size, 100'000'000);
  EXPECT_LE(file.st_blocks * 512, 9 << 20);
  EXPECT_TRUE(kept.read() == bytes);
}

TEST_F(ScratchFileTest, DamageIsFound) {
  const Bytes bytes = randomBytes(3 << 20);
  const SpilledBytes spilled(bytes);
  const std::byte changed = bytes[2'000'000] ^ std::byte{1};
  ASSERT_EQ(::pwrite(descriptor(), &changed, 1, 2'000'000), 1);
  try {
    spilled.read();
    FAIL() << "the damage was not found";
  } catch (const ScratchError& error) {
    EXPECT_NE(std::string(error.what()).find("damaged"), std::string::npos) << error.what();
  }
  ASSERT_EQ(::ftruncate(descriptor(), 1'000'000), 0);
  EXPECT_THROW(spilled.read(), ScratchError);
}

TEST_F(ScratchFileTest, TheFolderMayVanishOnceTheFileIsThere) {
  const Bytes bytes = randomBytes(3 << 20);
  std::vector<SpilledBytes> all;
  all.emplace_back(bytes);
  std::filesystem::remove_all(folder_ / "");
  for (int i = 0; i < 3; ++i) all.emplace_back(bytes);
  for (const SpilledBytes& spilled : all) EXPECT_TRUE(spilled.read() == bytes);
}

TEST_F(ScratchFileTest, AFolderInMemoryIsWarnedOf) {
  const test::SmallDisk disk;
  if (!disk.isMounted()) GTEST_SKIP() << "a small file system cannot be mounted: " << disk.whyNot();
  std::vector<std::string> warnings;
  setScratchWarning([&warnings](const std::string& text) { warnings.push_back(text); });
  setScratchFolder(disk.path());
  std::vector<SpilledBytes> all(1);
  EXPECT_TRUE(warnings.empty()) << "nothing has been written";
  const Bytes bytes = randomBytes(100'000);
  for (int i = 0; i < 12; ++i) all[0] = SpilledBytes(bytes);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find(disk.path()), std::string::npos) << warnings[0];
  EXPECT_NE(warnings[0].find("--seltzer-scratch"), std::string::npos) << warnings[0];
}

TEST_F(ScratchFileTest, AFolderThatIsNotThereIsNamed) {
  setScratchFolder(folder_ / "no/such/folder");
  try {
    const SpilledBytes spilled(randomBytes(2 << 20));
    FAIL() << "there is no such folder";
  } catch (const std::system_error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find(folder_ / "no/such/folder"), std::string::npos) << text;
    EXPECT_NE(text.find("--seltzer-scratch"), std::string::npos) << text;
    EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory) << text;
  }
}

TEST_F(ScratchFileTest, AFullDiskIsNamedAndLosesNothing) {
  const test::SmallDisk disk;
  if (!disk.isMounted()) GTEST_SKIP() << "a small file system cannot be mounted: " << disk.whyNot();
  setScratchFolder(disk.path());
  const Bytes bytes = randomBytes(600'000);
  std::vector<SpilledBytes> all;
  try {
    for (int i = 0; i < 10; ++i) all.emplace_back(bytes);
    FAIL() << "the disk has one mebibyte";
  } catch (const std::system_error& error) {
    const std::string text = error.what();
    EXPECT_EQ(error.code(), std::errc::no_space_on_device) << text;
    EXPECT_NE(text.find(" MB are free"), std::string::npos) << text;
  }
  for (const SpilledBytes& spilled : all) EXPECT_TRUE(spilled.read() == bytes);
  all.clear();
  all.emplace_back(bytes);
  EXPECT_TRUE(all[0].read() == bytes);
}

}  // namespace
}  // namespace seltzer::detail
