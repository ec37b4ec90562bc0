#pragma once

#include <cstddef>

namespace seltzer::detail {

/// Makes the C library keep freed memory for reuse, where by default it returns the end of the heap and buffers of a
/// few MiB to the system, which maps and zeroes each page again when it is next touched: 1 to 2 microseconds on virtual
/// machines, more than a shuffle spends on the page's data. `limit` is what the process may use. Without effect on
/// other allocators.
void keepFreedMemory(std::size_t limit);

/// Returns all freed memory to the system. O(the heap's free pieces).
void returnFreedMemory();

/// The bytes of this process that are in memory; 0 if the system does not tell.
std::size_t residentBytes();

}  // namespace seltzer::detail
