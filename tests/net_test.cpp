#include <charconv>
#include <cstdio>
#include <cstring>

#include <gtest/gtest.h>

#include <seltzer/detail/net/communicator.hpp>

#include "net/environment.hpp"
#include "net/launch_check.hpp"
#include "net_fixture.hpp"

namespace seltzer::detail {

namespace {

Communicator* theWorld = nullptr;

/// Reads `--message-limit=N`; false on any other argument.
bool readArguments(int argc, char** argv, Communicator& communicator) {
  constexpr std::string_view option = "--message-limit=";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    std::size_t limit = 0;
    if (!argument.starts_with(option)) return false;
    const auto [end, error] =
        std::from_chars(argument.data() + option.size(), argument.data() + argument.size(), limit);
    if (error != std::errc() || *end != '\0') return false;
    communicator.setMessageLimit(limit);
  }
  return true;
}

}  // namespace

Communicator& world() {
  return *theWorld;
}

}  // namespace seltzer::detail

int main(int argc, char** argv) {
  using namespace seltzer::detail;
  Environment environment(argc, argv);
  Communicator communicator;
  checkNotAlone(communicator);
  theWorld = &communicator;
  testing::InitGoogleTest(&argc, argv);
  if (!readArguments(argc, argv, communicator)) {
    std::fprintf(stderr, "usage: net_test [--message-limit=N] [--gtest_...]\n");
    return 2;
  }
  if (communicator.rank() != 0) {
    auto& listeners = testing::UnitTest::GetInstance()->listeners();
    delete listeners.Release(listeners.default_result_printer());
  }
  const bool passed = RUN_ALL_TESTS() == 0;
  return communicator.agree(passed) ? 0 : 1;
}
