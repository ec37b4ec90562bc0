#pragma once

#include <string>
#include <string_view>

#include <seltzer/detail/api/actions.hpp>
#include <seltzer/detail/operators/action/save_action.hpp>
#include <seltzer/detail/operators/action/save_action_formats.hpp>

namespace seltzer {

namespace detail {

/// A new directory for a saving action. Throws UsageError or OutputError with the operation and its call site.
OutputDirectory createDirectory(std::string_view operation, const CallSite& where, const std::string& path);

/// Creates the directory's `_SUCCESS`. Throws OutputError with the operation and its call site.
void markSuccess(std::string_view operation, const CallSite& where, const OutputDirectory& directory);

/// What the tasks wrote. Throws TaskError if the records of two partitions differ in size.
SavedFiles savedFilesOf(const JobResult& result);

template <class T>
inline constexpr bool savesAsRecords = isRecord<T> || TextLike<T>;

/// Saves each partition in a format, as part files of a new directory: the body of all saving actions.
/// 1. The driver creates the directory, before anything else.
/// 2. Every task writes its file in `_temporary` and renames it.
/// 3. The driver removes `_temporary`, and then, if all succeeded, creates `_SUCCESS`.
template <class Format, class T>
SavedFiles saveJob(const RDD<T>& rdd, std::string_view operation, const CallSite& where, const std::string& path,
                   Codec codec, const FormatOptions<Format>& options = {}) {
  using Save = SaveAction<T, Format>;
  JobService& jobs = rdd.context().jobs();
  jobs.requireIdle(operation, where);
  const OutputDirectory directory = createDirectory(operation, where, path);
  try {
    SavedFiles saved = jobs.run(requestOf<Save>(rdd, operation, where, directory, codec, options),
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
                "saveAsBinaryRecords: the elements are not records of one size; map them to a trivially copyable type "
                "without addresses, or to strings of one length")
  return detail::saveJob<detail::BinaryFormat<T>>(*this, "saveAsBinaryRecords", where, directory, Codec::none);
}

template <class T>
SavedFiles RDD<T>::saveAsObjectFile(const std::string& directory, CallSite where) const {
  SELTZER_CHECK(detail::isWireable<T>,
                "saveAsObjectFile: the elements cannot be written; give their type a Boost.Serialization `serialize`")
  return detail::saveJob<detail::ObjectFormat<T>>(*this, "saveAsObjectFile", where, directory, Codec::none);
}

}  // namespace seltzer
