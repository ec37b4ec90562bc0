// refused: map: the elements are borrowed, text as std::string_view: let the function take them so, as in
#include <cstddef>
#include <string>

#include <seltzer/seltzer.hpp>

std::size_t use(seltzer::Context& sc) {
  std::size_t sum = 0;
  const auto lengths =
      sc.textFile("lines.txt").map([](const std::string& line) { return line.size(); });  // refused here
  for (const std::size_t length : lengths.collect()) sum += length;
  return sum;
}
