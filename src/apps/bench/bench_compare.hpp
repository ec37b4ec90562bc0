/// Times two ways to do the same work in one process, in turn, several times.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

namespace bench {

inline double secondsOf(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

struct Comparison {
  double engine = 0;  ///< median, seconds
  double other = 0;   ///< median, seconds
  double ratio = 0;   ///< median of the ratios
};

/// `engine` and `other` return the seconds that they took. Each has one warm-up run.
inline Comparison compare(int repeats, const std::function<double()>& engine, const std::function<double()>& other) {
  std::vector<double> mine, others, ratios;
  engine();
  other();
  for (int i = 0; i < repeats; ++i) {
    mine.push_back(engine());
    others.push_back(other());
    ratios.push_back(mine.back() / others.back());
  }
  return {median(mine), median(others), median(ratios)};
}

inline void print(std::string_view what, std::string_view against, const Comparison& result, std::string_view target) {
  fmt::print("{:<44}{:<32}{:>12.4g} s{:>12.4g} s{:>9.3g}  {}\n", what, against, result.engine, result.other,
             result.ratio, target);
  std::cout << std::flush;
}

/// Prints what the figures depend on: processor, MPI library, compiler, commit and date.
inline void printMachine(seltzer::Context& sc) {
  const seltzer::RunContext run = sc.stats().context;
  std::string processor = "unknown processor";
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    if (line.starts_with("model name")) processor = line.substr(line.find(':') + 2);
  }
  fmt::print("{}; {} cores; {}; {} {}; commit {}; {}\n", processor, std::thread::hardware_concurrency(), run.mpiLibrary,
             run.compiler, run.flags, run.commit, run.date);
}

}  // namespace bench
