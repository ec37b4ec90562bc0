#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <seltzer/detail/files/input_files.hpp>
#include <seltzer/errors.hpp>

#include "files/file_pattern.hpp"
#include "files/local_path.hpp"

namespace seltzer::detail {
namespace {

[[noreturn]] void refuse(const std::string& path, int error) {
  throw UsageError(fmt::format("{}: {}", path, std::strerror(error)));
}

constexpr std::string_view digits = "0123456789";

bool meansAbsent(int error) {
  return error == ENOENT || error == ENOTDIR;
}

/// The status of what is at `path`, if anything. Throws for a dangling link.
std::optional<struct stat> statusOf(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0) return found;
  const int error = errno;
  if (meansAbsent(error) && ::lstat(path.c_str(), &found) != 0) return std::nullopt;
  refuse(path, error);
}

/// The names in a folder, if it exists.
std::optional<std::vector<std::string>> namesIn(const std::string& folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(folder.c_str()), &::closedir);
  if (!directory) {
    if (meansAbsent(errno)) return std::nullopt;
    refuse(folder, errno);
  }
  std::vector<std::string> names;
  for (errno = 0; const dirent* entry = ::readdir(directory.get()); errno = 0) names.emplace_back(entry->d_name);
  if (errno != 0) refuse(folder, errno);
  return names;
}

std::string join(const std::string& folder, std::string_view name) {
  std::string path = folder;
  if (!path.ends_with('/')) path += '/';
  return path += name;
}

[[noreturn]] void refuseFolderIn(const std::string& folder, const std::string& name) {
  throw UsageError(
      fmt::format("{}: holds the folder \"{}\", which would not be read; \"{}\" stands for all in it, and "
                  "for the files in its folders",
                  folder, name, join(literalPattern(folder), "*")));
}

/// Adds the file at `path`, or the files in the folder there.
void addFiles(const std::string& path, const struct stat& found, std::vector<InputFile>& files) {
  if (S_ISREG(found.st_mode)) {
    files.push_back({path, static_cast<std::uint64_t>(found.st_size)});
    return;
  }
  if (!S_ISDIR(found.st_mode)) throw UsageError(path + ": is neither a file nor a folder");
  const auto names = namesIn(path);
  if (!names) refuse(path, ENOENT);
  for (const std::string& name : *names) {
    if (isHidden(name)) continue;
    const std::string member = join(path, name);
    const auto inside = statusOf(member);
    if (inside && S_ISDIR(inside->st_mode)) refuseFolderIn(path, name);
    if (inside) addFiles(member, *inside, files);
  }
}

/// Adds the files below `folder` that match the names of a pattern from `index` on; returns whether anything matched.
bool addMatches(const std::string& folder, const std::vector<NamePattern>& names, std::size_t index,
                std::vector<InputFile>& files) {
  if (index == names.size()) {
    const auto found = statusOf(folder);
    if (found) addFiles(folder, *found, files);
    return found.has_value();
  }
  const NamePattern& name = names[index];
  if (name.isLiteral()) return addMatches(join(folder, name.literal()), names, index + 1, files);
  bool matched = false;
  if (const auto present = namesIn(folder)) {
    for (const std::string& candidate : *present) {
      if (name.matches(candidate)) matched |= addMatches(join(folder, candidate), names, index + 1, files);
    }
  }
  return matched;
}

std::string_view leadingDigits(std::string_view text) {
  return text.substr(0, std::min(text.find_first_not_of(digits), text.size()));
}

/// Orders paths by their bytes, but part numbers by value: `part-99999` comes before `part-100000`, which has one digit
/// more than the names of saved parts are padded to.
bool comesBefore(std::string_view a, std::string_view b) {
  const auto [differs, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const std::string_view same = a.substr(0, static_cast<std::size_t>(differs - a.begin()));
  const std::size_t number = same.find_last_not_of(digits) + 1;
  if (same.substr(0, number).ends_with("/part-")) {
    std::string_view one = leadingDigits(a.substr(number));
    std::string_view two = leadingDigits(b.substr(number));
    if (!one.empty() && !two.empty()) {
      one.remove_prefix(std::min(one.find_first_not_of('0'), one.size()));
      two.remove_prefix(std::min(two.find_first_not_of('0'), two.size()));
      if (one != two) return std::pair(one.size(), one) < std::pair(two.size(), two);
    }
  }
  return a < b;
}

/// The names of a path; `..` removes the name before it, as in output paths and in Spark.
std::vector<NamePattern> namesOf(std::string_view pattern) {
  const bool absolute = pattern.starts_with('/');
  std::vector<NamePattern> names;
  std::size_t above = 0;  // leading `..` names
  while (!pattern.empty()) {
    const std::size_t slash = std::min(pattern.find('/'), pattern.size());
    const std::string_view name = pattern.substr(0, slash);
    pattern.remove_prefix(std::min(slash + 1, pattern.size()));
    if (name == ".." && names.size() > above) {
      names.pop_back();
    } else if (name == ".." && !absolute) {
      names.emplace_back(name);
      ++above;
    } else if (!name.empty() && name != "." && name != "..") {
      names.emplace_back(name);
    }
  }
  return names;
}

std::string startOf(std::string_view pattern) {
  if (pattern.starts_with('/')) return "/";
  std::error_code error;
  const auto folder = std::filesystem::current_path(error);
  if (error) throw UsageError(fmt::format("{}: there is no current folder: {}", pattern, error.message()));
  return folder.string();
}

/// The system's error for a path without wildcards at which there is nothing.
int whyAbsent(std::string_view path) {
  std::string literal = startOf(path);
  for (const NamePattern& name : namesOf(path)) literal = join(literal, name.literal());
  struct stat found {};
  return ::stat(literal.c_str(), &found) == 0 ? ENOENT : errno;
}

/// A relative pattern is refused with the folder from which it was looked for.
[[noreturn]] void refuseUnmatched(const std::string& pattern, const std::vector<std::string>& alternatives) {
  std::string message = fmt::format("no file matches \"{}\"", pattern);
  const bool absolute = std::all_of(alternatives.begin(), alternatives.end(),
                                    [](const std::string& alternative) { return alternative.starts_with('/'); });
  if (!absolute) message += fmt::format("; the current folder is {}", startOf(""));
  throw UsageError(message);
}

}  // namespace

std::vector<InputFile> listFiles(std::string_view paths) {
  std::vector<InputFile> all;
  for (const std::string& element : splitPathList(paths)) {
    std::vector<InputFile> files;
    bool matched = false;
    bool literal = true;
    auto alternatives = expandBraces(element);
    for (std::string& alternative : alternatives) {
      alternative = localPath(std::move(alternative));
      const auto names = namesOf(alternative);
      literal = literal && std::all_of(names.begin(), names.end(), [](const auto& name) { return name.isLiteral(); });
      matched |= addMatches(startOf(alternative), names, 0, files);
    }
    if (!matched && literal && alternatives.size() == 1) refuse(element, whyAbsent(alternatives.front()));
    if (!matched) refuseUnmatched(element, alternatives);
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return comesBefore(a.path, b.path); });
    files.erase(std::unique(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path == b.path; }),
                files.end());
    std::move(files.begin(), files.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace seltzer::detail
