#include <cstdint>
#include <cstdio>
#include <random>
#include <string>

#include <CLI/CLI.hpp>

#include "touchy_jobs.hpp"

// Jobs whose user code fails in a random way, at a random moment, in a random place, on a random rank.

namespace {

using namespace seltzer;
using namespace seltzer::test;

struct Case {
  const TouchyJob* job = nullptr;
  std::int64_t partitions = 1;
  Trap trap;
  std::size_t spring = 0;
  int rank = 0;
};

/// The standard library's distributions differ between implementations; the draws of a seed should not.
std::size_t below(std::mt19937_64& random, std::size_t n) {
  return static_cast<std::size_t>(random() % n);
}

Case drawCase(std::mt19937_64& random, int ranks) {
  Case drawn;
  drawn.job = &touchyJobs()[below(random, touchyJobs().size())];
  drawn.partitions = 1 + static_cast<std::int64_t>(below(random, 6));
  drawn.trap.hook = static_cast<Hook>(1 + below(random, std::size(hookNames) - 1));
  drawn.trap.number = below(random, 3) == 0 ? static_cast<std::int64_t>(below(random, 100)) : -1;
  drawn.trap.skip = static_cast<std::int64_t>(below(random, 2) == 0 ? below(random, 4) : below(random, 300));
  // half of the faults throw: most others end the program
  drawn.spring = below(random, 2) == 0 ? below(random, 2) : below(random, springs().size());
  drawn.rank = below(random, 3) == 0 ? 0 : below(random, 2) == 0 ? ranks / 2 : ranks - 1;
  return drawn;
}

void announce(const Case& drawn, int number) {
  std::printf("case %d: %s, %ld partitions, hook %s of %ld after %ld calls, rank %d: %s\n", number, drawn.job->name,
              static_cast<long>(drawn.partitions), hookNames[static_cast<std::size_t>(drawn.trap.hook)].data(),
              static_cast<long>(drawn.trap.number), static_cast<long>(drawn.trap.skip), drawn.rank,
              springs()[drawn.spring].name);
  std::fflush(stdout);
}

/// True if the trap does not affect the results of later jobs.
bool holds(const Case& drawn) {
  const std::string expected = drawn.job->run(drawn.partitions);
  arm(drawn.trap, drawn.spring, drawn.rank);
  std::string seen = expected;
  try {
    seen = drawn.job->run(drawn.partitions);
  } catch (...) {  // a failed job, or the driver's own objects: the next job shows
  }
  disarm();
  return seen == expected && drawn.job->run(drawn.partitions) == expected;
}

int runCases(Context& sc, std::uint64_t seed, int count) {
  std::mt19937_64 random(seed);
  for (int number = 0; number < count; ++number) {
    const Case drawn = drawCase(random, sc.ranks());
    announce(drawn, number);
    if (!holds(drawn)) {
      std::puts("WRONG RESULT");
      return 99;
    }
  }
  std::puts("all cases ended");
  return 0;
}

}  // namespace

/// random_fault_program [--seed N] [--cases N]: cases in turn, until one of them ends the program as it should.
int main(int argc, char** argv) {
  return run(argc, argv, [&](Context& sc) {
    std::uint64_t seed = 1;
    int cases = 8;
    CLI::App app("Random faults in a user's code");
    app.add_option("--seed", seed, "Of the random cases");
    app.add_option("--cases", cases, "How many, unless one ends the program");
    CLI11_PARSE(app, argc, argv);
    return runCases(sc, seed, cases);
  });
}
