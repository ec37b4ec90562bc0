#pragma once

#include <cstddef>

namespace seltzer::detail {

/// The most bytes that a job may bring to the driver. Inside `run` only.
std::size_t resultLimit();

}  // namespace seltzer::detail
