#pragma once

/// @file
/// Everything that a program needs: `seltzer::run`, Context, RDD<T>, Broadcast, Accumulator.

// clang-format off
// Headers that others include come first: it keeps the include chains in compiler errors short.
#include <seltzer/accumulator.hpp>
#include <seltzer/detail/api/function_checks.hpp>
#include <seltzer/partitioners.hpp>
#include <seltzer/detail/api/unavailable_operations.hpp>
#include <seltzer/rdd.hpp>
#include <seltzer/detail/api/actions.hpp>
#include <seltzer/detail/api/by_key.hpp>
#include <seltzer/detail/api/joins.hpp>
#include <seltzer/detail/api/save.hpp>
#include <seltzer/detail/api/sorting.hpp>
#include <seltzer/detail/api/sources.hpp>
#include <seltzer/detail/api/statistics_actions.hpp>
#include <seltzer/detail/api/storage.hpp>
#include <seltzer/detail/api/transformations.hpp>
// clang-format on

#include <seltzer/detail/api/approximate.hpp>
#include <seltzer/detail/api/barrier.hpp>
#include <seltzer/detail/api/checkpoint.hpp>
#include <seltzer/detail/api/csv.hpp>
#include <seltzer/detail/api/files.hpp>
#include <seltzer/detail/api/json.hpp>
#include <seltzer/detail/api/key_actions.hpp>
#include <seltzer/detail/api/npy.hpp>
#include <seltzer/detail/api/pipe.hpp>
#include <seltzer/detail/api/prefix_sums_windows.hpp>
#include <seltzer/detail/api/random_transformations.hpp>
#include <seltzer/detail/api/range_sampling.hpp>
#include <seltzer/detail/api/repartitioning.hpp>
#include <seltzer/detail/api/sampling_actions.hpp>
#include <seltzer/detail/api/shared_values.hpp>
#include <seltzer/detail/api/show.hpp>
#include <seltzer/detail/api/zip_cartesian_coalesce.hpp>
#include <seltzer/detail/api/zip_padded.hpp>
#include <seltzer/local_iterator.hpp>
#include <seltzer/run.hpp>
#include <seltzer/version.hpp>
#include <seltzer/words.hpp>
