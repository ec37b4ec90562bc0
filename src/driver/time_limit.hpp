#pragma once

namespace seltzer::detail {

/// From now on SIGUSR1 sets a flag instead of ending the process, unless the program has a handler of its own.
void rememberTimeLimitSignal();

/// Whether the signal has arrived since the last call.
bool takeTimeLimitSignal();

}  // namespace seltzer::detail
