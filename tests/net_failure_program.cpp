#include <cstdio>
#include <stdexcept>
#include <string_view>

#include <seltzer/detail/net/communicator.hpp>
#include <seltzer/errors.hpp>

#include "net/environment.hpp"
#include "net/launch_check.hpp"
#include "net/program_identity.hpp"

namespace {

using namespace seltzer::detail;

/// The startup checks of a program; if `odd`, the last rank's registry differs.
void startUp(Communicator& communicator, bool odd) {
  checkNotAlone(communicator);
  const bool isLast = communicator.rank() == communicator.size() - 1;
  checkSameProgram(communicator, programIdentity(odd && isLast ? 8 : 7, 1));
}

/// Makes the last rank fail while the others wait for it.
void fail(Communicator& communicator, std::string_view way) {
  if (way == "abort") communicator.abort(seltzer::exitMemory, "stage 3: no memory left");
  if (way == "abort-after-error") {
    try {
      communicator.send({}, communicator.size(), MessageTag::data);
    } catch (const CommunicatorError& error) {
      communicator.abort(seltzer::exitTask, error.what());
    }
  }
  throw std::invalid_argument("no such way to fail");
}

}  // namespace

/// net_failure_program identity|abort|abort-after-error|none: fails in this way, on several ranks.
int main(int argc, char** argv) {
  Environment environment(argc, argv);
  const std::string_view way = argc > 1 ? argv[1] : "none";
  try {
    Communicator communicator;
    startUp(communicator, way == "identity");
    if (way != "none" && communicator.rank() == communicator.size() - 1) fail(communicator, way);
    communicator.barrier();
    if (communicator.rank() == 0) std::printf("%d ranks are done\n", communicator.size());
    return seltzer::exitDone;
  } catch (const LaunchError& error) {
    if (error.shouldPrint()) std::fprintf(stderr, "%s\n", error.what());
    return seltzer::exitUsage;
  }
}
