#include "files/output_path.hpp"

#include <fmt/format.h>

#include <seltzer/errors.hpp>

#include "files/local_path.hpp"

namespace seltzer::detail {

namespace fs = std::filesystem;

void failOutput(const std::error_code& error, std::string_view doing, const fs::path& path) {
  throw OutputError(error, fmt::format("{} {}", doing, path.string()));
}

std::string alreadyExists(std::string_view path, std::string_view kind) {
  return fmt::format("{} exists already; give the path of a {} that does not", path, kind);
}

fs::path newOutputPath(const std::string& path, std::string_view kind) {
  if (path.empty()) throw UsageError(fmt::format("the path of the output {} is empty", kind));
  std::error_code error;
  fs::path whole = fs::absolute(localPath(path), error).lexically_normal();
  const std::string finding = fmt::format("finding the {}", kind);
  if (error) failOutput(error, finding, path);
  if (!whole.has_filename()) whole = whole.parent_path();  // "out/"
  // A dangling link is in the way too.
  const fs::file_type there = fs::symlink_status(whole, error).type();
  if (there == fs::file_type::none) failOutput(error, finding, whole);
  if (there != fs::file_type::not_found) throw UsageError(alreadyExists(path, kind));
  fs::create_directories(whole.parent_path(), error);
  if (error) failOutput(error, "making the directory", whole.parent_path());
  return whole;
}

}  // namespace seltzer::detail
