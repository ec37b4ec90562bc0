#include <iostream>

#include <seltzer/seltzer.hpp>

#include "steps.hpp"

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [](seltzer::Context& sc) {
    const int factor = 3;
    const auto sum = sc.range(0, 101, 1, 4).map([factor](auto x) { return factor * x; }).sum();
    std::cout << "seltzer " << sc.version() << ": " << sum << '\n';
    return sc.version() == "0.1.0" && sum == 15150 && scaled(sc.range(0, 101, 1, 4), factor).sum() == sum ? 0 : 1;
  });
}
