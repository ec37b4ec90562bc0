#include <cstdint>
#include <cstring>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/net/communicator.hpp>

#include "net/exchange.hpp"
#include "net_fixture.hpp"

namespace seltzer::detail {
namespace {

/// The start of a record: its size and its number between this sender and receiver. Pattern bytes follow.
struct RecordHead {
  std::uint64_t size;
  std::uint64_t number;
};

Bytes makeRecord(std::size_t size, int from, int to, std::uint64_t number) {
  const RecordHead head{size, number};
  Bytes record(sizeof head);
  std::memcpy(record.data(), &head, sizeof head);
  const Bytes body = pattern(size, number * 64 + static_cast<std::uint64_t>(from) * 8 + static_cast<std::uint64_t>(to));
  record.insert(record.end(), body.begin(), body.end());
  return record;
}

/// (destination, size) of each record that a rank sends.
using Plan = std::vector<std::pair<int, std::size_t>>;

/// Sends each rank's plan, and checks that exactly that arrives: complete, in order, and in rank order within a
/// round.
class PlannedExchange {
 public:
  explicit PlannedExchange(std::vector<Plan> plans) : plans_(std::move(plans)) {
    const auto ranks = static_cast<std::size_t>(world().size());
    sent_.assign(ranks, 0);
    heard_.assign(ranks, 0);
    expected_.resize(ranks);
    for (std::size_t from = 0; from < ranks; ++from) {
      for (const auto& [to, size] : plans_[from]) {
        if (to == world().rank()) expected_[from].push_back(size);
      }
    }
  }

  void run(std::size_t budget) {
    std::uint64_t round = 0;
    int lastSource = -1;  // in this round
    Exchange exchange(world(), budget, [&](int source, ByteView records) {
      if (std::exchange(round, exchange.rounds()) != exchange.rounds()) lastSource = -1;
      EXPECT_GT(source, std::exchange(lastSource, source));
      consume(source, records);
    });
    while (produce(exchange.out())) exchange.round();
    exchange.finish();
    for (std::size_t from = 0; from < expected_.size(); ++from) {
      EXPECT_EQ(heard_[from], expected_[from].size()) << "records of rank " << from;
    }
  }

  bool produce(OutgoingBuffers& out) {
    const Plan& mine = plans_[static_cast<std::size_t>(world().rank())];
    for (; next_ < mine.size(); ++next_) {
      const auto [to, size] = mine[next_];
      std::uint64_t& number = sent_[static_cast<std::size_t>(to)];
      if (!out.append(to, makeRecord(size, world().rank(), to, number))) return true;
      ++number;
    }
    return false;
  }

  void consume(int source, ByteView records) {
    EXPECT_FALSE(records.empty());
    longestView_ = std::max(longestView_, records.size());
    const auto from = static_cast<std::size_t>(source);
    while (!records.empty()) {
      RecordHead head{};
      ASSERT_GE(records.size(), sizeof head);
      std::memcpy(&head, records.data(), sizeof head);
      ASSERT_LT(heard_[from], expected_[from].size());
      ASSERT_EQ(head.size, expected_[from][heard_[from]]);
      ASSERT_EQ(head.number, heard_[from]);
      const Bytes record = makeRecord(head.size, source, world().rank(), head.number);
      ASSERT_GE(records.size(), record.size());
      ASSERT_TRUE(std::equal(record.begin(), record.end(), records.begin()));
      records = records.subspan(record.size());
      ++heard_[from];
    }
  }

  std::size_t longestView() const { return longestView_; }

