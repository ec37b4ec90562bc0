#pragma once

#include <seltzer/detail/data/batch/pulled_range.hpp>
#include <seltzer/detail/operators/emitter.hpp>

namespace seltzer {

/// Takes the output of a function passed to `flatMap<U>`, `mapPartitions<U>` or their kin, one element for each call
/// `emit(y)`. A call returns false once no more elements are needed; the function may then return.
template <class T>
using Emit = detail::Emitter<T>;

/// The elements of a partition as a single-pass range, for functions passed to `mapPartitions` and its kin. They are
/// computed as the range advances, which invalidates borrowed elements.
template <class T>
using PartitionElements = detail::PulledRange<T>;

}  // namespace seltzer
