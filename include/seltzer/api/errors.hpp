#pragma once

#include <stdexcept>

#include <seltzer/files/usage_error.hpp>
#include <seltzer/functions/capture_guard.hpp>
#include <seltzer/scheduler/result_size_error.hpp>
#include <seltzer/scheduler/task_error.hpp>
#include <seltzer/scheduler/time_limit.hpp>

namespace seltzer {

/// An action that needs an element found none.
class EmptyRDDError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace seltzer