 private:
  std::vector<Plan> plans_;
  std::size_t next_ = 0;
  std::size_t longestView_ = 0;
  std::vector<std::uint64_t> sent_;
  std::vector<std::size_t> heard_;
  std::vector<std::vector<std::size_t>> expected_;
};

std::vector<Plan> emptyPlans() {
  return std::vector<Plan>(static_cast<std::size_t>(world().size()));
}

/// Random destinations and sizes, the same on every rank.
std::vector<Plan> randomPlans(std::size_t records, std::size_t longest, unsigned seed) {
  std::mt19937 random(seed);
  auto plans = emptyPlans();
  for (Plan& plan : plans) {
    plan.resize(std::uniform_int_distribution<std::size_t>(0, records)(random));
    for (auto& [to, size] : plan) {
      to = std::uniform_int_distribution<int>(0, world().size() - 1)(random);
      size = std::uniform_int_distribution<std::size_t>(0, longest)(random);
    }
  }
  return plans;
}

TEST(Exchange, RandomSizes) {
  for (const std::size_t limit : limitsToTry()) {
    const LimitScope scope(limit);
    unsigned seed = 1;
    for (const std::size_t budget : {std::size_t{1}, std::size_t{500}, std::size_t{20'000}, std::size_t{1} << 26}) {
      PlannedExchange(randomPlans(40, 3000, seed++)).run(budget);
      PlannedExchange(randomPlans(400, 20, seed++)).run(budget);
    }
  }
}

TEST(Exchange, AllToOneStaysWithinTheBudget) {
  const std::size_t budget = 6000;
  for (int target = 0; target < world().size(); ++target) {
    auto plans = emptyPlans();
    for (Plan& plan : plans) plan.assign(300, {target, 50});
    PlannedExchange planned(std::move(plans));
    planned.run(budget);
    EXPECT_LE(planned.longestView(), budget / static_cast<std::size_t>(world().size()));
  }
}

TEST(Exchange, OneRankAloneSends) {
  for (int sender = 0; sender < world().size(); ++sender) {
    auto plans = emptyPlans();
    for (int i = 0; i < 100; ++i) plans[static_cast<std::size_t>(sender)].emplace_back(i % world().size(), 100);
    PlannedExchange(std::move(plans)).run(2000);
  }
}

TEST(Exchange, NothingAtAllTakesOneRound) {
  Exchange exchange(world(), 1000, [](int, ByteView) { FAIL() << "nothing was sent"; });
  exchange.finish();
  EXPECT_EQ(exchange.rounds(), 1u);
}

TEST(Exchange, ARecordLongerThanTheBudgetTravelsAlone) {
  auto plans = emptyPlans();
  for (Plan& plan : plans) {
    for (int to = 0; to < world().size(); ++to) plan.insert(plan.end(), {{to, 3}, {to, 70'000}, {to, 5}, {to, 30'000}});
  }
  PlannedExchange(std::move(plans)).run(1000);
}

TEST(Exchange, RoomAndAppendAgree) {
  OutgoingBuffers out(4, 400);
  EXPECT_EQ(out.destinations(), 4);
  EXPECT_EQ(out.room(2), 100u);
  EXPECT_TRUE(out.append(2, pattern(60, 1)));
  EXPECT_EQ(out.room(2), 40u);
  EXPECT_EQ(out.room(1), 100u);
  EXPECT_FALSE(out.append(2, pattern(41, 1)));
  EXPECT_EQ(out.room(2), 40u);
  EXPECT_TRUE(out.append(2, pattern(40, 1)));
  EXPECT_TRUE(out.append(2, {}));
  EXPECT_EQ(out.room(2), 0u);
  EXPECT_TRUE(out.append(1, pattern(1000, 1)));
  EXPECT_EQ(out.room(1), 0u);
  EXPECT_FALSE(out.append(1, pattern(1, 1)));
  EXPECT_EQ(OutgoingBuffers(8, 3).room(0), 1u);
}

struct ProducerFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Checks that `run` throws on every rank: its own exception on `failing`, an error naming that rank elsewhere.
template <class Run>
void expectFailureOf(int failing, Run run) {
  try {
    run();
    FAIL() << "every rank must learn of the failure";
  } catch (const ProducerFailed& failure) {
    EXPECT_EQ(world().rank(), failing);
    EXPECT_STREQ(failure.what(), "no more ink");
  } catch (const CommunicatorError& error) {
    EXPECT_NE(world().rank(), failing);
    const std::string expected = "[rank " + std::to_string(failing) + ", " + world().hostOf(failing) + "] no more ink";
    EXPECT_NE(std::string(error.what()).find(expected), std::string::npos) << error.what();
  }
}

std::vector<int> ranksThatFail() {
  return {0, world().size() / 2, world().size() - 1};
}

TEST(Exchange, AFailingProducerIsAnErrorEverywhereAndTheNextExchangeWorks) {
  for (const int failing : ranksThatFail()) {
    for (const int failingCall : {1, 2, 5}) {
      PlannedExchange planned(std::vector<Plan>(emptyPlans().size(), Plan(100, {world().size() - 1, 40})));
      int calls = 0;
      expectFailureOf(failing, [&] {
        exchange(
            world(), 500,
            [&](OutgoingBuffers& out) {
              const bool more = planned.produce(out);
              if (++calls == failingCall && world().rank() == failing) throw ProducerFailed("no more ink");
              return more;
            },
            [&](int source, ByteView records) { planned.consume(source, records); });
      });
      PlannedExchange(randomPlans(40, 300, 7)).run(1000);
    }
  }
}

TEST(Exchange, AFailingConsumerIsAnErrorEverywhereAndTheNextExchangeWorks) {
  for (const int failing : ranksThatFail()) {
    for (const std::size_t budget : {std::size_t{500}, std::size_t{1} << 24}) {
      auto plans = emptyPlans();
      for (Plan& plan : plans) {
        for (int i = 0; i < 100; ++i) plan.emplace_back(i % world().size(), 40);
      }
      PlannedExchange planned(std::move(plans));
      expectFailureOf(failing, [&] {
        exchange(
            world(), budget, [&](OutgoingBuffers& out) { return planned.produce(out); },
            [&](int, ByteView) {
              if (world().rank() == failing) throw ProducerFailed("no more ink");
            });
      });
      PlannedExchange(randomPlans(40, 300, 9)).run(1000);
    }
  }
}

TEST(Exchange, WhenSeveralFailTheLowestIsNamed) {
  if (world().size() < 3) GTEST_SKIP() << "needs a rank that does not fail";
  const bool fails = world().rank() != 0;
  try {
    exchange(
        world(), 1000,
        [&](OutgoingBuffers&) -> bool {
          if (fails) throw ProducerFailed("rank " + std::to_string(world().rank()));
          return false;
        },
        [](int, ByteView) {});
    FAIL();
  } catch (const ProducerFailed& failure) {
    EXPECT_EQ(failure.what(), "rank " + std::to_string(world().rank()));
  } catch (const CommunicatorError& error) {
    EXPECT_EQ(world().rank(), 0);
    EXPECT_NE(std::string(error.what()).find("[rank 1, "), std::string::npos) << error.what();
  }
}

TEST(Exchange, ACallerThatPushesMakesItsOwnRounds) {
  std::uint64_t received = 0;
  Exchange exchange(world(), 800, [&](int, ByteView records) { received += records.size(); });
  const int records = 100 * (world().rank() + 1);
  for (int i = 0; i < records; ++i) {
    const int to = i % world().size();
    while (!exchange.out().append(to, pattern(16, 1))) exchange.round();
  }
  exchange.finish();
  auto total = static_cast<std::int64_t>(received);
  world().reduceSum(std::span(&total, 1));
  if (world().rank() == 0) {
    EXPECT_EQ(total, 1600 * world().size() * (world().size() + 1) / 2);
  }
}

}  // namespace
}  // namespace seltzer::detail
