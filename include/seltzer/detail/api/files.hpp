#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/api/sources.hpp>
#include <seltzer/detail/operators/source/binary_records_rdd.hpp>
#include <seltzer/detail/operators/source/object_file_rdd.hpp>

namespace seltzer {

namespace detail {

/// Splits files of records of `length` bytes between records, into at least `minPartitions` partitions. Throws
/// std::invalid_argument for a length below 1, and UsageError as `listFiles` does and for a file whose size is not a
/// multiple of `length`; all name operation and call site.
InputSplits splitRecords(Context& context, const std::string& paths, std::int64_t length, PartitionCount minPartitions,
                         const CallSite& where);

/// Notes how much each partition reads, if they differ: the largest begin first then.
void setInputBytes(Lineage& rdd, const std::vector<FileSplit>& splits);

/// The object files that a path lists. Throws UsageError if it matches nothing.
std::vector<std::string> objectFilesOf(const std::string& path, const CallSite& where);

/// An RDD of the names of these files, in a partition each, that is named after `path`.
RDD<std::string> objectFileNames(Context& context, const std::string& path, const std::vector<std::string>& files,
                                 const CallSite& where);

}  // namespace detail

template <class Record>
RDD<Record> Context::binaryRecords(const std::string& path, PartitionCount minPartitions, CallSite where) {
  static_assert(std::is_trivially_copyable_v<Record> && detail::isBitwise<Record>,
                "binaryRecords: the bytes of a record must be its value: give a trivially copyable type without "
                "pointers, views or a `serialize`");
  auto input = detail::splitRecords(*this, path, sizeof(Record), minPartitions, where);
  const std::size_t partitions = input.splits.size();
  return detail::newSource<detail::TypedRecordsRDD<Record>>(*this, "binaryRecords", where, partitions, input);
}

template <class T>
RDD<T> Context::objectFile(const std::string& path, CallSite where) {
  SELTZER_CHECK(isOwned<T>,
                "objectFile: views of a file's elements would outlive them; read std::string, not std::string_view")
  SELTZER_CHECK((detail::travels<T>),
                "objectFile: the elements cannot be read; give their type a Boost.Serialization `serialize` and a "
                "default constructor") {
    const std::vector<std::string> files = detail::objectFilesOf(path, where);
    if (files.empty()) return detail::newSource<detail::EmptyRDD<T>>(*this, "objectFile", where, 0);
    return detail::deriveOneToOne<detail::ObjectFileRDD<T>>(detail::objectFileNames(*this, path, files, where),
                                                            "objectFile", where);
  }
}

}  // namespace seltzer
