/// The first RDD: numbers, a function of each, and their sum.
#include <iostream>

#include <seltzer/seltzer.hpp>

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [](seltzer::Context& sc) {
    const auto numbers = sc.parallelize({1, 2, 3, 4, 5});
    const auto squares = numbers.map([](int x) { return x * x; });
    std::cout << "The sum of the squares is " << squares.sum() << ".\n";
  });
}
