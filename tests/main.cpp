#include <gtest/gtest.h>

#include <seltzer/seltzer.hpp>

/// Rank 0 runs GoogleTest as its driver function, and all ranks serve it; tests use Context::current().
int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context&) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
  });
}
