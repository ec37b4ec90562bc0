#include <stdexcept>

#include <fmt/format.h>

#include <seltzer/detail/api/save.hpp>
#include <seltzer/errors.hpp>

namespace seltzer::detail {

OutputDirectory createDirectory(std::string_view operation, const CallSite& where, const std::string& path) {
  try {
    return OutputDirectory::create(path);
  } catch (const UsageError& error) {
    throw UsageError(messagePrefix(operation, where) + error.what());
  } catch (const OutputError& error) {
    throw OutputError(error.code(), messagePrefix(operation, where) + error.doing());
  }
}

void markSuccess(std::string_view operation, const CallSite& where, const OutputDirectory& directory) {
  try {
    directory.markSuccess();
  } catch (const OutputError& error) {
    throw OutputError(error.code(), messagePrefix(operation, where) + error.doing());
  }
}

SavedFiles savedFilesOf(const JobResult& result) {
  SavedFiles saved;
  std::uint64_t recordBytes = 0;
  for (std::size_t i = 0; i < result.size(); ++i) {
    const auto report = fromWire<SavedPartReport>(result[i]);
    saved.parts.push_back(report.part);
    if (recordBytes == 0) recordBytes = report.recordBytes;
    result.asTask(i, [&] {
      if (report.recordBytes == 0 || report.recordBytes == recordBytes) return;
      throw std::invalid_argument(
          fmt::format("binary records must have one length: those of this partition have {} "
                      "bytes, those of a partition before it {}",
                      report.recordBytes, recordBytes));
    });
  }
  return saved;
}

}  // namespace seltzer::detail
