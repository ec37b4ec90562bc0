#include <iostream>

#include <seltzer/statistics/build_info.hpp>

int main() {
  const seltzer::BuildInfo& info = seltzer::buildInfo();
  std::cout << "seltzer " << info.version << ", " << info.compiler << '\n';
  return info.version == "0.1.0" && !info.compiler.empty() ? 0 : 1;
}
