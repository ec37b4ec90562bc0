/// A test with GoogleTest: the driver function runs the tests on rank 0, and all ranks run their jobs. Run it on one
/// rank and on several: the results must be the same.
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/seltzer.hpp>

namespace {

/// The code under test; in a project it is in a header that both program and test include.
template <class Text>
auto countWords(const seltzer::RDD<Text>& words) {
  return words.map([](const Text& word) { return std::pair(word, std::int64_t{1}); }).reduceByKey(std::plus<>());
}

TEST(WordCount, CountsEachWord) {
  seltzer::Context& sc = *seltzer::Context::current();
  for (const std::int64_t partitions : {1, 2, 7}) {
    const auto words = sc.parallelize(std::vector<std::string>{"to", "be", "or", "not", "to", "be"}, partitions);
    const auto counts = countWords(words).collectAsMap();
    EXPECT_EQ(counts.size(), 4u);
    EXPECT_EQ(counts.at("to"), 2);
    EXPECT_EQ(counts.at("not"), 1);
  }
}

TEST(WordCount, OfNothing) {
  EXPECT_EQ(countWords(seltzer::Context::current()->parallelize(std::vector<std::string>{})).count(), 0);
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return seltzer::run(argc, argv, [](seltzer::Context&) { return RUN_ALL_TESTS(); });
}
