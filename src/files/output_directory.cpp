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
#include "files/output_path.hpp"
#include "net/host_name.hpp"

namespace seltzer::detail {
namespace {

namespace fs = std::filesystem;

constexpr const char* temporaryFolder = "_temporary";
constexpr const char* successFile = "_SUCCESS";

}  // namespace

OutputDirectory OutputDirectory::create(const std::string& path) {
  const fs::path whole = newOutputPath(path, "directory");
  std::error_code error;
  if (!fs::create_directory(whole, error)) {
    if (!error) throw UsageError(alreadyExists(path, "directory"));  // created concurrently
    failOutput(error, "making the directory", whole);
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
  if (descriptor < 0) failOutput({errno, std::generic_category()}, "creating the file", path);
  if (::close(descriptor) != 0) {
    const std::error_code error(errno, std::generic_category());
    ::unlink(path.c_str());
    failOutput(error, "closing the file", path);
  }
}

std::string OutputDirectory::nameOf(std::size_t partition, Codec codec) {
  return fmt::format("part-{:05}{}", partition, endingOf(codec));
}

}  // namespace seltzer::detail
