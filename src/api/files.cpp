#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <seltzer/context.hpp>
#include <seltzer/detail/api/files.hpp>
#include <seltzer/detail/api/storage.hpp>
#include <seltzer/detail/files/input_files.hpp>
#include <seltzer/detail/files/input_splits.hpp>
#include <seltzer/detail/operators/source/binary_records_rdd.hpp>
#include <seltzer/errors.hpp>
#include <seltzer/rdd.hpp>

#include "api/file_listing.hpp"
#include "files/input_window.hpp"
#include "operators/text_file_rdd.hpp"
#include "operators/whole_files_rdd.hpp"

namespace seltzer {

namespace detail {
namespace {

/// The lines of text files, or the records that end at a delimiter which is not empty.
RDD<std::string_view> textRecords(Context& context, const std::string& path, PartitionCount minPartitions,
                                  const std::string& delimiter, const CallSite& where) {
  const std::size_t atLeast = requirePartitions(minPartitions, context, "textFile", where);
  const auto input = splitByRanges(filesOf(context, "textFile", path, where), atLeast, 1, true);
  const auto rdd = newSource<TextFileRDD>(context, "textFile", where, input.splits.size(), input,
                                          std::uint64_t{textBufferBytes}, delimiter);
  setInputBytes(*rdd.lineage(), input.splits);
  return rdd.setName(path);
}

RDD<std::pair<std::string, std::string>> wholeFiles(Context& context, std::string_view operation,
                                                    const std::string& paths, PartitionCount minPartitions,
                                                    bool decompressed, const CallSite& where) {
  const std::size_t parts = requirePartitions(minPartitions, context, operation, where);
  const auto files = filesOf(context, operation, paths, where);
  const auto ends = packWhole(files, parts);
  const auto rdd = newSource<WholeFilesRDD>(context, operation, where, ends.size(), files, ends, decompressed);
  std::vector<std::uint64_t> bytes;
  for (std::size_t file = 0; const std::uint64_t end : ends) {
    bytes.push_back(0);
    for (; file < end; ++file) bytes.back() += files[file].size;
  }
  setInputBytes(*rdd.lineage(), std::move(bytes));
  return rdd.setName(paths);
}

}  // namespace

InputSplits splitRecords(Context& context, const std::string& paths, std::int64_t length, PartitionCount minPartitions,
                         const CallSite& where) {
  const std::string_view operation = "binaryRecords";
  if (length < 1) {
    throw std::invalid_argument(
        fmt::format("{}the length of a record must be at least 1, and is {}", messagePrefix(operation, where), length));
  }
  const std::size_t atLeast = requirePartitions(minPartitions, context, operation, where);
  auto files = filesOf(context, operation, paths, where);
  const auto bytes = static_cast<std::uint64_t>(length);
  for (const InputFile& file : files) {
    if (file.size % bytes == 0) continue;
    throw UsageError(fmt::format("{}{} has {} bytes, which is not a multiple of the record's {}",
                                 messagePrefix(operation, where), file.path, file.size, length));
  }
  return splitByRanges(std::move(files), atLeast, bytes, false);
}

std::vector<std::string> objectFilesOf(const std::string& path, const CallSite& where) {
  try {
    std::vector<std::string> paths;
    for (InputFile& file : listFiles(path)) paths.push_back(std::move(file.path));
    return paths;
  } catch (const UsageError& error) {
    throw UsageError(messagePrefix("objectFile", where) + error.what());
  }
}

RDD<std::string> objectFileNames(Context& context, const std::string& path, const std::vector<std::string>& files,
                                 const CallSite& where) {
  const auto names = newSource<ParallelCollectionRDD<std::string>>(context, "objectFile", where, files.size());
  names.lineage()->source = encodeSlices<std::string>(files, files.size(), files.size());
  return names.setName(path);
}

}  // namespace detail

RDD<std::string_view> Context::textFile(const std::string& path, PartitionCount minPartitions, CallSite where) {
  return detail::textRecords(*this, path, minPartitions, {}, where);
}

RDD<std::string_view> Context::textFile(const std::string& path, PartitionCount minPartitions,
                                        const std::string& delimiter, CallSite where) {
  if (delimiter.empty()) {
    throw std::invalid_argument(
        fmt::format("{}the delimiter is empty; leave it out to read lines, or give the bytes that end a record",
                    detail::messagePrefix("textFile", where)));
  }
  return detail::textRecords(*this, path, minPartitions, delimiter, where);
}

RDD<std::pair<std::string, std::string>> Context::wholeTextFiles(const std::string& path, PartitionCount minPartitions,
                                                                 CallSite where) {
  return detail::wholeFiles(*this, "wholeTextFiles", path, minPartitions, true, where);
}

RDD<std::pair<std::string, std::string>> Context::binaryFiles(const std::string& path, PartitionCount minPartitions,
                                                              CallSite where) {
  return detail::wholeFiles(*this, "binaryFiles", path, minPartitions, false, where);
}

RDD<std::string_view> Context::binaryRecords(const std::string& path, std::int64_t length, PartitionCount minPartitions,
                                             CallSite where) {
  const auto input = detail::splitRecords(*this, path, length, minPartitions, where);
  return detail::newSource<detail::BinaryRecordsRDD>(*this, "binaryRecords", where, input.splits.size(), input,
                                                     static_cast<std::uint64_t>(length));
}

}  // namespace seltzer
