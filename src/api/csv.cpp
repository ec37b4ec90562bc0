#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <seltzer/context.hpp>
#include <seltzer/detail/api/csv.hpp>

#include "api/file_listing.hpp"
#include "files/input_window.hpp"

namespace seltzer::detail {

void requireCsvOptions(const CsvOptions& options, std::size_t columns, std::string_view operation,
                       const CallSite& where) {
  try {
    requireUsable(options);
  } catch (const std::invalid_argument& error) {
    throwAt<std::invalid_argument>(operation, where, error.what());
  }
  if (columns != 0 && !options.names.empty() && options.names.size() != columns) {
    throwAt<std::invalid_argument>(
        operation, where,
        fmt::format("there are {} names, and the rows have {} columns", options.names.size(), columns));
  }
}

InputSplits splitTables(Context& context, const std::string& paths, const CsvOptions& options, std::size_t columns,
                        PartitionCount minPartitions, const CallSite& where) {
  requireCsvOptions(options, columns, "csvFile", where);
  const std::size_t atLeast = requirePartitions(minPartitions, context, "csvFile", where);
  auto files = filesOf(context, "csvFile", paths, where);
  if (!options.multiline) return splitByRanges(std::move(files), atLeast, 1, true);
  InputSplits input;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (files[i].size > 0) input.splits.push_back({i, 0, files[i].size});
  }
  input.files = std::move(files);
  return input;
}

std::uint64_t readBufferBytes() {
  return textBufferBytes;
}

}  // namespace seltzer::detail
