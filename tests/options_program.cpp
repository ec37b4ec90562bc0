#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <unistd.h>

#include <seltzer/seltzer.hpp>

namespace {

using namespace seltzer;

RDD<std::int64_t> numbers(Context& sc, CallSite where = CallSite::current()) {
  return sc.range(0, 200 * sc.ranks(), 1, 2 * sc.ranks(), where);
}

void requireUsable(Context& sc) {
  const std::int64_t count = 200 * sc.ranks();
  if (numbers(sc).sum() != count * (count - 1) / 2) throw std::logic_error("the sum is wrong");
  std::puts("the next job works");
}

void printConfig(const Config& config) {
  std::printf("message-limit=%zu\nexchange-budget=%zu\nmax-task-failures=%zu\nmax-result-size=%zu\n",
              config.messageLimit, config.exchangeBudget, config.maxTaskFailures, config.maxResultSize);
  std::printf("default-parallelism=%zu\nrank-timeout=%zu\nprogress=%s\n", config.defaultParallelism, config.rankTimeout,
              config.progress == Progress::off ? "off" : "auto");
  std::printf("memory=%zu\nspill-every=%zu\n", config.memory, config.spillEvery);
  const char* moves[] = {"auto", "off", "random", "messages"};
  std::printf("move-tasks=%s\n", moves[static_cast<int>(config.taskMoves)]);
}

/// 12.8 MB on all ranks, twice.
void shuffle(Context& sc) {
  const auto keyed = sc.range(0, 800'000, 1, 4).keyBy([](std::int64_t x) { return x % 7; });
  if (keyed.partitionBy(4).values().sum() != std::int64_t{800'000} * 799'999 / 2) throw std::logic_error("a wrong sum");
}

/// 16 MB, which go to all ranks and stay there.
void scatter(Context& sc) {
  const auto ones = sc.parallelize(std::vector<std::int64_t>(2'000'000, 1), 6);
  ones.map([](std::int64_t x) { return x + 1; }).persist(seltzer::StorageLevel::MEMORY_AND_DISK).sum();
}

/// The last rank ends without a word while it reads back what it spilled.
void killedRank(Context& sc) {
  const auto shuffled = sc.range(0, 800'000, 1, 4).keyBy([](std::int64_t x) { return x; }).partitionBy(4);
  shuffled.values().foreach ([](std::int64_t x) {
    if (TaskContext::current()->partition() == 3 && x > 400'000) std::raise(SIGKILL);
  });
}

/// 300 kB in each of 4 partitions, but 3 MB in one.
auto largeElements(Context& sc) {
  return sc.range(0, 4, 1, 4).map([](std::int64_t x) {
    return std::pair(x, std::string(x == 2 ? 3'000'000 : 300'000, 'x'));
  });
}

/// A broadcast join whose right side has `count` pairs of 16 bytes.
void joinWithSide(Context& sc, std::int64_t count) {
  const auto side = sc.range(0, count, 1, 4).keyBy([](std::int64_t x) { return x; });
  sc.range(0, 100, 1, 3).keyBy([](std::int64_t x) { return x; }).broadcastJoin(side).count();
}

/// Prints what `job` throws and shows that another job works before it passes the exception on.
template <class Job>
void refused(Context& sc, Job job) {
  try {
    job();
  } catch (const std::exception& error) {
    std::printf("refused: %s\n", error.what());
    requireUsable(sc);
    throw;
  }
}

/// Changes most bytes of this rank's scratch file, which is in $SLURM_TMPDIR.
void damageScratchFile() {
  const std::string folder = std::getenv("SLURM_TMPDIR");
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code error;
    const std::string target = std::filesystem::read_symlink(entry, error);
    if (error || !target.starts_with(folder)) continue;
    const std::string bytes(std::filesystem::file_size(entry), 'x');
    const int descriptor = std::stoi(entry.path().filename());
    if (::pwrite(descriptor, bytes.data(), bytes.size(), 0) < 0) throw std::runtime_error("it cannot be changed");
  }
}

void damage(Context& sc) {
  const auto shuffled = sc.range(0, 800'000, 1, 4).keyBy([](std::int64_t x) { return x % 7; }).partitionBy(4);
  shuffled.count();
  sc.range(0, sc.ranks(), 1, sc.ranks()).foreach ([](std::int64_t) { damageScratchFile(); });
  refused(sc, [&shuffled] { shuffled.values().sum(); });
}

/// True if it knows the scenario.
bool dataAndMemory(Context& sc, const std::string& scenario) {
  if (scenario == "shuffle") {
    shuffle(sc);
    requireUsable(sc);
  } else if (scenario == "shuffles") {
    for (;;) shuffle(sc);
  } else if (scenario == "scatter") {
    scatter(sc);
  } else if (scenario == "damage") {
    damage(sc);
  } else if (scenario == "killed-rank") {
    killedRank(sc);
  } else if (scenario == "large-element") {
    refused(sc, [&sc] { largeElements(sc).partitionBy(2).count(); });
  } else if (scenario == "large-element-sorted") {
    refused(sc, [&sc] { largeElements(sc).sortBy([](const auto& pair) { return -pair.first; }).count(); });
  } else if (scenario == "large-broadcast") {
    refused(sc, [&sc] { sc.broadcast(std::vector<std::int64_t>(250'000)); });
  } else if (scenario == "large-side") {
    refused(sc, [&sc] { joinWithSide(sc, 400'000); });
  } else if (scenario == "large-table") {
    refused(sc, [&sc] { joinWithSide(sc, 30'000); });
  } else {
    return false;
  }
  return true;
}

}  // namespace

/// options_program job | config | throw | exit: a job that works, the options as the library parsed them, a task that
/// fails on rank 1, a driver function that exits with 5. Others are about large data.
int main(int argc, char** argv) {
  ::setenv("SELTZER_MOVE_TASKS", "off", 0);  // scenarios reach each rank by a task of its own
  return run(argc, argv, [&](Context& sc) {
    const std::string scenario = argc == 2 ? argv[1] : "";
    if (scenario == "config") {
      printConfig(sc.config());
    } else if (dataAndMemory(sc, scenario)) {
      return;
    } else if (scenario == "throw") {
      numbers(sc)
          .map([](std::int64_t x) -> std::int64_t {
            if (x >= 200) throw std::runtime_error("boom");
            return x;
          })
          .sum();
    } else {
      requireUsable(sc);
      if (scenario == "exit") std::exit(5);
    }
  });
}
