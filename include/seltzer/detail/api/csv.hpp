#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <seltzer/csv.hpp>
#include <seltzer/detail/api/files.hpp>
#include <seltzer/detail/api/save.hpp>
#include <seltzer/detail/operators/action/csv_format.hpp>
#include <seltzer/detail/operators/source/csv_rdd.hpp>

namespace seltzer {

namespace detail {

/// Splits tables of rows of `columns` fields, 0: any number. Throws std::invalid_argument for options that do not fit,
/// and UsageError as `listFiles` does; all name operation and call site.
InputSplits splitTables(Context& context, const std::string& paths, const CsvOptions& options, std::size_t columns,
                        PartitionCount minPartitions, const CallSite& where);

/// Throws std::invalid_argument for options that do not fit, with operation and call site.
void requireCsvOptions(const CsvOptions& options, std::size_t columns, std::string_view operation,
                       const CallSite& where);

/// The size of read buffers of RDDs that are created now.
std::uint64_t readBufferBytes();

}  // namespace detail

template <class Row>
RDD<Row> Context::csvFile(const std::string& path, const CsvOptions& options, PartitionCount minPartitions,
                          CallSite where) {
  SELTZER_CHECK(detail::isCsvRow<Row>,
                "csvFile: a row must be a pair, a tuple or a struct of numbers, bool, char, std::string and "
                "std::optional of these, or a std::vector<std::string>") {
    const auto input = detail::splitTables(*this, path, options, detail::csvColumnCount<Row>, minPartitions, where);
    const auto rdd = detail::newSource<detail::CsvRDD<Row>>(*this, "csvFile", where, input.splits.size(), input,
                                                            options, detail::readBufferBytes());
    detail::setInputBytes(*rdd.lineage(), input.splits);
    return rdd.setName(path);
  }
}

template <class T>
SavedFiles RDD<T>::saveAsCsvFile(const std::string& directory, const CsvOptions& options, Codec codec,
                                 CallSite where) const {
  SELTZER_CHECK(detail::isWrittenCsvRow<T>,
                "saveAsCsvFile: the elements are no rows; map them to pairs, tuples or structs of numbers, bool, char, "
                "text and std::optional of these, or to std::vector<std::string>") {
    detail::requireCsvOptions(options, detail::csvColumnCount<T>, "saveAsCsvFile", where);
    return detail::saveJob<detail::CsvFormat<T>>(*this, "saveAsCsvFile", where, directory, codec, options);
  }
}

}  // namespace seltzer
