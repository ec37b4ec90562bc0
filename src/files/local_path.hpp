#pragma once

#include <string>

namespace seltzer::detail {

/// The local path that `path` names, for input and output alike: a prefix `file:`, with or without `//` and
/// `localhost`, is removed. Throws UsageError for any other `scheme://`, and for a host after `file://`. Other colons
/// are part of the name; a prefix `./` makes any name literal.
std::string localPath(std::string path);

}  // namespace seltzer::detail
