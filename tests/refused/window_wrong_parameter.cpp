// refused: window: the function must be callable as f(std::span<const element>)
#include <vector>

#include <seltzer/seltzer.hpp>

void use(const seltzer::RDD<int>& numbers) {
  numbers.window(3, [](const std::vector<int>& window) { return window.front(); });  // refused here
}
