#include "files/local_path.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include <seltzer/errors.hpp>

namespace seltzer::detail {
namespace {

/// Schemes that may also be written with one slash, as in `dbfs:/x`.
constexpr std::array<std::string_view, 5> knownSchemes = {"dbfs", "hdfs", "s3", "s3a", "s3n"};

bool isLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

char toLower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The scheme before `:/`, in lower case (RFC 3986); empty if there is none.
std::string schemeOf(std::string_view path) {
  const std::size_t colon = path.find(":/");
  if (colon == std::string_view::npos || colon == 0 || !isLetter(path.front())) return {};
  std::string scheme(path.substr(0, colon));
  const bool valid = std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return isLetter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
  if (!valid) return {};
  std::transform(scheme.begin(), scheme.end(), scheme.begin(), toLower);
  return scheme;
}

/// The path in `rest`, which follows `file:`.
std::string withoutHost(const std::string& path, std::string_view rest) {
  if (!rest.starts_with("//")) return std::string(rest);
  rest.remove_prefix(2);
  const std::string_view host = rest.substr(0, rest.find('/'));
  if (!host.empty() && host != "localhost") {
    throw UsageError(fmt::format("\"{}\": \"{}\" is in the place of a host name; write file:/{}", path, host, rest));
  }
  return std::string(rest.substr(host.size()));
}

}  // namespace

std::string localPath(std::string path) {
  constexpr std::string_view file = "file:";
  const std::string scheme = schemeOf(path);
  if (scheme == "file" || path.starts_with(file)) {
    std::string local = withoutHost(path, std::string_view(path).substr(file.size()));
    if (local.empty()) throw UsageError(fmt::format("\"{}\" names no file or folder", path));
    return local;
  }
  const bool refused = std::string_view(path).substr(scheme.size()).starts_with("://") ||
                       std::find(knownSchemes.begin(), knownSchemes.end(), scheme) != knownSchemes.end();
  if (scheme.empty() || !refused) return path;
  throw UsageError(fmt::format(
      "\"{}\": there is no file system {} here; give the path of a file or folder that all hosts see", path, scheme));
}

}  // namespace seltzer::detail
