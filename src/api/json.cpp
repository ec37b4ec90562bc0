#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include <seltzer/context.hpp>
#include <seltzer/detail/api/json.hpp>

#include "api/file_listing.hpp"

namespace seltzer::detail {

void requireKeys(const std::vector<std::string>& keys, std::size_t columns, std::string_view operation,
                 const CallSite& where) {
  if (keys.size() != columns) {
    throwAt<std::invalid_argument>(
        operation, where, fmt::format("there are {} keys, and the rows have {} columns", keys.size(), columns));
  }
  for (auto key = keys.begin(); key != keys.end(); ++key) {
    if (std::find(keys.begin(), key, *key) != key) {
      throwAt<std::invalid_argument>(operation, where, fmt::format("the key \"{}\" is there twice", *key));
    }
  }
}

InputSplits splitJsonLines(Context& context, const std::string& paths, PartitionCount minPartitions,
                           const CallSite& where) {
  const std::size_t atLeast = requirePartitions(minPartitions, context, "jsonFile", where);
  return splitByRanges(filesOf(context, "jsonFile", paths, where), atLeast, 1, true);
}

}  // namespace seltzer::detail
