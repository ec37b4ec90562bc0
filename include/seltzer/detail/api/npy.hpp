#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <seltzer/detail/api/actions.hpp>
#include <seltzer/detail/api/files.hpp>
#include <seltzer/detail/api/save.hpp>
#include <seltzer/detail/api/sources.hpp>
#include <seltzer/detail/operators/action/npy_save_action.hpp>
#include <seltzer/detail/operators/source/npy_rdd.hpp>

namespace seltzer {

namespace detail {

/// The elements that a program reads: NpyRow at run time.
struct NpyElements {
  NpyType type;
  std::size_t dimensions = 1;
  std::uint64_t columns = 1;  ///< 0: any number
};
template <class T>
inline constexpr NpyElements npyElementsOf{NpyType::of<NpyNumber<T>>(), NpyRow<T>::dimensions, NpyRow<T>::columns};

/// Reads the headers of arrays and splits these between rows, into at least `minPartitions` partitions. Throws
/// UsageError as `listFiles` and `readNpyHeader` do, and for an array of other elements; all name operation and call
/// site.
NpyInput splitNpyArrays(Context& context, const std::string& paths, const NpyElements& elements,
                        PartitionCount minPartitions, const CallSite& where);

/// A new file for the array. Throws UsageError or OutputError with the operation and its call site.
SharedFile createNpyFile(const std::string& path, const CallSite& where);

/// Writes the header, and sets the layout's `dataOffset`. Throws OutputError with the operation and its call site.
void writeNpyHeader(const SharedFile& file, const NpyElements& elements, NpyLayout& layout, const CallSite& where);

/// Gives the file its name. Throws UsageError or OutputError with the operation and its call site.
void commitNpyFile(const SharedFile& file, const CallSite& where);

/// The shape of an array of which each partition has these rows. Throws TaskError if their lengths differ.
NpyLayout npyLayoutOf(const std::vector<NpyPartitionShape>& shapes, std::uint64_t columns, const CallSite& where);

/// Counts the rows of each partition, without computing those whose size is known.
template <class T>
NpyLayout npyLayoutOf(const RDD<T>& rdd, const CallSite& where) {
  std::vector<NpyPartitionShape> shapes;
  if constexpr (NpyRow<T>::columns > 0) {
    for (const std::int64_t rows : countPartitions(rdd, rdd.getNumPartitions(), "saveAsNpyFile", where)) {
      shapes.push_back({static_cast<std::uint64_t>(rows), NpyRow<T>::columns});
    }
  } else {
    shapes = partitionJob(rdd, "saveAsNpyFile", where, NpyPartitionShapeOf());
  }
  return npyLayoutOf(shapes, NpyRow<T>::columns, where);
}

/// Saves an array as one file.
/// 1. The driver creates the file under a temporary name, before anything else.
/// 2. A job counts the rows of each partition, which tells where each has its place.
/// 3. The driver writes the header, and the tasks of a second job their rows.
/// 4. The driver gives the file its name.
template <class T>
SavedFiles saveNpyJob(const RDD<T>& rdd, const std::string& path, const CallSite& where) {
  JobService& jobs = rdd.context().jobs();
  jobs.requireIdle("saveAsNpyFile", where);
  const SharedFile file = createNpyFile(path, where);
  try {
    NpyLayout layout = npyLayoutOf(rdd, where);
    writeNpyHeader(file, npyElementsOf<T>, layout, where);
    SavedFiles saved = jobs.run(requestOf<NpySaveAction<T>>(rdd, "saveAsNpyFile", where, file, layout),
                                [](const JobResult& result) { return savedFilesOf(result); });
    commitNpyFile(file, where);
    return saved;
  } catch (...) {
    file.discard();
    throw;
  }
}

}  // namespace detail

template <class T>
RDD<T> Context::npyFile(const std::string& path, PartitionCount minPartitions, CallSite where) {
  SELTZER_CHECK(detail::isNpyRow<T>,
                "npyFile: no array has such elements; read bool, integers, float, double or std::complex of these, or "
                "rows of them as std::array or std::vector") {
    const auto arrays = detail::splitNpyArrays(*this, path, detail::npyElementsOf<T>, minPartitions, where);
    const auto rdd = detail::newSource<detail::NpyRDD<T>>(*this, "npyFile", where, arrays.input.splits.size(), arrays);
    detail::setInputBytes(*rdd.lineage(), arrays.input.splits);
    return rdd.setName(path);
  }
}

template <class T>
SavedFiles RDD<T>::saveAsNpyFile(const std::string& file, CallSite where) const {
  SELTZER_CHECK(detail::isNpyRow<T>,
                "saveAsNpyFile: no array has such elements; map them to bool, integers, float, double or std::complex "
                "of these, or to rows of them as std::array or std::vector")
  return detail::saveNpyJob(*this, file, where);
}

}  // namespace seltzer
