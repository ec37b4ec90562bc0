#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace seltzer::detail {

/// Throws OutputError: "making the directory /a/b".
[[noreturn]] void failOutput(const std::error_code& error, std::string_view doing, const std::filesystem::path& path);

/// "out exists already; give the path of a directory that does not".
std::string alreadyExists(std::string_view path, std::string_view kind);

/// The absolute path of an output at which there is nothing yet; makes the folders above it. `kind` is "directory" or
/// "file". Throws UsageError for a path that is empty, exists or is refused by `localPath`, OutputError if the system
/// refuses; both name it.
std::filesystem::path newOutputPath(const std::string& path, std::string_view kind);

}  // namespace seltzer::detail
