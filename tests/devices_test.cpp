#include "worker/devices.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace seltzer::detail {
namespace {

using Names = std::vector<std::string>;

Names devicesIn(const std::map<std::string, std::string>& environment) {
  return visibleDevices([&environment](const char* name) -> const char* {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second.c_str();
  });
}

TEST(Devices, AreNamedByTheFirstVariableThatIsSet) {
  EXPECT_EQ(devicesIn({}), Names());
  EXPECT_EQ(devicesIn({{"PATH", "0,1"}}), Names());
  const Names variables = {"CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL", "SLURM_STEP_GPUS",
                           "SLURM_JOB_GPUS"};
  std::map<std::string, std::string> environment;
  for (std::size_t i = variables.size(); i-- > 0;) {
    environment[variables[i]] = "7," + std::to_string(i);
    EXPECT_EQ(devicesIn(environment), Names({"7", std::to_string(i)})) << variables[i];
  }
  environment["CUDA_VISIBLE_DEVICES"] = "";
  EXPECT_EQ(devicesIn(environment), Names()) << "hidden, whatever the others say";
}

TEST(Devices, AreNumbersRangesOrUUIDs) {
  const auto cuda = [](const std::string& text) { return devicesIn({{"CUDA_VISIBLE_DEVICES", text}}); };
  EXPECT_EQ(cuda("3"), Names({"3"}));
  EXPECT_EQ(cuda(" 2, 0 ,1"), Names({"2", "0", "1"})) << "in the order of the list";
  EXPECT_EQ(cuda("1,1,0,1"), Names({"1", "0"}));
  EXPECT_EQ(cuda("0-2,5"), Names({"0", "1", "2", "5"}));
  EXPECT_EQ(cuda("0-2,1-3"), Names({"0", "1", "2", "3"}));
  EXPECT_EQ(cuda("GPU-8932f937-d72c,MIG-GPU-8932f937/1/0"), Names({"GPU-8932f937-d72c", "MIG-GPU-8932f937/1/0"}));
  EXPECT_EQ(cuda("3-1"), Names({"3-1"})) << "no range: as it is";
  EXPECT_EQ(cuda("0-4294967295"), Names({"0-4294967295"})) << "likewise";
  EXPECT_EQ(cuda("0,-1,1"), Names({"0"}));
  EXPECT_EQ(cuda("-1"), Names());
  EXPECT_EQ(cuda("NoDevFiles"), Names());
  EXPECT_EQ(cuda(",,"), Names());
}

TEST(Devices, EveryRankHasOneAndNoDeviceIsLeftOver) {
  EXPECT_EQ(devicesOfRank({}, 0, 1), Names());
  EXPECT_EQ(devicesOfRank({}, 2, 3), Names());
  EXPECT_EQ(devicesOfRank({"a", "b", "c", "d", "e"}, 0, 2), Names({"a", "c", "e"}));
  EXPECT_EQ(devicesOfRank({"a", "b", "c", "d", "e"}, 1, 2), Names({"b", "d"}));
  EXPECT_EQ(devicesOfRank({"a", "b"}, 4, 5), Names({"a"}));
  for (std::size_t count = 1; count < 9; ++count) {
    Names devices;
    for (std::size_t i = 0; i < count; ++i) devices.push_back("device " + std::to_string(i));
    for (std::size_t ranks = 1; ranks < 9; ++ranks) {
      std::map<std::string, std::size_t> owners;
      for (std::size_t rank = 0; rank < ranks; ++rank) {
        const Names mine = devicesOfRank(devices, rank, ranks);
        EXPECT_GE(mine.size(), 1U);
        EXPECT_LE(mine.size(), (count + ranks - 1) / ranks);
        for (const std::string& device : mine) ++owners[device];
      }
      EXPECT_EQ(owners.size(), count);
      for (const auto& [device, shared] : owners) {
        EXPECT_LE(shared, (ranks + count - 1) / count) << device << " of " << count << " on " << ranks << " ranks";
      }
    }
  }
}

}  // namespace
}  // namespace seltzer::detail
