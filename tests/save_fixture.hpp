#pragma once

#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

#include "fixture.hpp"
#include "scratch_folder.hpp"

// Shared by the tests of saved files.

namespace seltzer::test {

inline std::string partName(std::size_t partition, const std::string& ending = "") {
  std::string digits = std::to_string(partition);
  return "part-" + std::string(5 - digits.size(), '0') + digits + ending;
}

/// The files in a directory saved from `partitions` partitions.
inline std::vector<std::string> namesOfSaved(std::size_t partitions, const std::string& ending = "") {
  std::vector<std::string> names = {"_SUCCESS"};
  for (std::size_t p = 0; p < partitions; ++p) names.push_back(partName(p, ending));
  return names;
}

template <class T>
std::string linesOf(const std::vector<T>& elements) {
  std::ostringstream lines;
  for (const T& element : elements) lines << element << '\n';
  return lines.str();
}

}  // namespace seltzer::test
