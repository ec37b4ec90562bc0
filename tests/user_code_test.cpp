#include <cstdint>
#include <string>
#include <string_view>

#include "fixture.hpp"
#include "touchy_jobs.hpp"

// A user's type that throws wherever the library calls it, on any rank: the driver gets the error, and the next job
// works.

namespace seltzer::test {
namespace {

/// How a job ended.
enum class Ending : std::uint8_t { result, taskError, thrown };

Ending endOf(const TouchyJob& job, std::int64_t partitions, std::string& result) {
  try {
    result = job.run(partitions);
    return Ending::result;
  } catch (const TaskError& error) {
    EXPECT_FALSE(error.failure().operation.empty());
    EXPECT_FALSE(error.failure().callSite.empty());
    return Ending::taskError;
  } catch (...) {  // thrown in the driver function itself, by its own copies or serialization
    return Ending::thrown;
  }
}

/// Whether the hook may run on the driver's own objects, whose exceptions reach the driver function unchanged.
bool maybeOnDriver(Hook hook) {
  return hook != Hook::function && hook != Hook::merge && hook != Hook::less;
}

/// Returns how the job with the trap ended.
Ending expectContained(const TouchyJob& job, std::int64_t partitions, const Trap& given, std::size_t spring, int rank,
                       const std::string& expected) {
  SCOPED_TRACE(testing::Message() << job.name << ", " << partitions << " partitions, "
                                  << hookNames[static_cast<std::size_t>(given.hook)] << " of " << given.number
                                  << " after " << given.skip << ", rank " << rank);
  arm(given, spring, rank);
  std::string result;
  const Ending ending = endOf(job, partitions, result);
  disarm();
  EXPECT_TRUE(ending != Ending::result || result == expected) << "a wrong result: " << result;
  EXPECT_TRUE(ending != Ending::thrown || maybeOnDriver(given.hook)) << "not a TaskError";
  EXPECT_EQ(job.run(partitions), expected) << "the next job";
  return ending;
}

constexpr Hook hooks[] = {Hook::save,  Hook::load, Hook::copy,     Hook::move,  Hook::less,
                          Hook::equal, Hook::hash, Hook::function, Hook::merge, Hook::partition};

class UserCode : public testing::TestWithParam<std::size_t> {};

TEST_P(UserCode, ThatThrowsIsContained) {
  const TouchyJob& job = touchyJobs()[GetParam()];
  const int ranks = context().ranks();
  int sprung = 0;
  for (const std::int64_t partitions : {1, 3}) {
    const std::string expected = job.run(partitions);
    const auto contained = [&](const Trap& given, std::size_t spring, int rank) {
      if (expectContained(job, partitions, given, spring, rank, expected) != Ending::result) ++sprung;
    };
    for (const Hook hook : hooks) {
      contained({hook, 0}, 1, -1);
      contained({hook, 57}, 0, -1);
      contained({hook, -1, 5}, 1, ranks - 1);
      contained({hook, -1}, 0, -1);
      if (testing::Test::HasFailure()) return;
    }
  }
  EXPECT_GT(sprung, 0) << "no trap of this job sprang";
}

/// What a map stage adds to accumulators counts when its shuffle is complete. If the driver then fails to copy a
/// splitter, the next job must not add it again.
TEST(UserCodeOnTheDriver, AStageAddsToAccumulatorsOnce) {
  Context& sc = context();
  constexpr std::int64_t count = 60;
  int failures = 0;
  for (std::int64_t skip = 0; skip < 40; ++skip) {
    SCOPED_TRACE(testing::Message() << "after " << skip << " copies");
    const auto added = sc.accumulator(std::int64_t{0});
    const auto sorted = sc.range(0, count, 1, 3)
                            .map([added](std::int64_t x) {
                              added.add(1);
                              return std::pair(Touchy(x * 37 % count), x);
                            })
                            .sortByKey(true, 3);
    arm({Hook::copy, -1, skip}, 0, 0);
    try {
      sorted.count();
    } catch (const std::exception&) {
      ++failures;
    }
    disarm();
    EXPECT_EQ(sorted.count(), count);
    EXPECT_EQ(added.value(), count);
  }
  EXPECT_GT(failures, 0);
}

INSTANTIATE_TEST_SUITE_P(Jobs, UserCode, testing::Range(std::size_t{0}, touchyJobs().size()));

TEST(NestedJob, AContextInATaskThrowsOnEveryRank) {
  Context& sc = context();
  const std::int64_t ranks = sc.ranks();
  const auto refusals = sc.range(0, ranks, 1, ranks).map([](std::int64_t) -> std::int64_t {
    try {
      return Context::current()->ranks();
    } catch (const NestedJobError&) {
      return -1;
    }
  });
  EXPECT_EQ(refusals.collect(), std::vector<std::int64_t>(static_cast<std::size_t>(ranks), -1));
  EXPECT_THROW(sc.range(0, 4, 1, 4).sortBy([](std::int64_t x) { return x + Context::current()->ranks(); }).collect(),
               NestedJobError);
  EXPECT_EQ(sc.ranks(), ranks);
}

Context* driversContext = nullptr;

TEST(NestedJob, EverythingThatADriverKnowsIsRefusedInATask) {
  Context& sc = context();
  driversContext = &sc;  // on rank 0 only
  const auto refused = [&sc](auto use) {
    EXPECT_THROW(sc.range(0, 1, 1, 1)
                     .map([use](std::int64_t x) {
                       use();
                       return x;
                     })
                     .collect(),
                 NestedJobError);
  };
  refused([] { driversContext->ranks(); });
  refused([] { driversContext->hosts(); });
  refused([] { driversContext->config(); });
  refused([] { driversContext->version(); });
  refused([] { driversContext->applicationId(); });
  refused([] { driversContext->defaultParallelism(); });
  refused([] { driversContext->log("from a task"); });
  refused([] { driversContext->stats(); });
}

}  // namespace
}  // namespace seltzer::test
