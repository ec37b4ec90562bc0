#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <seltzer/errors.hpp>

#include "fixture.hpp"
#include "scratch_folder.hpp"

namespace seltzer::test {
namespace {

namespace fs = std::filesystem;
using Numbers = std::vector<std::int64_t>;
using Pair = std::pair<std::int64_t, std::int64_t>;

class Checkpoint : public testing::Test {
 protected:
  Checkpoint() { context().setCheckpointDir(folder_ / ""); }

  /// As another run of the program would see the directory.
  void startAgain() {
    context().setCheckpointDir(other_ / "");
    context().setCheckpointDir(folder_ / "");
  }

  /// The numbers below n times 3, and how many were computed.
  struct Counted {
    explicit Counted(std::int64_t n, std::int64_t partitions)
        : calls(context().accumulator(std::int64_t{0})),
          rdd(context().range(0, n, 1, partitions).map([added = calls](std::int64_t x) {
            added.add(1);
            return x * 3;
          })) {
      for (std::int64_t i = 0; i < n; ++i) elements.push_back(i * 3);
    }
    Accumulator<std::int64_t> calls;
    RDD<std::int64_t> rdd;
    Numbers elements;
  };

  const ScratchFolder folder_;
  const ScratchFolder other_;
};

TEST_F(Checkpoint, IsWrittenByTheFirstJobWithoutComputingTwice) {
  for (const std::int64_t partitions : partitionCounts) {
    const Counted counted(3000, partitions);
    counted.rdd.checkpoint();
    EXPECT_FALSE(counted.rdd.isCheckpointed());
    EXPECT_EQ(counted.rdd.getCheckpointFile(), std::nullopt);
    EXPECT_FALSE(counted.rdd.isCached());
    EXPECT_EQ(counted.rdd.collect(), counted.elements);
    EXPECT_TRUE(counted.rdd.isCheckpointed());
    EXPECT_EQ(counted.calls.value(), 3000);
    EXPECT_TRUE(fs::exists(*counted.rdd.getCheckpointFile()));
    EXPECT_EQ(counted.rdd.collect(), counted.elements);
    EXPECT_EQ(counted.rdd.coalesce(1).collect(), counted.elements);
    EXPECT_EQ(counted.calls.value(), 3000);
    EXPECT_EQ(counted.rdd.toDebugString().find("range"), std::string::npos) << "its parents are forgotten";
    EXPECT_FALSE(counted.rdd.isCached());
  }
}

TEST_F(Checkpoint, OfAnAncestorAndOfAPartOfThePartitions) {
  const Counted counted(800, 8);
  counted.rdd.checkpoint();
  const auto next = counted.rdd.map([](std::int64_t x) { return x / 3; });
  EXPECT_EQ(next.take(3), (Numbers{0, 1, 2}));
  EXPECT_TRUE(counted.rdd.isCheckpointed());
  EXPECT_EQ(counted.calls.value(), 800);
  EXPECT_EQ(next.sum(), 799 * 400);
  EXPECT_EQ(counted.rdd.collect(), counted.elements);
  EXPECT_EQ(counted.calls.value(), 800);
}

TEST_F(Checkpoint, ChildrenThatExistReadIt) {
  const auto source = context().range(0, 3000, 1, 5).map([](std::int64_t x) { return Pair(x % 100, x); });
  const auto reduced = source.reduceByKey(std::plus<>(), 3);
  const auto child = reduced.mapValues([](std::int64_t x) { return x + 1; });
  const auto before = child.collect();
  const auto reducedBefore = reduced.collect();
  reduced.checkpoint();
  EXPECT_EQ(reduced.count(), 100);
  EXPECT_TRUE(reduced.isCheckpointed());
  EXPECT_EQ(child.collect(), before);
  EXPECT_EQ(reduced.collect(), reducedBefore);
  EXPECT_EQ(reduced.join(child).count(), 100);
  EXPECT_EQ(reduced.partitioner()->numPartitions(), 3U);
  child.checkpoint();
  EXPECT_EQ(child.collect(), before);
  const auto grandchild = child.keys();
  EXPECT_EQ(grandchild.count(), 100);
  fs::remove_all(*child.getCheckpointFile());
  EXPECT_THROW(grandchild.collect(), TaskError);
}

TEST_F(Checkpoint, InChainsOfUnions) {
  RDD<std::int64_t> all = context().range(0, 10, 1, 2);
  Numbers expected = all.collect();
  for (std::int64_t round = 1; round < 40; ++round) {
    all = all + context().range(round * 10, round * 10 + 10, 1, 1 + round % 3);
    for (std::int64_t i = 0; i < 10; ++i) expected.push_back(round * 10 + i);
    if (round % 7 == 3) all.checkpoint();
    EXPECT_TRUE(round % 5 != 0 || all.collect() == expected);
  }
  EXPECT_EQ(all.collect(), expected);
  EXPECT_EQ(all.map([](std::int64_t x) { return x; }).take(200), Numbers(expected.begin(), expected.begin() + 200));
}

TEST_F(Checkpoint, EveryKindOfElement) {
  const auto check = [](const auto& elements) {
    const auto rdd = context().parallelize(elements, 3).map([](const auto& x) { return x; });
    rdd.checkpoint();
    EXPECT_EQ(rdd.collect(), elements);
    EXPECT_TRUE(rdd.isCheckpointed());
    EXPECT_EQ(rdd.collect(), elements);
    EXPECT_EQ(rdd.coalesce(1).collect(), elements);
  };
  check(someStrings(3000));
  check(someReadings(1000));
  check(someTickets(3000));
  check(std::vector<std::string>());
  const auto texts = someStrings(3000);
  const auto source = context().parallelize(texts, 3);
  source.checkpoint();
  const auto views = source.map([](const std::string& text) { return std::string_view(text); });
  views.checkpoint();
  EXPECT_EQ(views.collect(), texts);
  EXPECT_TRUE(source.isCheckpointed());
  EXPECT_TRUE(views.isCheckpointed());
  EXPECT_EQ(views.collect(), texts);
  EXPECT_EQ(views.take(5), std::vector<std::string>(texts.begin(), texts.begin() + 5));
  EXPECT_EQ(source.collect(), texts);
}

TEST_F(Checkpoint, StoredOnesStayStored) {
  const Counted counted(800, 8);
  counted.rdd.persist(StorageLevel::MEMORY_AND_DISK).checkpoint();
  counted.rdd.count();
  EXPECT_TRUE(counted.rdd.isCheckpointed());
  EXPECT_TRUE(counted.rdd.isCached());
  fs::rename(*counted.rdd.getCheckpointFile(), other_ / "moved");
  EXPECT_EQ(counted.rdd.collect(), counted.elements) << "from the ranks";
  counted.rdd.unpersist();
  EXPECT_THROW(counted.rdd.collect(), TaskError);
  fs::rename(other_ / "moved", *counted.rdd.getCheckpointFile());
  EXPECT_EQ(counted.rdd.collect(), counted.elements);
  EXPECT_EQ(counted.calls.value(), 800);
}

TEST_F(Checkpoint, LocalOnesForgetTheirParents) {
  const Counted counted(800, 8);
  counted.rdd.localCheckpoint();
  const auto child = counted.rdd.map([](std::int64_t x) { return x; });
  EXPECT_EQ(child.take(1), Numbers{0});
  EXPECT_TRUE(counted.rdd.isCheckpointed());
  EXPECT_EQ(counted.rdd.getCheckpointFile(), std::nullopt);
  EXPECT_EQ(child.collect(), counted.elements);
  EXPECT_EQ(counted.rdd.collect(), counted.elements);
  EXPECT_EQ(counted.calls.value(), 800);
  EXPECT_EQ(counted.rdd.toDebugString().find("range"), std::string::npos);
  counted.rdd.checkpoint();
  EXPECT_EQ(child.collect(), counted.elements);
  EXPECT_NE(counted.rdd.getCheckpointFile(), std::nullopt);
  const Counted lost(80, 3);
  lost.rdd.localCheckpoint();
  EXPECT_EQ(lost.rdd.count(), 80);
  lost.rdd.unpersist();
  const std::string message = messageOf<TaskError>([&] { lost.rdd.collect(); });
  EXPECT_NE(message.find("local checkpoint"), std::string::npos) << message;
}

TEST_F(Checkpoint, ALongChainIsCutInPieces) {
  auto rdd = context().range(0, 20, 1, 3).map([](std::int64_t x) { return x; });
  for (int i = 1; i <= 30'000; ++i) {
    rdd = rdd.map([](std::int64_t x) { return x + 1; });
    if (i % 1000 != 0) continue;
    if (i % 2000 == 0) {
      rdd.checkpoint();
    } else {
      rdd.localCheckpoint();
    }
    rdd.count();
  }
  EXPECT_EQ(rdd.first(), 30'000);
  EXPECT_EQ(rdd.sum(), 20 * 30'000 + 190);
}

TEST_F(Checkpoint, WithoutADirectoryOrOfATask) {
  EXPECT_EQ(context().getCheckpointDir(), std::optional(fs::path(folder_ / "").lexically_normal().string()));
  EXPECT_THROW(context().setCheckpointDir(""), UsageError);
  std::ofstream(folder_ / "file") << "text";
  EXPECT_THROW(context().setCheckpointDir(folder_ / "file"), OutputError);
  EXPECT_THROW(context().setCheckpointDir(folder_ / "file/below"), OutputError);
}

TEST_F(Checkpoint, AJobWhoseCheckpointCannotBeWrittenFailsAndTheNextTriesAgain) {
  const Counted counted(80, 3);
  counted.rdd.checkpoint();
  const fs::path directory = *context().getCheckpointDir();
  fs::remove_all(directory);
  std::ofstream(directory.parent_path().string() + "x") << "";
  fs::rename(directory.parent_path().string() + "x",
             directory.string().substr(0, directory.string().find_last_not_of('/') + 1));
  EXPECT_THROW(counted.rdd.count(), TaskError);
  EXPECT_FALSE(counted.rdd.isCheckpointed());
  fs::remove(directory.string().substr(0, directory.string().find_last_not_of('/') + 1));
  EXPECT_EQ(counted.rdd.count(), 80);
  EXPECT_TRUE(counted.rdd.isCheckpointed());
  EXPECT_EQ(counted.calls.value(), 80);
}

// --- with names

TEST_F(Checkpoint, NamedOnesAreReadInTheNextRun) {
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

TEST_F(Checkpoint, PartitionersAndTuplesAreKept) {
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

TEST_F(Checkpoint, ALoopGoesOnWhereItWas) {
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
    sc.remember("total", total);
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
    }
    state = sc.checkpointed("state", [&] { return state; });
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "state"), fs::directory_iterator()), 1)
        << "the one before is gone";
    EXPECT_TRUE(run < 3 || state.collect() == expected.collect());
  }
}

TEST_F(Checkpoint, WhatAnOlderHandleReadsStays) {
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

TEST_F(Checkpoint, WhatEvenOlderHandlesReadStays) {
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

TEST_F(Checkpoint, PartsOfOthersAreRefused) {
  Context& sc = context();
  sc.checkpointed("numbers", [&] { return sc.range(1000, 2000, 1, 4); });
  const std::string folder = folder_ / "numbers/1/rdd-0/part-0000";
  EXPECT_EQ(fs::file_size(folder + "1"), fs::file_size(folder + "2"));
  fs::copy_file(folder + "1", folder + "2", fs::copy_options::overwrite_existing);
  startAgain();
  const std::string message = messageOf<UsageError>([&] { sc.checkpointed("numbers", [&] { return sc.range(10); }); });
  EXPECT_NE(message.find("part-00002 is not the file that was written"), std::string::npos) << message;
}

TEST_F(Checkpoint, OfAPartitionThatATaskReadsTwice) {
  const Counted counted(100, 3);
  counted.rdd.checkpoint();
  EXPECT_EQ(counted.rdd.zip(counted.rdd).count(), 100);
  EXPECT_EQ(counted.calls.value(), 200) << "no attempt failed";
  EXPECT_TRUE(counted.rdd.isCheckpointed());
  EXPECT_EQ(counted.rdd.collect(), counted.elements);
}

TEST_F(Checkpoint, LocalOnesThatAreUnpersistedBeforeAJobKeepTheirParents) {
  const Counted counted(100, 3);
  counted.rdd.localCheckpoint();
  counted.rdd.unpersist();
  EXPECT_EQ(counted.rdd.count(), 100);
  EXPECT_EQ(counted.rdd.collect(), counted.elements);
  EXPECT_FALSE(counted.rdd.isCheckpointed());
  counted.rdd.localCheckpoint();
  counted.rdd.unpersist();
  counted.rdd.persist(StorageLevel::MEMORY_ONLY);
  EXPECT_EQ(counted.rdd.count(), 100);
  EXPECT_EQ(counted.rdd.getStorageLevel(), StorageLevel::MEMORY_AND_DISK) << "nothing may be dropped";
  EXPECT_EQ(counted.rdd.collect(), counted.elements);
}

TEST_F(Checkpoint, UnfinishedOnesDoNotCount) {
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

TEST_F(Checkpoint, WhatCannotBeUsedIsRefused) {
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

TEST_F(Checkpoint, RememberedValuesHaveATypeAndAName) {
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
