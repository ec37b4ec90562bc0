#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <seltzer/detail/api/actions.hpp>
#include <seltzer/detail/api/derive.hpp>
#include <seltzer/detail/api/sources.hpp>
#include <seltzer/detail/api/storage.hpp>
#include <seltzer/detail/operators/action/save_action.hpp>
#include <seltzer/detail/operators/action/save_action_formats.hpp>
#include <seltzer/detail/operators/narrow/piped_rdd.hpp>
#include <seltzer/detail/operators/source/object_file_rdd.hpp>

namespace seltzer {

namespace detail {

/// A new directory for a saving action. Throws UsageError or OutputError with the operation and its call site.
OutputDirectory createDirectory(std::string_view operation, const CallSite& where, const std::string& path);

/// Creates the directory's `_SUCCESS`. Throws OutputError with the operation and its call site.
void markSuccess(std::string_view operation, const CallSite& where, const OutputDirectory& directory);

/// What the tasks wrote. Throws TaskError if the records of two partitions differ in size.
SavedFiles savedFilesOf(const JobResult& result);

/// The object files that a path lists. Throws UsageError if it matches nothing.
std::vector<std::string> objectFilesOf(const std::string& path, const CallSite& where);

/// Throws std::invalid_argument for a command or an environment variable that cannot be passed to a process.
void requireCommand(const std::string& command, const std::map<std::string, std::string>& environment,
                    const CallSite& where);

template <class T>
inline constexpr bool savesAsRecords = isRecord<T> || TextLike<T>;

/// Saves each partition in a format, as part files of a new directory: the body of all saving actions.
/// 1. The driver creates the directory, before anything else.
/// 2. Every task writes its file in `_temporary` and renames it.
/// 3. The driver removes `_temporary`, and then, if all succeeded, creates `_SUCCESS`.
template <class Format, class T>
SavedFiles saveJob(const RDD<T>& rdd, std::string_view operation, const CallSite& where, const std::string& path,
                   Codec codec) {
  using Save = SaveAction<T, Format>;
  JobService& jobs = rdd.context().jobs();
  jobs.requireIdle(operation, where);
  const OutputDirectory directory = createDirectory(operation, where, path);
  try {
    SavedFiles saved = jobs.run(requestOf<Save>(rdd, operation, where, directory, codec),
                                [](const JobResult& result) { return savedFilesOf(result); });
    directory.removeTemporary();
    markSuccess(operation, where, directory);
    return saved;
  } catch (...) {
    directory.removeTemporary();
    throw;
  }
}

}  // namespace detail

template <class T>
SavedFiles RDD<T>::saveAsTextFile(const std::string& directory, Codec codec, CallSite where) const {
  SELTZER_CHECK(detail::hasText<T>(),
                "saveAsTextFile: the elements cannot be written as text; give their type an operator<<, or map them to "
                "strings")
  return detail::saveJob<detail::TextFormat<T>>(*this, "saveAsTextFile", where, directory, codec);
}

template <class T>
SavedFiles RDD<T>::saveAsBinaryRecords(const std::string& directory, CallSite where) const {
  SELTZER_CHECK((detail::savesAsRecords<T>),
                "saveAsBinaryRecords: the elements are no records of one size; map them to a trivially copyable type "
                "without addresses, or to strings of one length")
  return detail::saveJob<detail::BinaryFormat<T>>(*this, "saveAsBinaryRecords", where, directory, Codec::none);
}

template <class T>
SavedFiles RDD<T>::saveAsObjectFile(const std::string& directory, CallSite where) const {
  SELTZER_CHECK(detail::isWireable<T>,
                "saveAsObjectFile: the elements cannot be written; give their type a Boost.Serialization `serialize`")
  return detail::saveJob<detail::ObjectFormat<T>>(*this, "saveAsObjectFile", where, directory, Codec::none);
}

template <class T>
RDD<T> Context::objectFile(const std::string& path, CallSite where) {
  SELTZER_CHECK(isOwned<T>, "objectFile: the elements are kept by nobody; read std::string, not std::string_view")
  SELTZER_CHECK((detail::travels<T>),
                "objectFile: the elements cannot be read; give their type a Boost.Serialization `serialize` and a "
                "default constructor") {
    const std::vector<std::string> files = detail::objectFilesOf(path, where);
    if (files.empty()) return emptyRDD<T>(where);
    const auto paths =
        detail::newSource<detail::ParallelCollectionRDD<std::string>>(*this, "objectFile", where, files.size());
    paths.setName(path);
    paths.lineage()->source = detail::encodeSlices<std::string>(files, files.size(), files.size());
    return detail::deriveOneToOne<detail::ObjectFileRDD<T>>(paths, "objectFile", where);
  }
}

template <class T>
RDD<std::string_view> RDD<T>::pipe(const std::string& command, const std::map<std::string, std::string>& environment,
                                   CallSite where) const {
  SELTZER_CHECK(detail::hasText<T>(),
                "pipe: the elements cannot be written as text; give their type an operator<<, or map them to strings") {
    detail::requireCommand(command, environment, where);
    return detail::deriveOneToOne<detail::PipedRDD<T>>(*this, "pipe", where, command, environment);
  }
}

}  // namespace seltzer
