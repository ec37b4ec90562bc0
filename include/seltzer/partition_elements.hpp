#pragma once

#include <seltzer/detail/data/batch/pulled_range.hpp>
#include <seltzer/detail/operators/emitter.hpp>

namespace seltzer {

/// Calls `emit(y)` any number of times; what `flatMap` and `mapPartitions` hand to a function that takes one. Returns
/// false once nobody wants more.
template <class T>
using Emit = detail::Emitter<T>;

/// The elements of a partition as a single-pass range; what `mapPartitions` and its kin hand to a function. They are
/// computed as the range advances, on the same rank. A borrowed element is valid until it does.
template <class T>
using PartitionElements = detail::PulledRange<T>;

}  // namespace seltzer
