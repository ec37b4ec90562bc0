#pragma once

#include <string_view>

namespace seltzer::detail {

/// Prints `[rank r, host] what` on stderr: one write of one line, without allocating, since memory may have run out.
void printAbortMessage(int rank, std::string_view host, std::string_view what);

/// Ends this process with `code` after so many seconds, even if it is blocked: MPI_Abort depends on other processes,
/// and a stream may be locked by another thread. Only the first call counts. Unblocks SIGALRM on the calling thread,
/// since all others may block it.
void endWithin(unsigned seconds, int code);

/// Prints the message, flushes the standard streams and ends all ranks with `code`; a forked copy of a rank ends only
/// itself.
[[noreturn]] void abortAll(int rank, std::string_view host, int code, std::string_view what);

}  // namespace seltzer::detail
