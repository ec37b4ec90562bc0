#include <seltzer/detail/engine/shuffle_operator.hpp>

namespace seltzer::detail {

ShuffleOperator::~ShuffleOperator() = default;
void ShuffleOperator::decide(Communicator&, std::span<const MapTaskOutput>) {}
void ShuffleOperator::cut(std::span<const MapTaskOutput>) {}

}  // namespace seltzer::detail
