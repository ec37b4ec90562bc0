#pragma once

#include <map>
#include <string>

#include <seltzer/detail/net/communicator.hpp>
#include <seltzer/task_context.hpp>

namespace seltzer::detail {

/// A rank among those of its host.
struct RankPlace {
  int localRank = 0;
  int localRanks = 1;
};

/// Of this rank. Compares the names of all hosts.
RankPlace placeOf(const Communicator& communicator);

/// A rank's devices, by kind, according to the environment.
std::map<std::string, ResourceInformation> resourcesAt(const RankPlace& place);

}  // namespace seltzer::detail
