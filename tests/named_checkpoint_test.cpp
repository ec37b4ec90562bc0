#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <unistd.h>

#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/files/checkpoint.hpp>
#include <seltzer/detail/files/object_file.hpp>
#include <seltzer/errors.hpp>

#include "checkpoint_fixture.hpp"

namespace seltzer::test {
namespace {

namespace fs = std::filesystem;

class NamedCheckpoint : public Checkpoint {};

TEST_F(NamedCheckpoint, NamedOnesAreReadInTheNextRun) {
  Context& sc = context();
  for (const std::int64_t partitions : partitionCounts) {
    const std::string name = "numbers-" + std::to_string(partitions);
    const Counted counted(3000, partitions);
    const auto written = sc.checkpointed(name, [&] { return counted.rdd; });
    EXPECT_TRUE(written.isCheckpointed());
    EXPECT_EQ(written.collect(), counted.elements);
    EXPECT_EQ(counted.calls.value(), 3000);
    startAgain();
    const auto read = sc.checkpointed(name, [&]() -> RDD<std::int64_t> { throw std::logic_error("not called"); });
    EXPECT_TRUE(sc.restored());
    EXPECT_TRUE(read.isCheckpointed());
    EXPECT_EQ(partsOf(read), partsOf(written));
  }
}

TEST_F(NamedCheckpoint, PartitionersAndTuplesAreKept) {
  Context& sc = context();
  const auto pairs = sc.range(0, 3000, 1, 5).map([](std::int64_t x) { return Pair(x % 100, x); });
  const auto compute = [&] {
    return std::tuple(pairs.reduceByKey(std::plus<>(), 3), sc.parallelize(someStrings(500), 4).distinct(2),
                      pairs.sortByKey(true, 3));
  };
  const auto [reduced, texts, sorted] = sc.checkpointed("several", compute);
  startAgain();
  const auto [again, textsAgain, sortedAgain] = sc.checkpointed("several", compute);
  EXPECT_EQ(partsOf(again), partsOf(reduced));
  EXPECT_EQ(partsOf(textsAgain), partsOf(texts));
  EXPECT_EQ(partsOf(sortedAgain), partsOf(sorted));
  ASSERT_NE(again.partitioner(), nullptr);
  EXPECT_TRUE(*again.partitioner() == *reduced.partitioner());
  ASSERT_NE(sortedAgain.partitioner(), nullptr);
  EXPECT_EQ(sortedAgain.lookup(42), sorted.lookup(42));
  EXPECT_EQ(again.join(reduced).count(), 100);
  startAgain();
  const auto both = sc.checkpointed("two", [&] { return std::pair(reduced, texts); });
  EXPECT_EQ(both.first.count(), 100);
}

TEST_F(NamedCheckpoint, ALoopGoesOnWhereItWas) {
  Context& sc = context();
  const auto step = [](const RDD<Pair>& state) {
    return state.mapValues([](std::int64_t x) { return x * 3 % 1'000'003; }).reduceByKey(std::plus<>());
  };
  const auto start = [&] { return sc.range(0, 1000, 1, 4).map([](std::int64_t x) { return Pair(x % 100, x); }); };
  auto expected = start().reduceByKey(std::plus<>(), 4);
  for (int i = 0; i < 12; ++i) expected = step(expected);
  const auto calls = sc.accumulator(std::int64_t{0});
  for (int run = 0; run < 4; ++run) {
    startAgain();
    std::int64_t round = 0;
    auto total = sc.accumulator(std::int64_t{0});
    sc.remember("round", round);
    const auto longs = sc.longAccumulator();
    sc.remember("total", total);
    sc.remember("longs", longs);
    EXPECT_EQ(longs.count(), run * 3);
    EXPECT_EQ(longs.sum(), run * 21);
    EXPECT_EQ(round, run * 3);
    EXPECT_EQ(total.value(), run * 3);
    auto state = sc.checkpointed("state", [&] {
      calls.add(1);
      return start().reduceByKey(std::plus<>(), 4);
    });
    EXPECT_EQ(calls.value(), 1);
    for (const std::int64_t end = round + 3; round < end;) {
      state = step(state);
      ++round;
      total.add(1);
      longs.add(7);
    }
    state = sc.checkpointed("state", [&] { return state; });
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "state"), fs::directory_iterator()), 1)
        << "the one before is gone";
    EXPECT_TRUE(run < 3 || state.collect() == expected.collect());
  }
}

TEST_F(NamedCheckpoint, WhatAnOlderHandleReadsStays) {
  Context& sc = context();
  const auto first = sc.checkpointed("numbers", [&] { return sc.range(0, 100, 1, 3); });
  {
    const auto second = sc.checkpointed("numbers", [&] { return first.map([](std::int64_t x) { return x + 1; }); });
    EXPECT_EQ(first.sum(), 4950);
    EXPECT_EQ(second.sum(), 5050);
  }
  startAgain();
  EXPECT_EQ(sc.checkpointed("numbers", [&] { return first; }).sum(), 5050);
}

