#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <seltzer/call_site.hpp>
#include <seltzer/context.hpp>
#include <seltzer/detail/engine/lineage.hpp>
#include <seltzer/detail/files/input_files.hpp>

namespace seltzer::detail {

/// The files that `paths` names; counts as planning time of the driver. Throws UsageError with the operation and its
/// call site.
std::vector<InputFile> filesOf(Context& context, std::string_view operation, const std::string& paths,
                               const CallSite& where);

/// Notes how much each partition reads, if they differ: the largest begin first then.
void setInputBytes(Lineage& rdd, std::vector<std::uint64_t> bytes);

}  // namespace seltzer::detail
