#pragma once

#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include <seltzer/seltzer.hpp>

#include "failure_jobs.hpp"

// Values that fail to serialize, and the jobs that send them.

namespace seltzer::test {

/// Throws when it is saved if its number is negative.
struct Shy {
  std::int64_t number = 0;
  std::string text;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    if constexpr (Archive::is_saving::value) {
      if (number < 0) throw std::runtime_error("too shy to travel");
    }
    archive& number& text;
  }
};

inline RDD<Shy> shyOn(Context& sc, int victim) {
  return numbers(sc).map([victim](std::int64_t x) {
    return Shy{rankHere() == victim && x % perPartition == 7 ? -1 : x, "text"};
  });
}

inline void saveThrows(Context& sc, int victim) {
  const auto error = expectError<TaskError>([&] { shyOn(sc, victim).collect(); });
  require(error.failure().rank == victim, "the rank");
  expectError<std::runtime_error>([&] { sc.parallelize(std::vector<Shy>{Shy{1, ""}, Shy{-1, ""}}, 2).count(); });
  expectError<std::runtime_error>([&] { sc.broadcast(Shy{-1, ""}); });
  requireUsable(sc);
}

/// A stored partition that cannot be sent to the rank that needs it.
inline void moveThrows(Context& sc, int victim) {
  const auto kept = shyOn(sc, victim);
  kept.cache();
  require(kept.count() == 2 * perPartition * sc.ranks(), "what need not travel is counted");
  const std::int64_t ranks = sc.ranks();
  const auto error = expectError<TaskError>([&] { sc.range(0, ranks, 1, ranks).cartesian(kept).count(); });
  require(error.failure().rank == victim && error.failure().operation == "map", "rank and operation");
  require(kept.count() == 2 * perPartition * sc.ranks(), "what is stored is still there");
  requireUsable(sc);
}

/// A function that cannot be loaded on the victim.
struct Unloadable {
  int victim = -1;
  std::string text;

  std::int64_t operator()(std::int64_t x) const { return x; }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& victim& text;
    if constexpr (Archive::is_loading::value) {
      if (rankHere() != victim) return;
      if (text == "memory") throw std::bad_alloc();
      if (text == "foreign") throw 42;
      throw std::runtime_error("cannot be loaded");
    }
  }
};

inline void loadThrows(Context& sc, int victim) {
  for (const char* text : {"text", "foreign"}) {
    const auto error = expectError<TaskError>([&] { numbers(sc).map(Unloadable{victim, text}).count(); });
    require(error.failure().rank == victim && error.failure().operation == "map", "rank and operation");
    require(error.failure().attempts == sc.config().maxTaskFailures, "it was tried again");
  }
  requireUsable(sc);
}

inline void loadMemory(Context& sc, int victim) {
  numbers(sc).map(Unloadable{victim, "memory"}).count();
}

/// Saving it on the victim needs too much memory.
struct Large {
  std::int64_t number = 0;
  int victim = -1;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    if constexpr (Archive::is_saving::value) {
      if (rankHere() == victim) throw std::bad_alloc();
    }
    archive& number& victim;
  }
};

/// Fails in the exchange, between a shuffle's map and reduce tasks.
inline void exchangeMemory(Context& sc, int victim) {
  numbers(sc).map([victim](std::int64_t x) { return Large{x, victim}; }).repartition(2).count();
}

struct Explosive {
  int armed = 0;
  ~Explosive() {
    if (armed != 0) boom();
  }
};

inline void destructorThrows(Context& sc, int victim) {
  actingOn(sc, victim, [] { const Explosive explosive{1}; }).count();
}

}  // namespace seltzer::test
