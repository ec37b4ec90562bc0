#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "../memory_mapping.hpp"

namespace {

using seltzer::test::mappingOf;

constexpr std::size_t length = 250'000;  // 2 MB

/// Prints for each rank where it reads a broadcast value, how many bytes it received for it, and the value's sum there:
/// `rank 3 host n2 received 2000000 memory 00:2c 17 sum 31249875000`.
void report(seltzer::Context& sc) {
  std::vector<std::int64_t> numbers(length);
  for (std::size_t i = 0; i < length; ++i) numbers[i] = static_cast<std::int64_t>(i);
  const auto before = sc.traffic();
  const auto broadcast = sc.broadcast(numbers);
  const auto after = sc.traffic();

  const auto ranks = static_cast<std::int64_t>(sc.ranks());
  const auto seen = sc.range(0, ranks, 1, ranks)
                        .map([broadcast](std::int64_t) {
                          std::int64_t sum = 0;
                          for (const std::int64_t number : broadcast.value()) sum += number;
                          return fmt::format("memory {} sum {}", mappingOf(broadcast.value().data()), sum);
                        })
                        .collect();
  const auto hosts = sc.hosts();
  for (std::size_t rank = 0; rank < hosts.size(); ++rank) {
    fmt::print("rank {} host {} received {} {}\n", rank, hosts[rank],
               (after[rank] - before[rank]).broadcast.bytesReceived, seen[rank]);
  }
}

}  // namespace

int main(int argc, char** argv) {
  ::setenv("SELTZER_MOVE_TASKS", "off", 0);  // each rank says by a task of its own what it reads
  return seltzer::run(argc, argv, [](seltzer::Context& sc) { report(sc); });
}
