#include "worker/rank_place.hpp"

#include <cstddef>
#include <cstdlib>
#include <utility>
#include <vector>

#include "worker/devices.hpp"

namespace seltzer::detail {

RankPlace placeOf(const Communicator& communicator) {
  RankPlace place{0, 0};
  for (int rank = 0; rank < communicator.size(); ++rank) {
    if (communicator.hostOf(rank) != communicator.host()) continue;
    ++place.localRanks;
    if (rank < communicator.rank()) ++place.localRank;
  }
  return place;
}

std::map<std::string, ResourceInformation> resourcesAt(const RankPlace& place) {
  const auto environment = [](const char* name) -> const char* { return std::getenv(name); };
  std::vector<std::string> devices =
      devicesOfRank(visibleDevices(environment), static_cast<std::size_t>(place.localRank),
                    static_cast<std::size_t>(place.localRanks));
  std::map<std::string, ResourceInformation> resources;
  if (!devices.empty()) resources["gpu"] = {"gpu", std::move(devices)};
  return resources;
}

}  // namespace seltzer::detail
