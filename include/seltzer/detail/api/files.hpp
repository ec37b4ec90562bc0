#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <seltzer/detail/api/derive.hpp>
#include <seltzer/detail/operators/source/binary_records_rdd.hpp>

namespace seltzer {

namespace detail {

/// Splits files of records of `length` bytes between records, into at least `minPartitions` partitions. Throws
/// std::invalid_argument for a length below 1, and UsageError as `listFiles` does and for a file whose size is not a
/// multiple of `length`; all name operation and call site.
InputSplits splitRecords(Context& context, const std::string& paths, std::int64_t length, PartitionCount minPartitions,
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

}  // namespace seltzer
