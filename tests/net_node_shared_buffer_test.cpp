#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/net/communicator.hpp>

#include "memory_mapping.hpp"
#include "net/node_shared_buffer.hpp"
#include "net_fixture.hpp"

namespace seltzer::detail {
namespace {

bool allOnOneHost() {
  for (int rank = 0; rank < world().size(); ++rank) {
    if (world().hostOf(rank) != world().host()) return false;
  }
  return true;
}

void expectContent(const NodeSharedBuffer& memory, const Bytes& content) {
  ASSERT_EQ(memory.bytes().size(), content.size());
  EXPECT_TRUE(std::equal(content.begin(), content.end(), memory.bytes().begin()));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory.bytes().data()) % 64, 0u);
}

TEST(NodeSharedBuffer, HasRankZerosBytesEverywhere) {
  for (const std::size_t limit : limitsToTry()) {
    const LimitScope scope(limit);
    for (const std::size_t size : sizesToTry()) {
      for (const NodeSharing sharing : {NodeSharing::ifPossible, NodeSharing::asIfFull}) {
        const Bytes content = pattern(size, size);
        NodeSharedBuffer memory(world(), world().rank() == 0 ? ByteView(content) : ByteView(), sharing);
        expectContent(memory, content);
        EXPECT_EQ(memory.isShared(),
                  sharing == NodeSharing::ifPossible && world().size() > 1 && size > 0 && allOnOneHost());
        world().barrier();
        memory.free();
        EXPECT_TRUE(memory.bytes().empty());
        memory.free();
      }
    }
  }
}

TEST(NodeSharedBuffer, IsOneCopyANode) {
  if (world().size() == 1 || !allOnOneHost()) GTEST_SKIP() << "needs several ranks of one node";
  const Bytes content = pattern(1'000'000, 1);
  NodeSharedBuffer memory(world(), content);
  const std::string mapping = test::mappingOf(memory.bytes().data());
  EXPECT_NE(mapping, "nowhere");
  const auto mappings = world().allGather(std::as_bytes(std::span(mapping)));
  for (const Bytes& other : mappings) {
    EXPECT_EQ(other.size(), mapping.size());
    EXPECT_EQ(std::memcmp(other.data(), mapping.data(), mapping.size()), 0) << mapping;
  }
  // The last rank must see what the first writes now.
  if (world().rank() == 0) const_cast<std::byte&>(memory.bytes()[999'999]) = std::byte{42};
  world().barrier();
  EXPECT_EQ(memory.bytes()[999'999], std::byte{42});
  world().barrier();
  memory.free();
}

TEST(NodeSharedBuffer, WithoutSharedMemoryEveryRankHasACopyAndOneLineWarns) {
  Communicator fresh;
  const Bytes content = pattern(50'000, 1);
  testing::internal::CaptureStderr();
  NodeSharedBuffer first(fresh, content, NodeSharing::asIfFull);
  NodeSharedBuffer second(fresh, content, NodeSharing::asIfFull);
  const std::string warning = testing::internal::GetCapturedStderr();
  expectContent(first, content);
  expectContent(second, content);
  EXPECT_FALSE(first.isShared());
  if (fresh.rank() == 0 && fresh.size() > 1) {
    EXPECT_NE(warning.find("50000 bytes cannot be shared"), std::string::npos) << warning;
    EXPECT_NE(warning.find("/dev/shm lacks "), std::string::npos) << warning;
    EXPECT_EQ(std::count(warning.begin(), warning.end(), '\n'), 1) << warning;
  } else {
    EXPECT_EQ(warning, "");
  }
  const_cast<std::byte&>(first.bytes()[7]) = static_cast<std::byte>(fresh.rank());
  fresh.barrier();
  EXPECT_EQ(first.bytes()[7], static_cast<std::byte>(fresh.rank()));
  second.free();
  first.free();
}

TEST(NodeSharedBuffer, CountsAsBroadcast) {
  for (const NodeSharing sharing : {NodeSharing::ifPossible, NodeSharing::asIfFull}) {
    const Traffic before = world().traffic();
    NodeSharedBuffer memory(world(), pattern(5000, 1), sharing);
    const Traffic traffic = world().traffic() - before;
    TrafficCount expected;
    if (world().rank() == 0) expected = {1, 5000, 0, 0};
    if (world().rank() != 0 && !memory.isShared()) expected = {0, 0, 1, 5000};
    EXPECT_EQ(traffic.broadcast, expected);
    EXPECT_EQ(traffic.total(), expected);
    memory.free();
  }
}

TEST(NodeSharedBuffer, ManyLiveAtOnce) {
  std::vector<std::unique_ptr<NodeSharedBuffer>> memories;
  for (std::size_t i = 0; i < 20; ++i)
    memories.push_back(std::make_unique<NodeSharedBuffer>(world(), pattern(1000 * i, i)));
  for (std::size_t i = 0; i < 20; ++i) expectContent(*memories[i], pattern(1000 * i, i));
  for (auto& memory : memories) memory->free();
}

}  // namespace
}  // namespace seltzer::detail
