#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace seltzer::detail {

/// The devices that the environment names, by number or UUID; `environment` is as std::getenv. The first variable that
/// is set decides, of CUDA_VISIBLE_DEVICES, ROCR_VISIBLE_DEVICES, GPU_DEVICE_ORDINAL, SLURM_STEP_GPUS and
/// SLURM_JOB_GPUS; if it is empty, there are none. -1, as in CUDA, and NoDevFiles, which Slurm writes, end the list.
/// 0-3 is a range. A device that is named twice counts once.
std::vector<std::string> visibleDevices(const std::function<const char*(const char* name)>& environment);

/// The devices of a rank, of those of its host: of n, local rank l of L has l, l + L, l + 2 L, ..., and device l mod n
/// if n < L.
std::vector<std::string> devicesOfRank(const std::vector<std::string>& devices, std::size_t localRank,
                                       std::size_t localRanks);

}  // namespace seltzer::detail
