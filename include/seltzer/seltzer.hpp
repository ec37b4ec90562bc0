#pragma once

/// Everything that a program needs: `seltzer::run`, Context, RDD<T>, Broadcast, Accumulator.

// clang-format off
// First what others include: where the compiler refuses something it then shows a short way to it.
#include <seltzer/api/accumulator.hpp>
#include <seltzer/api/function_checks.hpp>
#include <seltzer/api/partition_choice.hpp>
#include <seltzer/api/unavailable_operations.hpp>
#include <seltzer/api/actions.hpp>
#include <seltzer/api/by_key.hpp>
#include <seltzer/api/joins.hpp>
#include <seltzer/api/sources.hpp>
#include <seltzer/api/transformations.hpp>
// clang-format on

#include <seltzer/api/combinations.hpp>
#include <seltzer/api/files.hpp>
#include <seltzer/api/key_actions.hpp>
#include <seltzer/api/local_iterator.hpp>
#include <seltzer/api/random_transformations.hpp>
#include <seltzer/api/range_sampling.hpp>
#include <seltzer/api/repartitioning.hpp>
#include <seltzer/api/run.hpp>
#include <seltzer/api/sampling_actions.hpp>
#include <seltzer/api/save.hpp>
#include <seltzer/api/shared_values.hpp>
#include <seltzer/api/sorting.hpp>
#include <seltzer/api/statistics_actions.hpp>
#include <seltzer/api/storage.hpp>
#include <seltzer/version.hpp>
