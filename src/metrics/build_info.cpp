#include "metrics/build_info.hpp"

#include "build_info_generated.hpp"

namespace seltzer {

const BuildInfo& buildInfo() noexcept {
  static constexpr BuildInfo info{detail::buildVersion, detail::buildCommit, detail::buildCompiler, detail::buildFlags,
                                  detail::buildType};
  return info;
}

}  // namespace seltzer
