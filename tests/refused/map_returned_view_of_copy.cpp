// refused: map: the function returns a view (std::string_view, std::span) by value, but takes nothing by reference
#include <string>
#include <string_view>

#include <seltzer/seltzer.hpp>

void use(const seltzer::RDD<std::string>& words) {
  words.map([](std::string text) { return std::string_view(text).substr(1); });  // refused here
}
