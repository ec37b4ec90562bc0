#include "worker/devices.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <boost/algorithm/string/trim.hpp>

namespace seltzer::detail {
namespace {

constexpr std::array<const char*, 5> variables = {"CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL",
                                                  "SLURM_STEP_GPUS", "SLURM_JOB_GPUS"};

/// A range of more devices than this is none.
constexpr unsigned mostInRange = 1024;

std::optional<unsigned> numberOf(std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool isNumber = error == std::errc() && end == text.data() + text.size();
  return isNumber ? std::optional(number) : std::nullopt;
}

void addOnce(std::vector<std::string>& devices, std::string device) {
  if (std::ranges::find(devices, device) == devices.end()) devices.push_back(std::move(device));
}

/// Adds the devices that an item of a list names: `3`, a UUID, or the range `0-3`.
void addItem(std::vector<std::string>& devices, const std::string& item) {
  const std::size_t dash = item.find('-');
  const auto first = numberOf(std::string_view(item).substr(0, dash));
  const auto last = dash == std::string::npos ? first : numberOf(std::string_view(item).substr(dash + 1));
  const bool isRange = first && last && *first <= *last && *last - *first < mostInRange;
  if (!isRange) return addOnce(devices, item);
  for (unsigned i = *first; i <= *last; ++i) addOnce(devices, std::to_string(i));
}

}  // namespace

std::vector<std::string> visibleDevices(const std::function<const char*(const char* name)>& environment) {
  std::vector<std::string> devices;
  for (const char* variable : variables) {
    const char* const text = environment(variable);
    if (text == nullptr) continue;
    std::vector<std::string> items;
    boost::split(items, text, boost::is_any_of(","));
    for (std::string& item : items) {
      boost::trim(item);
      if (item == "-1" || item == "NoDevFiles") break;
      if (!item.empty()) addItem(devices, item);
    }
    break;
  }
  return devices;
}

std::vector<std::string> devicesOfRank(const std::vector<std::string>& devices, std::size_t localRank,
                                       std::size_t localRanks) {
  if (devices.empty()) return {};
  std::vector<std::string> mine;
  for (std::size_t i = localRank; i < devices.size(); i += localRanks) mine.push_back(devices[i]);
  if (mine.empty()) mine.push_back(devices[localRank % devices.size()]);
  return mine;
}

}  // namespace seltzer::detail
