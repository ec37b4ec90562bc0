#pragma once

#include <string>

namespace seltzer::detail {

/// The path that `path` means to readers and savers alike: `file:` before it, with or without `//` and `localhost`,
/// changes nothing. Throws UsageError for any other `scheme://`, and for a host behind `file://`. A name may hold
/// colons otherwise; `./` before it takes any name for itself.
std::string localPath(std::string path);

}  // namespace seltzer::detail
