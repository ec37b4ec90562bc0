#pragma once

#include <string_view>

namespace seltzer::detail {

/// Prints `[rank r, host] what` on stderr: one write of one line, without allocating, since memory may be what is
/// lacking.
void printAbortMessage(int rank, std::string_view host, std::string_view what);

/// Ends this process with `code` after so many seconds, whatever it does then: MPI_Abort needs the help of others, and
/// a stream that another thread writes to is locked. The first call counts. The calling thread takes the signal, which
/// all others may have blocked.
void endWithin(unsigned seconds, int code);

/// Says the last words, flushes the standard streams and ends all ranks with `code`; a copy that `fork` made of a rank
/// ends alone.
[[noreturn]] void abortAll(int rank, std::string_view host, int code, std::string_view what);

}  // namespace seltzer::detail
