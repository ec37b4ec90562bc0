// refused: map: the function must be callable as f(element) and const
// with: long
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto counts = sc.range(10)
                          .map([](const std::string& word) { return std::pair(word, 1); })  // refused here
                          .reduceByKey(std::plus<>())
                          .filter([](const auto& pair) { return pair.second > 1; })
                          .cache();
  counts.foreach ([](const auto&) {});
  counts.saveAsTextFile("counts");
}
