// refused: mapValues: the function returns a view (std::string_view, std::span) by value
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <seltzer/seltzer.hpp>

void use(const seltzer::RDD<std::pair<std::int64_t, double>>& pairs) {
  pairs.mapValues([](double value) {  // refused here
    const std::vector<double> twice(2, value);
    return std::span<const double>(twice);
  });
}
