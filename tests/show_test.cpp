#include <cstdint>
#include <iostream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

/// A struct without an operator<<.
struct Measured {
  std::string where;
  double value = 0;
  std::optional<int> quality;
};

/// What `call` writes to the driver's standard output.
template <class Call>
std::string outputOf(Call call) {
  std::ostringstream out;
  std::streambuf* const before = std::cout.rdbuf(out.rdbuf());
  try {
    call();
  } catch (...) {
    std::cout.rdbuf(before);
    throw;
  }
  std::cout.rdbuf(before);
  return out.str();
}

TEST(Show, PairsHaveAColumnForEachPart) {
  const std::vector<std::pair<std::string, double>> pairs{{"pear", 1.5}, {"", -20}, {"fig", 3}};
  for (const std::int64_t partitions : partitionCounts) {
    EXPECT_EQ(outputOf([&] { context().parallelize(pairs, partitions).show(); }),
              "+------+-----+\n"
              "| _1   |  _2 |\n"
              "+------+-----+\n"
              "| pear | 1.5 |\n"
              "|      | -20 |\n"
              "| fig  |   3 |\n"
              "+------+-----+\n");
  }
}

TEST(Show, SaysWhetherThereIsMore) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto rdd = context().range(0, 5, 1, partitions);
    const std::string two = "+-------+\n| value |\n+-------+\n|     0 |\n|     1 |\n+-------+\n";
    EXPECT_EQ(outputOf([&] { rdd.show(2); }), two + "only the first 2 are shown\n");
    EXPECT_EQ(outputOf([&] { context().range(0, 2, 1, partitions).show(2); }), two);
    const std::string none = "+-------+\n| value |\n+-------+\n+-------+\n";
    EXPECT_EQ(outputOf([&] { rdd.show(0); }), none + "only the first 0 are shown\n");
    EXPECT_EQ(outputOf([&] { rdd.filter([](std::int64_t) { return false; }).show(); }), none);
    EXPECT_NE(outputOf([&] { rdd.show(1); }).find("only the first 1 is shown\n"), std::string::npos);
  }
  const std::string twenty = outputOf([] { context().range(21).show(); });
  EXPECT_NE(twenty.find("|    19 |\n+-------+\nonly the first 20 are shown\n"), std::string::npos) << twenty;
}

TEST(Show, TuplesAndStructs) {
  using Row = std::tuple<bool, std::pair<int, char>, std::vector<int>>;
  EXPECT_EQ(outputOf([] {
              context().parallelize(std::vector<Row>{{true, {1, 'x'}, {1, 2}}, {false, {10, 'y'}, {}}}, 2).show();
            }),
            "+-------+--------+--------+\n"
            "| _1    | _2     | _3     |\n"
            "+-------+--------+--------+\n"
            "| true  | (1,x)  | [1, 2] |\n"
            "| false | (10,y) | []     |\n"
            "+-------+--------+--------+\n");
  EXPECT_EQ(outputOf([] {
              context().parallelize(std::vector<Measured>{{"roof", 0.5, 3}, {"cellar", 12, {}}}, 2).show();
            }),
            "+--------+-----+---------+\n"
            "| _1     |  _2 | _3      |\n"
            "+--------+-----+---------+\n"
            "| roof   | 0.5 | Some(3) |\n"
            "| cellar |  12 | None    |\n"
            "+--------+-----+---------+\n");
}

TEST(Show, EscapesControlCharactersAndCutsLongCells) {
  const std::vector<std::string> texts{"a\nb\tc\x01", std::string(60, 'x'), std::string(61, 'y'), "Zürich"};
  const std::string rule = "+" + std::string(62, '-') + "+\n";
  EXPECT_EQ(outputOf([&] { context().parallelize(texts, 2).show(); }),
            rule + "| value" + std::string(56, ' ') + "|\n" + rule + "| a\\nb\\tc\\x01" + std::string(50, ' ') +
                "|\n| " + std::string(60, 'x') + " |\n| " + std::string(57, 'y') + "... |\n| Zürich" +
                std::string(55, ' ') + "|\n" + rule);
  std::string umlauts, half;
  for (int i = 0; i < 70; ++i) umlauts += "ü";
  for (int i = 0; i < 57; ++i) half += "ü";
  EXPECT_NE(outputOf([&] { context().parallelize(std::vector{umlauts}, 1).show(); }).find("| " + half + "... |"),
            std::string::npos);
}

TEST(Show, BorrowedElements) {
  const auto lines = context().parallelize(std::vector<std::string>{"b", "a b"}, 2);
  EXPECT_EQ(outputOf([&] {
              lines.flatMap([](std::string_view line) { return words(line); })
                  .keyBy([](std::string_view word) { return word.size(); })
                  .show(2);
            }),
            "+----+----+\n"
            "| _1 | _2 |\n"
            "+----+----+\n"
            "|  1 | b  |\n"
            "|  1 | a  |\n"
            "+----+----+\n"
            "only the first 2 are shown\n");
}

TEST(Show, ComputesOnlyWhatIsShown) {
  const auto counted = context().accumulator(std::int64_t{0});
  const auto rdd = context().range(0, 1000, 1, 3).map([counted](std::int64_t x) {
    counted.add(1);
    return x;
  });
  outputOf([&] { rdd.show(10); });
  EXPECT_EQ(counted.value(), 11) << "one more, to know that there is more";
}

TEST(Show, FewerThanNoElementsThrow) {
  EXPECT_THROW(context().range(10).show(-1), std::invalid_argument);
  EXPECT_THROW(context().range(10).map([](std::int64_t) -> int { throw std::runtime_error("no"); }).show(), TaskError);
}

}  // namespace
}  // namespace seltzer::test
