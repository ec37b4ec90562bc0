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

void expectContained(const TouchyJob& job, std::int64_t partitions, const Trap& given, std::size_t spring, int rank,
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
}

constexpr Hook hooks[] = {Hook::save,  Hook::load, Hook::copy,     Hook::move,  Hook::less,
                          Hook::equal, Hook::hash, Hook::function, Hook::merge, Hook::partition};

class UserCode : public testing::TestWithParam<std::size_t> {};

TEST_P(UserCode, ThatThrowsIsContained) {
  const TouchyJob& job = touchyJobs()[GetParam()];
  const int ranks = context().ranks();
  for (const std::int64_t partitions : {1, 3}) {
    const std::string expected = job.run(partitions);
    for (const Hook hook : hooks) {
      expectContained(job, partitions, {hook, 0}, 1, -1, expected);
      expectContained(job, partitions, {hook, 57}, 0, -1, expected);
      expectContained(job, partitions, {hook, -1, 5}, 1, ranks - 1, expected);
      if (testing::Test::HasFailure()) return;
    }
  }
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
