#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <seltzer/detail/api/csv.hpp>
#include <seltzer/detail/api/files.hpp>
#include <seltzer/detail/api/save.hpp>
#include <seltzer/detail/operators/action/json_format.hpp>
#include <seltzer/detail/operators/source/json_rdd.hpp>

namespace seltzer {

namespace detail {

/// Throws std::invalid_argument, with operation and call site, if there are more or fewer keys than `columns`, or the
/// same twice.
void requireKeys(const std::vector<std::string>& keys, std::size_t columns, std::string_view operation,
                 const CallSite& where);

/// Splits files of JSON lines. Throws UsageError as `listFiles` does, with operation and call site.
InputSplits splitJsonLines(Context& context, const std::string& paths, PartitionCount minPartitions,
                           const CallSite& where);

}  // namespace detail

template <class Row>
RDD<Row> Context::jsonFile(const std::string& path, const std::vector<std::string>& keys, PartitionCount minPartitions,
                           CallSite where) {
  SELTZER_CHECK(detail::isJsonRow<Row>,
                "jsonFile: a row must be a pair, a tuple or a struct of numbers, bool, char, std::string, and "
                "std::optional and std::vector of these") {
    detail::requireKeys(keys, detail::csvColumnCount<Row>, "jsonFile", where);
    const auto input = detail::splitJsonLines(*this, path, minPartitions, where);
    const auto rdd = detail::newSource<detail::JsonRDD<Row>>(*this, "jsonFile", where, input.splits.size(), input, keys,
                                                             detail::readBufferBytes());
    detail::setInputBytes(*rdd.lineage(), input.splits);
    return rdd.setName(path);
  }
}

template <class T>
SavedFiles RDD<T>::saveAsJsonFile(const std::string& directory, const std::vector<std::string>& keys, Codec codec,
                                  CallSite where) const {
  SELTZER_CHECK(
      detail::isWrittenJsonRow<T>,
      "saveAsJsonFile: the elements are no rows; map them to pairs, tuples or structs of numbers, bool, char, "
      "text, and std::optional and std::vector of these") {
    detail::requireKeys(keys, detail::csvColumnCount<T>, "saveAsJsonFile", where);
    return detail::saveJob<detail::JsonFormat<T>>(*this, "saveAsJsonFile", where, directory, codec, keys);
  }
}

}  // namespace seltzer
