#pragma once

#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>

#include <seltzer/seltzer.hpp>

#include "worker/executor.hpp"

namespace seltzer::test {

constexpr std::int64_t perPartition = 100;

/// This process's rank, at any point of a job.
inline int rankHere() {
  return detail::Executor::current()->communicator().rank();
}

/// Two partitions per rank, of 100 numbers each.
inline RDD<std::int64_t> numbers(Context& sc, CallSite where = CallSite::current()) {
  const std::int64_t partitions = 2 * sc.ranks();
  return sc.range(0, perPartition * partitions, 1, partitions, where);
}

inline std::int64_t sumOfNumbers(Context& sc) {
  const std::int64_t count = 2 * perPartition * sc.ranks();
  return count * (count - 1) / 2;
}

/// `numbers`; computing them makes the victim call `act` in the middle of a partition.
template <class Act>
RDD<std::int64_t> actingOn(Context& sc, int victim, Act act, CallSite where = CallSite::current()) {
  return numbers(sc).map(
      [victim, act](std::int64_t x) {
        if (rankHere() == victim && x % perPartition == perPartition / 2) act();
        return x;
      },
      where);
}

inline void require(bool holds, const std::string& what) {
  if (!holds) throw std::logic_error("does not hold: " + what);
}

/// Checks that the context still runs jobs correctly.
inline void requireUsable(Context& sc) {
  require(numbers(sc).sum() == sumOfNumbers(sc), "the next job is right");
  require(numbers(sc).map([](std::int64_t x) { return std::to_string(x); }).collect().back() ==
              std::to_string(2 * perPartition * sc.ranks() - 1),
          "the next collect is right");
  std::puts("the next job works");
}

/// Runs `job`, which must throw an Error, and prints its message.
template <class Error, class Job>
Error expectError(Job&& job) {
  try {
    job();
  } catch (const Error& error) {
    std::printf("caught: %s\n", error.what());
    return error;
  }
  throw std::logic_error("does not hold: the job throws");
}

[[noreturn]] inline void boom() {
  throw std::runtime_error("boom");
}

}  // namespace seltzer::test
