#include <cstddef>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

namespace {

constexpr std::size_t length = 250'000;  // 2 MB

/// `device inode` of the mapping of memory that holds the address, as the kernel lists it.
std::string mappingOf(const void* address) {
  std::ifstream maps("/proc/self/maps");
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  for (std::string line; std::getline(maps, line);) {
    std::istringstream fields(line);
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    std::string rights;
    std::string offset;
    std::string device;
    std::string inode;
    fields >> std::hex >> begin >> dash >> end >> rights >> offset >> device >> inode;
    if (begin <= wanted && wanted < end) return device + " " + inode;
  }
  return "nowhere 0";
}

/// Says of each rank where it reads a broadcast value, what it received for it, and the value's sum there:
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
  return seltzer::run(argc, argv, [](seltzer::Context& sc) { report(sc); });
}
