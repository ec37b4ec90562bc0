// refused: flatMap: the function returns a view (std::string_view, std::span) by value
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).flatMap([](std::int64_t x) {  // refused here
    const std::string text = std::to_string(x);
    return std::vector{std::pair(std::string_view(text), 1)};
  });
}
