// refused: map: the function returns a view (std::string_view, std::span) by value, but takes nothing by reference
#include <cstdint>
#include <string>
#include <string_view>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).map([](auto x) {  // refused here
    std::string text = std::to_string(x);
    const std::string_view view = text;
    return view;
  });
}