TEST_F(NamedCheckpoint, WhatEvenOlderHandlesReadStays) {
  Context& sc = context();
  const auto plus1 = [](std::int64_t x) { return x + 1; };
  const auto first = sc.checkpointed("numbers", [&] { return sc.range(0, 100, 1, 3); });
  const auto derived = first.map(plus1);
  auto last = first;
  for (std::int64_t round = 1; round < 5; ++round) {
    last = sc.checkpointed("numbers", [&] { return last.map(plus1); });
    EXPECT_EQ(last.sum(), 4950 + 100 * round);
    EXPECT_EQ(derived.sum(), 5050);
    EXPECT_EQ(namesIn(folder_ / "numbers").size(), 2U);
  }
}

TEST_F(NamedCheckpoint, PartsOfOthersAreRefused) {
  Context& sc = context();
  sc.checkpointed("numbers", [&] { return sc.range(1000, 2000, 1, 4); });
  const std::string folder = folder_ / "numbers/1/rdd-0/part-0000";
  EXPECT_EQ(fs::file_size(folder + "1"), fs::file_size(folder + "2"));
  fs::copy_file(folder + "1", folder + "2", fs::copy_options::overwrite_existing);
  startAgain();
  const std::string message = messageOf<UsageError>([&] { sc.checkpointed("numbers", [&] { return sc.range(10); }); });
  EXPECT_NE(message.find("part-00002 is not the file that was written"), std::string::npos) << message;
}

TEST_F(NamedCheckpoint, UnfinishedOnesDoNotCount) {
  Context& sc = context();
  const auto write = [&](std::int64_t n) { return sc.checkpointed("numbers", [&] { return sc.range(0, n, 1, 3); }); };
  write(10);
  fs::copy(folder_ / "numbers/1", folder_ / "numbers/2", fs::copy_options::recursive);
  fs::remove(folder_ / "numbers/2/_manifest");
  startAgain();
  EXPECT_EQ(write(20).count(), 10);
  EXPECT_EQ(write(30).count(), 30);
  EXPECT_FALSE(fs::exists(folder_ / "numbers/1"));
  EXPECT_FALSE(fs::exists(folder_ / "numbers/2"));
  fs::remove(folder_ / "numbers/3/_manifest");
  startAgain();
  EXPECT_EQ(write(40).count(), 40);
}

TEST_F(NamedCheckpoint, WhatCannotBeUsedIsRefused) {
  Context& sc = context();
  const auto write = [&] { sc.checkpointed("numbers", [&] { return sc.range(0, 1000, 1, 3); }); };
  const auto refusal = [&] {
    startAgain();
    return messageOf<UsageError>([&] { sc.checkpointed("numbers", [&] { return sc.range(10); }); });
  };
  write();
  startAgain();
  std::string message = messageOf<UsageError>(
      [&] { sc.checkpointed("numbers", [&] { return sc.parallelize(std::vector<std::string>{"a"}); }); });
  EXPECT_NE(message.find("elements of type long"), std::string::npos) << message;
  startAgain();
  message =
      messageOf<UsageError>([&] { sc.checkpointed("numbers", [&] { return std::pair(sc.range(1), sc.range(2)); }); });
  EXPECT_NE(message.find("holds 1 RDDs"), std::string::npos) << message;
  EXPECT_THROW(sc.checkpointed("../x", [&] { return sc.range(1); }), UsageError);
  EXPECT_THROW(sc.checkpointed("", [&] { return sc.range(1); }), UsageError);

  fs::resize_file(folder_ / "numbers/1/rdd-0/part-00001", 100);
  EXPECT_NE(refusal().find("part-00001 is not the file that was written"), std::string::npos);
  fs::remove(folder_ / "numbers/1/rdd-0/part-00001");
  EXPECT_NE(refusal().find("part-00001"), std::string::npos);
  fs::remove_all(folder_ / "numbers");
  write();
  std::string manifest;
  {
    std::ifstream in(folder_ / "numbers/1/_manifest", std::ios::binary);
    manifest.assign(std::istreambuf_iterator<char>(in), {});
  }
  std::mt19937_64 random(seed());
  for (int i = 0; i < 200; ++i) {
    std::string damaged = manifest;
    damaged[random() % damaged.size()] ^= static_cast<char>(1 << random() % 8);
    std::ofstream(folder_ / "numbers/1/_manifest", std::ios::binary) << damaged;
    message = refusal();
    EXPECT_NE(message.find("remove it"), std::string::npos) << message;
  }
  std::ofstream(folder_ / "numbers/1/_manifest", std::ios::binary) << manifest;
  const fs::path part = folder_ / "numbers/1/rdd-0/part-00001";
  const auto bytes = fs::file_size(part);
  for (int i = 0; i < 50; ++i) {
    const auto at = static_cast<std::streamoff>(random() % bytes);
    const char bit = static_cast<char>(1 << random() % 8);
    const auto flip = [&] {
      std::fstream file(part, std::ios::binary | std::ios::in | std::ios::out);
      file.seekg(at);
      const char flipped = static_cast<char>(file.get() ^ bit);
      file.seekp(at);
      file.put(flipped);
    };
    flip();
    startAgain();
    try {  // what is wrong in the last frame is found at once
      sc.checkpointed("numbers", [&] { return sc.range(10); }).collect();
      ADD_FAILURE() << "the damage at " << at << " was not noticed";
    } catch (const std::exception& error) {
      message = error.what();
      EXPECT_NE(message.find("to have it computed anew"), std::string::npos) << message;
    }
    flip();
  }
}

