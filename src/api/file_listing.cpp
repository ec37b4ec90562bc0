#include "api/file_listing.hpp"

#include <algorithm>
#include <utility>

#include <seltzer/detail/api/derive.hpp>
#include <seltzer/detail/api/files.hpp>
#include <seltzer/errors.hpp>

namespace seltzer::detail {

std::vector<InputFile> filesOf(Context& context, std::string_view operation, const std::string& paths,
                               const CallSite& where) {
  try {
    return context.jobs().account(operation, where, Phase::plan, [&] { return listFiles(paths); });
  } catch (const UsageError& error) {
    throw UsageError(messagePrefix(operation, where) + error.what());
  }
}

void setInputBytes(Lineage& rdd, std::vector<std::uint64_t> bytes) {
  if (bytes.empty()) return;
  const auto [least, most] = std::ranges::minmax(bytes);
  if (most - least > most / 4) rdd.inputBytes = std::move(bytes);
}

void setInputBytes(Lineage& rdd, const std::vector<FileSplit>& splits) {
  std::vector<std::uint64_t> bytes;
  bytes.reserve(splits.size());
  for (const FileSplit& split : splits) bytes.push_back(split.end - split.begin);
  setInputBytes(rdd, std::move(bytes));
}

}  // namespace seltzer::detail
