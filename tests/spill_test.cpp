#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <seltzer/detail/data/block/shuffle_block.hpp>
#include <seltzer/detail/data/block/shuffle_buckets.hpp>
#include <seltzer/detail/data/block/wire_block.hpp>
#include <seltzer/detail/data/spill/record_sorter.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/shuffle/element_row_output.hpp>
#include <seltzer/errors.hpp>

#include "block_forms.hpp"
#include "data/block_store.hpp"
#include "data/scratch_file.hpp"
#include "spill_fixture.hpp"

namespace seltzer::detail {
namespace {

using test::seed;

class Spill : public test::SpillTest {};

/// The message of what `read` throws once every byte of the scratch file has been changed.
template <class Read>
std::string messageOfDamage(int descriptor, Read read) {
  struct ::stat file = {};
  EXPECT_EQ(::fstat(descriptor, &file), 0);
  EXPECT_GT(file.st_size, 0) << "nothing was written";
  Bytes bytes(static_cast<std::size_t>(file.st_size));
  EXPECT_EQ(::pread(descriptor, bytes.data(), bytes.size(), 0), file.st_size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(std::to_integer<int>(byte) + 1);
  EXPECT_EQ(::pwrite(descriptor, bytes.data(), bytes.size(), 0), file.st_size);
  try {
    read();
    ADD_FAILURE() << "the damage was not found";
  } catch (const ScratchError& error) {
    EXPECT_EQ(error.code(), std::errc::io_error);
    return error.what();
  }
  return "";
}

TEST_F(Spill, EveryReaderFindsDamage) {
  const std::string text(200'000, 'x');
  const auto write = [&text](WireWriter& writer) { writer << text; };
  const auto expectNamed = [&](auto read) {
    const std::string message = messageOfDamage(descriptor(), read);
    EXPECT_NE(message.find("damaged data"), std::string::npos) << message;
    EXPECT_NE(message.find("scratch file in " + (folder_ / "")), std::string::npos) << message;
    EXPECT_NE(message.find("--seltzer-scratch"), std::string::npos) << message;
  };
  const auto spillAll = [] { makeRoom(MemoryAccount::everything); };
  {
    ShuffleBuckets buckets(1);
    for (int i = 0; i < 9; ++i) buckets.add(0, write);
    spillAll();
    ShuffleFrame frame;
    ASSERT_TRUE(buckets.take(0, frame));
    expectNamed([&] { frame.load(); });
  }
  {
    ShuffleBlockBuilder builder;
    for (std::uint64_t i = 0; i < 9; ++i) builder.add(i, randomBytes(200'000), 1);
    const auto block = builder.finish();
    spillAll();
    expectNamed([&] { block->segments()[0].data(); });
    expectNamed([&] { inWireForm(*block); });
  }
  {
    BlockStore store;
    for (std::uint64_t p = 0; p < 9; ++p) {
      store.put({7, p}, std::make_shared<const ObjectBlock<std::string>>(std::vector<std::string>{text}));
    }
    spillAll();
    for (std::uint64_t p = 9; p < 200; ++p) {
      store.put({7, p}, std::make_shared<const ObjectBlock<std::string>>(std::vector<std::string>{text}));
    }
    spillAll();
    expectNamed([&] { wireFormOf(*store.find({7, 0})); });
  }
  memoryAccount().setLimit(100'000);
  {
    RecordSorter sorter(MemoryUse::sort);
    for (std::uint64_t i = 0; i < 100'000; ++i) {
      sorter.begin() << i << i << i;
      sorter.end(i);
    }
    expectNamed([&] { sorter.finish(); });
  }
  {
    ElementRowOutput<std::int64_t> row;
    for (std::int64_t i = 0; i < 500'000; ++i) row.elements().push_back(i);
    row.complete();
    spillAll();
    ShuffleFrame frame;
    expectNamed([&] { static_cast<void>(row[5]); });
    row.cut({{0, 300'000}, {1, 500'000}});
    ASSERT_TRUE(row.take(0, frame));
    expectNamed([&] { frame.load(); });
  }
}

/// All frames of a partition, concatenated, and the number of their records.
std::pair<Bytes, std::uint64_t> everything(MapOutput& output, std::size_t partition) {
  std::pair<Bytes, std::uint64_t> all;
  ShuffleFrame frame;
  while (output.take(partition, frame)) {
    frame.load();
    all.first.insert(all.first.end(), frame.data.begin(), frame.data.end());
    all.second += frame.records;
  }
  return all;
}

TEST_F(Spill, BucketsHoldTheSameWithAnyLimit) {
  for (const std::size_t partitions : {1UL, 3UL, 100UL, 5000UL}) {
    for (const std::size_t limit : {0UL, 1000UL, 100'000UL, 3'000'000UL}) {
      SCOPED_TRACE(testing::Message() << partitions << " partitions, limit " << limit << ", seed " << seed());
      memoryAccount().setLimit(limit);
      ShuffleBuckets buckets(partitions);
      std::vector<std::pair<Bytes, std::uint64_t>> expected(partitions);
      for (int i = 0; i < 20'000; ++i) {
        const std::size_t partition = below(partitions);
        const std::string text(below(300), static_cast<char>('a' + i % 26));
        buckets.add(partition, [&text](WireWriter& writer) { writer << text; });
        WireWriter(expected[partition].first) << text;
        ++expected[partition].second;
      }
      buckets.complete();
      std::size_t found = 0;
      for (std::size_t p = buckets.next(0, partitions); p < partitions; p = buckets.next(p + 1, partitions)) {
        ASSERT_TRUE(everything(buckets, p) == expected[p]) << p;
        ++found;
      }
      EXPECT_EQ(found, std::ranges::count_if(expected, [](const auto& bytes) { return bytes.second > 0; }));
      EXPECT_EQ(memoryAccount().held(MemoryUse::shuffleWrite), 0U);
      EXPECT_EQ(scratchFile().held(), 0U);
    }
  }
}

TEST_F(Spill, BucketsStayWithinTheLimit) {
  constexpr std::size_t limit = 2'000'000;
  memoryAccount().setLimit(limit);
  const std::size_t before = test::allocatedBytes();
  ShuffleBuckets buckets(10);
  for (int i = 0; i < 500'000; ++i) {
    buckets.add(below(10), [i](WireWriter& writer) { writer << std::string(20, 'x') << std::int64_t{i}; });
    ASSERT_LE(memoryAccount().held(), limit);
  }
  EXPECT_GE(scratchFile().held(), 10'000'000U);
  EXPECT_LE(test::allocatedBytes(), before + 2 * limit + 2'000'000) << "and the scratch file's buffer";
}

TEST_F(Spill, BlocksHoldTheSameWithAnyLimit) {
  for (const std::size_t limit : {0UL, 50'000UL, 10'000'000UL}) {
    SCOPED_TRACE(testing::Message() << "limit " << limit << ", seed " << seed());
    memoryAccount().setLimit(limit);
    ShuffleBlockBuilder builder;
    std::map<std::uint64_t, std::pair<Bytes, std::uint64_t>> expected;
    for (int i = 0; i < 300; ++i) {
      const std::uint64_t mapPartition = below(7);
      ShuffleFrame frame{randomBytes(below(20'000)), below(100)};
      auto& [bytes, records] = expected[mapPartition];
      bytes.insert(bytes.end(), frame.data.begin(), frame.data.end());
      records += frame.records;
      switch (below(3)) {
        case 0:
          builder.add(mapPartition, frame.data, frame.records);
          continue;
        case 1:
          frame.spilled = SpilledBytes(std::exchange(frame.data, Bytes()));
          break;
        default:
          break;
      }
      builder.add(mapPartition, std::move(frame));
    }
    const auto block = builder.finish();
    std::map<std::uint64_t, std::pair<Bytes, std::uint64_t>> found;
    std::uint64_t before = 0;
    for (const ShuffleSegment& segment : block->segments()) {
      EXPECT_LE(std::exchange(before, segment.mapPartition()), segment.mapPartition());
      const SegmentData data = segment.data();
      auto& [bytes, records] = found[segment.mapPartition()];
      bytes.insert(bytes.end(), data.bytes().begin(), data.bytes().end());
      records += segment.records();
    }
    EXPECT_TRUE(found == expected);
    const auto wire = inWireForm(*block);
    const auto copy = ShuffleBlock::read(*wire);
    EXPECT_EQ(copy->records(), block->records());
    EXPECT_EQ(copy->bytes(), block->bytes());
    EXPECT_TRUE(wireFormOf(*copy) == wireFormOf(*block));
    EXPECT_LE(memoryAccount().held(), limit);
  }
}

TEST_F(Spill, AFrameThatStaysOnItsRankIsNotWrittenAgain) {
  memoryAccount().setLimit(1000);
  ShuffleBuckets buckets(1);
  Bytes expected;
  for (int i = 0; i < 2000; ++i) {
    const Bytes record = randomBytes(500);
    expected.insert(expected.end(), record.begin(), record.end());
    buckets.add(0, [&record](WireWriter& writer) { writer.writeBytes(record); });
  }
  buckets.complete();
  makeRoom(MemoryAccount::everything);
  const auto written = [] { return phaseClock().current().bytes[static_cast<std::size_t>(Phase::spillWrite)]; };
  const std::uint64_t before = written();
  ShuffleBlockBuilder builder;
  for (ShuffleFrame frame; buckets.take(0, frame);) builder.add(3, std::move(frame));
  const auto block = builder.finish();
  EXPECT_EQ(block->records(), 2000U);
  EXPECT_EQ(memoryAccount().held(), 0U);
  makeRoom(MemoryAccount::everything);
  EXPECT_EQ(written(), before);
  Bytes found;
  for (const ShuffleSegment& segment : block->segments()) {
    const SegmentData data = segment.data();
    found.insert(found.end(), data.bytes().begin(), data.bytes().end());
  }
  EXPECT_TRUE(found == expected);
}

TEST_F(Spill, ASegmentThatIsBeingReadStays) {
  ShuffleBlockBuilder builder;
  const Bytes bytes = randomBytes(100'000);
  builder.add(0, bytes, 1);
  const auto block = builder.finish();
  const SegmentData reading = block->segments()[0].data();
  memoryAccount().setLimit(0);
  const MemoryReservation other(MemoryUse::sort, 1);
  EXPECT_EQ(scratchFile().held(), bytes.size());
  EXPECT_TRUE(std::ranges::equal(reading.bytes(), bytes));
}

/// Expects the error for an element of 2 MB where 1 MB is the limit.
template <class Work>
void expectTooLarge(Work work) {
  try {
    work();
    ADD_FAILURE() << "the element fits";
  } catch (const MemoryError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("an element of 2.0 MB does not fit in the 1.0 MB"), std::string::npos) << text;
    EXPECT_NE(text.find("--seltzer-memory"), std::string::npos) << text;
  }
}

TEST_F(Spill, AnElementLargerThanTheLimitIsRefused) {
  memoryAccount().setLimit(1'000'000);
  const auto writeText = [](std::size_t size) {
    return [size](WireWriter& writer) { writer << std::string(size, 'x'); };
  };
  ShuffleBuckets buckets(2);
  for (int i = 0; i < 4; ++i) buckets.add(1, writeText(900'000));
  expectTooLarge([&] { buckets.add(1, writeText(2'000'000)); });
  RecordSorter sorter(MemoryUse::sort);
  const auto addText = [&](std::size_t size) {
    sorter.begin() << std::string(size, 'x');
    sorter.end(1);
  };
  for (int i = 0; i < 4; ++i) addText(900'000);
  expectTooLarge([&] { addText(2'000'000); });
  ChunkedVector<std::string> elements;
  elements.emplace_back(900'000, 'x');
  elements.emplace_back(10, 'x');
  elements.emplace_back(2'000'000, 'x');
  Bytes frame;
  EXPECT_EQ(writeFrame(elements, 0, 2, frame), 1U);
  frame.clear();
  expectTooLarge([&] { writeFrame(elements, 1, 3, frame); });
}

TEST_F(Spill, RoomIsMadeForWhatComesWithoutAnEnd) {
  memoryAccount().setLimit(1000);
  BlockStore store;
  store.put({7, 0}, objects(10, 0));
  EXPECT_FALSE(mustSpill(10, 500));
  EXPECT_EQ(memoryAccount().held(), 80U);
  EXPECT_FALSE(mustSpill(10, 950));
  EXPECT_EQ(memoryAccount().held(), 0U);
  const MemoryReservation other(MemoryUse::sort, 600);
  EXPECT_TRUE(mustSpill(200, 500));
  EXPECT_FALSE(mustSpill(100, 500)) << "too little to be worth it";
}

}  // namespace
}  // namespace seltzer::detail