TEST_F(NamedCheckpoint, OfAnotherVersionOfTheFormatAreRefused) {
  Context& sc = context();
  const auto read = [&] { sc.checkpointed("numbers", [&] { return sc.range(1000); }).collect(); };
  read();
  const std::string part = folder_ / "numbers/1/rdd-0/part-00000";
  const std::string content = contentOf(part);
  std::string changed = content;
  changed[offsetof(detail::ObjectFileHeader, version)] = 2;
  writeContent(part, changed);
  startAgain();
  std::string message = messageOf<TaskError>(read);
  EXPECT_NE(message.find("version 2 of the format; this program reads 1; the checkpoint cannot be used: remove"),
            std::string::npos)
      << message;
  writeContent(part, content);
  {
    const std::string manifest = folder_ / "numbers/1/_manifest";
    detail::PartFile file(manifest, manifest + "x", Codec::none);
    detail::ObjectFileWriter writer(file, detail::manifestType());
    writer.writeFrame(detail::toWire(detail::manifestVersion + 1), 1);
    writer.finish();
    file.commit();
  }
  startAgain();
  message = messageOf<UsageError>(read);
  EXPECT_NE(message.find("_manifest has version 2 of the format; this program reads 1; remove it"), std::string::npos)
      << message;
}

/// Takes root's permissions away until the end of the scope.
class WithoutPrivilege {
 public:
  WithoutPrivilege() { EXPECT_TRUE(!root_ || ::seteuid(65534) == 0); }
  ~WithoutPrivilege() { EXPECT_TRUE(!root_ || ::seteuid(0) == 0); }
  WithoutPrivilege(const WithoutPrivilege&) = delete;
  WithoutPrivilege& operator=(const WithoutPrivilege&) = delete;

 private:
  const bool root_ = ::geteuid() == 0;
};

TEST_F(NamedCheckpoint, WithoutPermission) {
  Context& sc = context();
  const auto write = [&] { sc.checkpointed("numbers", [&] { return sc.range(0, 1000, 1, 3); }); };
  write();
  fs::permissions(folder_ / "", fs::perms::all);
  const std::string message = "Permission denied; remove it to have it computed anew, or set another directory";
  for (const char* closed : {"numbers/1/rdd-0/part-00001", "numbers/1/_manifest", "numbers/1/rdd-0", "numbers/1"}) {
    const fs::path path = folder_ / closed;
    const fs::perms before = fs::status(path).permissions();
    fs::permissions(path, fs::perms::none);
    startAgain();
    std::string refusal;
    {
      const WithoutPrivilege scope;
      refusal = messageOf<UsageError>(write);
    }
    fs::permissions(path, before);
    EXPECT_NE(refusal.find(message), std::string::npos) << closed << ": " << refusal;
    EXPECT_NE(refusal.find(folder_ / "numbers/1"), std::string::npos) << closed << ": " << refusal;
  }
  fs::permissions(folder_ / "numbers", fs::perms::none);
  startAgain();
  {
    const WithoutPrivilege scope;
    EXPECT_NE(messageOf<OutputError>(write).find("numbers: Permission denied"), std::string::npos);
  }
  fs::permissions(folder_ / "numbers", fs::perms::owner_all);
  fs::permissions(folder_ / "", fs::perms::all & ~fs::perms(0222));
  startAgain();
  {
    const WithoutPrivilege scope;
    const auto other = [&] { sc.checkpointed("other", [&] { return sc.range(0, 1000, 1, 3); }); };
    EXPECT_NE(messageOf<OutputError>(other).find("Permission denied"), std::string::npos);
  }
  startAgain();
  write();
  EXPECT_TRUE(sc.restored());
}

TEST_F(NamedCheckpoint, RememberedValuesHaveATypeAndAName) {
  Context& sc = context();
  std::vector<std::string> names{"a", "b"};
  double factor = 2.5;
  sc.remember("names", names);
  sc.remember("factor", factor);
  sc.checkpointed("x", [&] { return sc.range(10); });
  factor = 3.5;
  sc.checkpointed("x", [&] { return sc.range(10); });
  names = {};
  factor = 0;
  startAgain();
  std::int64_t other = 7;
  EXPECT_THROW(sc.remember("factor", other), UsageError);
  sc.remember("unknown", other);
  EXPECT_EQ(other, 7);
  sc.remember("names", names);
  sc.remember("factor", factor);
  EXPECT_EQ(factor, 3.5);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(sc.restored());
}

}  // namespace
}  // namespace seltzer::test
