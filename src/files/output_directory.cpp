#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <seltzer/detail/files/output_directory.hpp>
#include <seltzer/errors.hpp>

#include "files/file_content.hpp"
#include "files/local_path.hpp"
#include "net/host_name.hpp"

namespace seltzer::detail {
namespace {

namespace fs = std::filesystem;

constexpr const char* temporaryFolder = "_temporary";
constexpr const char* successFile = "_SUCCESS";

[[noreturn]] void fail(const std::error_code& error, const std::string& what, const fs::path& path) {
  throw OutputError(error, fmt::format("{} {}", what, path.string()));
}

}  // namespace

OutputDirectory OutputDirectory::create(const std::string& path) {
  if (path.empty()) throw UsageError("the path of the output directory is empty");
  std::error_code error;
  fs::path whole = fs::absolute(localPath(path), error).lexically_normal();
  if (error) fail(error, "finding the directory", path);
  if (!whole.has_filename()) whole = whole.parent_path();  // "out/"
  const std::string exists = fmt::format("{} exists already; give the path of a directory that does not", path);
  // A dangling link is in the way too.
  const fs::file_type there = fs::symlink_status(whole, error).type();
  if (there == fs::file_type::none) fail(error, "finding the directory", whole);
  if (there != fs::file_type::not_found) throw UsageError(exists);
  fs::create_directories(whole.parent_path(), error);
  if (error) fail(error, "making the directory", whole.parent_path());
  if (!fs::create_directory(whole, error)) {
    if (!error) throw UsageError(exists);  // created concurrently
    fail(error, "making the directory", whole);
  }
  OutputDirectory directory;
  directory.path_ = whole.string();
  return directory;
}

PartFile OutputDirectory::part(std::size_t partition, std::size_t attempt, Codec codec) const {
  const std::string name = nameOf(partition, codec);
  static const std::string host = hostName();
  static std::uint64_t count = 0;  // a task may compute a partition twice at a time
  return {fmt::format("{}/{}", path_, name),
          fmt::format("{}/{}/{}.{}.{}.{}.{}", path_, temporaryFolder, name, host, ::getpid(), attempt, ++count), codec};
}

void OutputDirectory::removeTemporary() const noexcept {
  std::error_code ignored;
  fs::remove_all(fs::path(path_) / temporaryFolder, ignored);
}

void OutputDirectory::markSuccess() const {
  const fs::path path = fs::path(path_) / successFile;
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) fail({errno, std::generic_category()}, "creating the file", path);
  if (::close(descriptor) != 0) {
    const std::error_code error(errno, std::generic_category());
    ::unlink(path.c_str());
    fail(error, "closing the file", path);
  }
}

std::string OutputDirectory::nameOf(std::size_t partition, Codec codec) {
  return fmt::format("part-{:05}{}", partition, endingOf(codec));
}

}  // namespace seltzer::detail
