#pragma once

#include <map>
#include <string>
#include <string_view>

#include <seltzer/detail/api/derive.hpp>
#include <seltzer/detail/operators/narrow/piped_rdd.hpp>

namespace seltzer {

namespace detail {

/// Throws std::invalid_argument for a command or an environment variable that cannot be passed to a process.
void requireCommand(const std::string& command, const std::map<std::string, std::string>& environment,
                    const CallSite& where);

}  // namespace detail

template <class T>
RDD<std::string_view> RDD<T>::pipe(const std::string& command, const std::map<std::string, std::string>& environment,
                                   CallSite where) const {
  SELTZER_CHECK(detail::hasText<T>(),
                "pipe: the elements cannot be written as text; give their type an operator<<, or map them to strings") {
    detail::requireCommand(command, environment, where);
    return detail::deriveOneToOne<detail::PipedRDD<T>>(*this, "pipe", where, command, environment);
  }
}

}  // namespace seltzer
