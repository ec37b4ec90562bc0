#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "fixture.hpp"
#include "scratch_folder.hpp"

namespace seltzer::test {

using Numbers = std::vector<std::int64_t>;
using Pair = std::pair<std::int64_t, std::int64_t>;

/// Tests with a folder for checkpoints.
class Checkpoint : public testing::Test {
 protected:
  Checkpoint() { context().setCheckpointDir(folder_ / ""); }

  /// Makes the context see the directory as another run of the program would.
  void startAgain() {
    context().setCheckpointDir(other_ / "");
    context().setCheckpointDir(folder_ / "");
  }

  /// An RDD of 0, 3, 6, ..., 3 (n - 1), and how many of them were computed.
  struct Counted {
    explicit Counted(std::int64_t n, std::int64_t partitions)
        : calls(context().accumulator(std::int64_t{0})),
          rdd(context().range(0, n, 1, partitions).map([added = calls](std::int64_t x) {
            added.add(1);
            return x * 3;
          })) {
      for (std::int64_t i = 0; i < n; ++i) elements.push_back(i * 3);
    }
    Accumulator<std::int64_t> calls;
    RDD<std::int64_t> rdd;
    Numbers elements;
  };

  ScratchFolder folder_;
  ScratchFolder other_;
};

}  // namespace seltzer::test
