#include <stdexcept>

#include <seltzer/detail/data/flat_hash.hpp>

namespace seltzer::detail {

void throwNoSuchKey() {
  throw std::out_of_range("at: the broadcast map has no such key; find() and contains() tell whether it has one");
}

}  // namespace seltzer::detail
