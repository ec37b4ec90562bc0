#include "metrics/cgroup_limits.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

namespace seltzer::detail {
namespace {

/// The names in a path. Those of a cgroup namespace start with ".." if they lead out of it.
using Path = std::vector<std::string>;

/// Splits at each `separator` and drops empty parts.
std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream rest(text);
  for (std::string part; std::getline(rest, part, separator);) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

/// A mounted hierarchy that may limit memory.
struct Mount {
  bool isV2 = false;
  Path root;          // the group that the mount shows at its top
  std::string point;  // the folder where it does

  const char* limitFile() const { return isV2 ? "/memory.max" : "/memory.limit_in_bytes"; }
};

/// A path in mountinfo has white space and backslashes as three octal digits.
std::string unescaped(const std::string& path) {
  constexpr std::array<std::pair<const char*, char>, 4> escapes = {
      {{"\\040", ' '}, {"\\011", '\t'}, {"\\012", '\n'}, {"\\134", '\\'}}};
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto* const escape =
        std::ranges::find_if(escapes, [&](auto of) { return path.compare(i, 4, of.first) == 0; });
    text += escape == escapes.end() ? path[i] : escape->second;
    if (escape != escapes.end()) i += 3;
  }
  return text;
}

/// A line of mountinfo: `36 35 0:30 ROOT POINT rw,relatime shared:9 - cgroup2 SOURCE rw`, where the source may be
/// empty.
std::optional<Mount> parseMount(const std::string& line) {
  const std::vector<std::string> fields = split(line, ' ');
  constexpr std::size_t rootField = 3;
  constexpr std::size_t pointField = 4;
  const auto dash = std::ranges::find(fields, "-");
  if (dash - fields.begin() <= std::ptrdiff_t{pointField} || fields.end() - dash < 3) return std::nullopt;
  const std::vector<std::string> options = split(fields.back(), ',');
  const bool isV2 = dash[1] == "cgroup2";
  const bool isV1 = dash[1] == "cgroup" && std::ranges::find(options, "memory") != options.end();
  if (!isV1 && !isV2) return std::nullopt;
  return Mount{isV2, split(unescaped(fields[rootField]), '/'), unescaped(fields[pointField])};
}

/// The mounts that can be seen: at one point, the last one hides the others.
std::vector<Mount> visibleMounts(const std::string& root) {
  std::vector<Mount> mounts;
  std::ifstream lines(root + "/proc/self/mountinfo");
  for (std::string line; std::getline(lines, line);) {
    const std::optional<Mount> mount = parseMount(line);
    if (!mount) continue;
    std::erase_if(mounts, [&](const Mount& other) { return other.point == mount->point; });
    mounts.push_back(*mount);
  }
  return mounts;
}

/// This process's group in the hierarchy of version 2, or in that of version 1 that controls memory.
std::optional<Path> ownGroup(const std::string& root, bool isV2) {
  std::ifstream lines(root + "/proc/self/cgroup");  // `4:cpuset,memory:PATH`, version 2 is `0::PATH`
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::vector<std::string> controllers = split(line.substr(first + 1, second - first - 1), ',');
    const bool isMine = isV2 ? controllers.empty() : std::ranges::find(controllers, "memory") != controllers.end();
    if (isMine) return split(line.substr(second + 1), '/');
  }
  return std::nullopt;
}

/// The names that lead from the top of a mount down to `group`; nothing if the mount does not show it. A mount made
/// outside the process's cgroup namespace starts above it, at "/..": the names between are unknown, and only the top,
/// which is an ancestor, can be read.
std::optional<Path> pathInMount(const Mount& mount, const Path& group) {
  const auto isUp = [](const std::string& name) { return name == ".."; };
  const auto [inRoot, inGroup] = std::ranges::mismatch(mount.root, group);
  const bool groupLeavesMount = inGroup != group.end() && isUp(*inGroup);
  if (groupLeavesMount) return std::nullopt;
  if (inRoot == mount.root.end()) return Path(inGroup, group.end());
  const bool startsAbove = std::all_of(inRoot, mount.root.end(), isUp);
  return startsAbove ? std::optional(Path()) : std::nullopt;
}

std::optional<std::uint64_t> limitIn(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  return std::getline(in, line) ? limitNumber(line) : std::nullopt;
}

std::string joined(const Path& path) {
  std::string text;
  for (const std::string& name : path) text += "/" + name;
  return text.empty() ? "/" : text;
}

/// Appends the limits of the groups from the top of a mount along `path`.
void addLimits(const std::string& root, const Mount& mount, const Path& path, std::vector<OriginatedLimit>& limits) {
  std::string folder = root + mount.point;
  Path group = mount.root;
  for (std::size_t depth = 0;; ++depth) {
    const std::optional<std::uint64_t> bytes = limitIn(folder + mount.limitFile());
    if (bytes) limits.push_back({*bytes, "cgroup " + joined(group)});
    if (depth == path.size()) return;
    folder += "/" + path[depth];
    group.push_back(path[depth]);
  }
}

}  // namespace

std::vector<OriginatedLimit> cgroupLimits(const std::string& root) {
  std::vector<OriginatedLimit> limits;
  for (const Mount& mount : visibleMounts(root)) {
    const std::optional<Path> group = ownGroup(root, mount.isV2);
    const std::optional<Path> path = group ? pathInMount(mount, *group) : std::nullopt;
    if (path) addLimits(root, mount, *path, limits);
  }
  return limits;
}

std::optional<std::uint64_t> limitNumber(std::string_view text) {
  constexpr std::uint64_t unlimitedFrom = std::uint64_t{1} << 62;  // version 1 writes 2^63 less a page
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool isWhole = error == std::errc() && end == text.data() + text.size();
  return isWhole && number > 0 && number < unlimitedFrom ? std::optional(number) : std::nullopt;
}

}  // namespace seltzer::detail
