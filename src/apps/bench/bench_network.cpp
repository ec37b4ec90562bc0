#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <mpi.h>
#include <nlohmann/json.hpp>

#include "bench_network_fit.hpp"
#include "bench_network_mpi.hpp"
#include "mpi_command_line.hpp"

/// Times the network in plain MPI: the baseline of measurements on the same ranks.
namespace {

using bench::fitLink;
using bench::LinkFit;
using bench::NetworkTime;
using bench::NetworkTimer;

struct Options {
  bool json = false;
  double seconds = 0.015;  // spent on each time
};

struct Baseline {
  int ranks = 0;
  int hosts = 0;
  double barrier = 0;  // microseconds
  std::vector<NetworkTime> allreduce, alltoall, exchange, pingpong;
  std::optional<LinkFit> link;
};

/// **Collective.**
Baseline measure(const NetworkTimer& timer) {
  constexpr std::size_t largestReduction = std::size_t{2} << 20;
  constexpr std::size_t largestPair = std::size_t{1} << 17;
  constexpr std::size_t smallestExchange = std::size_t{32} << 10;
  constexpr std::size_t largestExchange = std::size_t{8} << 20;
  constexpr std::size_t largestMessage = std::size_t{4} << 20;
  Baseline found;
  found.ranks = timer.ranks();
  found.hosts = timer.hosts();
  found.barrier = timer.barrier().microseconds;
  for (std::size_t bytes = 8; bytes <= largestReduction; bytes *= 8) found.allreduce.push_back(timer.allreduce(bytes));
  for (std::size_t bytes = 8; bytes <= largestPair; bytes *= 8) found.alltoall.push_back(timer.alltoall(bytes));
  if (timer.ranks() == 1) return found;
  for (std::size_t bytes = smallestExchange; bytes <= largestExchange; bytes *= 4) {
    found.exchange.push_back(timer.exchange(bytes));
  }
  for (std::size_t bytes = 1; bytes <= largestMessage; bytes *= 2) found.pingpong.push_back(timer.pingpong(bytes));
  found.link = fitLink(found.pingpong);
  return found;
}

nlohmann::ordered_json toJson(const std::vector<NetworkTime>& times, const char* bytes) {
  auto all = nlohmann::ordered_json::array();
  for (const NetworkTime& time : times) {
    all.push_back({{bytes, static_cast<std::int64_t>(time.bytes)}, {"us", time.microseconds}});
  }
  return all;
}

std::string toJson(const Baseline& found) {
  nlohmann::ordered_json fit;
  if (found.link) {
    fit = {{"latency_us", found.link->latency},
           {"bandwidth_gb_s", found.link->bandwidth},
           {"relative_error", found.link->relativeError}};
  }
  const nlohmann::ordered_json all = {{"ranks", found.ranks},
                                      {"hosts", found.hosts},
                                      {"barrier_us", found.barrier},
                                      {"allreduce", toJson(found.allreduce, "bytes")},
                                      {"alltoall", toJson(found.alltoall, "bytes_per_pair")},
                                      {"exchange", toJson(found.exchange, "bytes_per_rank")},
                                      {"pingpong", toJson(found.pingpong, "bytes")},
                                      {"fit", fit}};
  return all.dump(2);
}

void printTimes(std::string_view title, std::string_view bytes, const std::vector<NetworkTime>& times) {
  fmt::print("\n{}\n{:>16}{:>16}{:>12}\n", title, bytes, "us", "GB/s");
  for (const NetworkTime& time : times) {
    fmt::print("{:>16}{:>16.3f}{:>12.4g}\n", time.bytes, time.microseconds, time.bytes / time.microseconds * 1e-3);
  }
}

void printTable(const Baseline& found) {
  fmt::print("{} ranks on {} hosts; medians of 5 batches\nbarrier {:.3f} us\n", found.ranks, found.hosts,
             found.barrier);
  printTimes("allreduce, sum of doubles", "bytes", found.allreduce);
  printTimes("alltoall", "bytes per pair", found.alltoall);
  if (found.pingpong.empty()) {
    fmt::print("\nexchange and pingpong: need two ranks\n");
    return;
  }
  printTimes("exchange, from each rank to all others at once", "bytes per rank", found.exchange);
  printTimes("pingpong, one way, rank 0 to the last", "bytes", found.pingpong);
  if (found.link) {
    fmt::print("\nfit of pingpong: latency {:.3g} us, bandwidth {:.3g} GB/s; a point is off by {:.0f} %\n",
               found.link->latency, found.link->bandwidth, 100 * found.link->relativeError);
  } else {
    fmt::print("\nno latency and bandwidth fit the pingpong\n");
  }
}

/// **Collective.** Rank 0 prints.
void run(const Options& options) {
  const NetworkTimer timer(options.seconds);
  const double begin = MPI_Wtime();
  const Baseline found = measure(timer);
  const double seconds = MPI_Wtime() - begin;
  if (timer.rank() != 0) return;
  if (options.json) {
    fmt::print("{}\n", toJson(found));
    return;
  }
  printTable(found);
  fmt::print("RESULT app=bench_network ranks={} seconds={:.6f} hosts={} barrier_us={:.3f}\n", found.ranks, seconds,
             found.hosts, found.barrier);
}

std::optional<int> parse(int argc, char** argv, Options& options) {
  CLI::App app(
      "Times MPI's barrier, allreduce, alltoall, an exchange of long messages between all ranks, and messages "
      "between rank 0 and the last rank.");
  app.add_flag("--json", options.json, "print JSON instead of tables");
  app.add_option("--seconds", options.seconds, "about what the measurement of one time may take")
      ->check(CLI::Range(0.0, 60.0))
      ->capture_default_str();
  return program::parseOnAllRanks(app, "bench_network", argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  Options options;
  const std::optional<int> code = parse(argc, argv, options);
  if (!code) run(options);
  MPI_Finalize();
  return code.value_or(0);
}
