#include <stdexcept>

#include <seltzer/detail/engine/action.hpp>

namespace seltzer::detail {

Action::~Action() = default;

Bytes Action::combine(ByteView, ByteView) {
  throw std::logic_error("this action does not combine its results in a tree");
}

}  // namespace seltzer::detail
