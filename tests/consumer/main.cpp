#include <iostream>
#include <string>

#include <seltzer/seltzer.hpp>

#include "steps.hpp"

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [](seltzer::Context& sc) {
    const int factor = 3;
    const auto sum = sc.range(0, 101, 1, 4).map([factor](auto x) { return factor * x; }).sum();
    std::cout << "seltzer " << sc.version() << ": " << sum << '\n';
    const std::string version = std::to_string(SELTZER_VERSION_MAJOR) + "." + std::to_string(SELTZER_VERSION_MINOR) +
                                "." + std::to_string(SELTZER_VERSION_PATCH);
    return sc.version() == version && sum == 15150 && scaled(sc.range(0, 101, 1, 4), factor).sum() == sum ? 0 : 1;
  });
}
