#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fixture.hpp"
#include "scratch_folder.hpp"

// The layout is Spark's: "(P) Kind[id] at operation at file:line [level]"; narrow
// dependencies follow after a bar under the middle of the "(P)"; no line break at the end.

namespace seltzer::test {
namespace {

std::string line(const std::string& kind, std::uint64_t id, const std::string& operation, std::uint32_t at,
                 const std::string& level = "", CallSite where = CallSite::current()) {
  return kind + "[" + std::to_string(id) + "] at " + operation + " at " + callSite(at, where) + " [" + level + "]";
}

TEST(DebugString, OfASource) {
  const auto rdd = context().parallelize({1, 2, 3}, 2);
  EXPECT_EQ(rdd.toDebugString(), "(2) " + line("ParallelCollectionRDD", rdd.id(), "parallelize", __LINE__ - 1));
  const auto none = context().emptyRDD<int>();
  EXPECT_EQ(none.toDebugString(), "(0) " + line("EmptyRDD", none.id(), "emptyRDD", __LINE__ - 1));
}

TEST(DebugString, OfAChain) {
  const auto source = context().range(0, 10, 1, 2);
  const auto filtered = source.filter([](std::int64_t x) { return x > 3; });
  const auto mapped = filtered.map([](std::int64_t x) { return x + 1; });
  const std::uint32_t at = __LINE__;
  EXPECT_EQ(mapped.toDebugString(), "(2) " + line("MappedRDD", mapped.id(), "map", at - 1) + "\n |  " +
                                        line("FilteredRDD", filtered.id(), "filter", at - 2) + "\n |  " +
                                        line("RangeRDD", source.id(), "range", at - 3));
}

TEST(DebugString, BarStandsUnderTheMiddleOfTheCount) {
  const auto source = context().range(0, 10, 1, 12);
  const auto mapped = source.glom();
  EXPECT_EQ(mapped.toDebugString(), "(12) " + line("GlommedRDD", mapped.id(), "glom", __LINE__ - 1) + "\n |   " +
                                        line("RangeRDD", source.id(), "range", __LINE__ - 3));
  const auto wide = context().range(0, 10, 1, 100);
  const auto few = wide.coalesce(100);
  EXPECT_EQ(few.toDebugString(), "(100) " + line("CoalescedRDD", few.id(), "coalesce", __LINE__ - 1) + "\n  |   " +
                                     line("RangeRDD", wide.id(), "range", __LINE__ - 3));
}

TEST(DebugString, OfSeveralParents) {
  const auto left = context().range(0, 10, 1, 2);
  const auto right = context().range(10, 12, 1, 1);
  const auto shifted = right.map([](std::int64_t x) { return -x; });
  const auto both = left.union_(shifted);
  const std::uint32_t at = __LINE__;
  EXPECT_EQ(both.toDebugString(), "(3) " + line("UnionRDD", both.id(), "union", at - 1) + "\n |  " +
                                      line("RangeRDD", left.id(), "range", at - 4) + "\n |  " +
                                      line("MappedRDD", shifted.id(), "map", at - 2) + "\n |  " +
                                      line("RangeRDD", right.id(), "range", at - 3));
}

TEST(DebugString, PlusKnowsItsCallSite) {
  const auto left = context().range(0, 10, 1, 2);
  const auto both = left + left;
  EXPECT_NE(both.toDebugString().find("union at " + callSite(__LINE__ - 1)), std::string::npos) << both.toDebugString();
}

TEST(DebugString, ShowsNameAndLevel) {
  const auto source = context().range(0, 10, 1, 2);
  source.setName("numbers");
  EXPECT_EQ(source.name(), "numbers");
  const std::uint32_t at = __LINE__ - 3;
  EXPECT_EQ(source.toDebugString(), "(2) numbers " + line("RangeRDD", source.id(), "range", at));
  source.cache();
  EXPECT_EQ(source.toDebugString(),
            "(2) numbers " + line("RangeRDD", source.id(), "range", at, "Memory Deserialized 1x Replicated"));
  source.unpersist().persist(StorageLevel::MEMORY_ONLY_SER);
  EXPECT_EQ(source.toDebugString(),
            "(2) numbers " + line("RangeRDD", source.id(), "range", at, "Memory Serialized 1x Replicated"));
}

TEST(DebugString, FilesAreNamedByTheirPathAsInSpark) {
  const ScratchFolder folder;
  writeContent(folder / "text", "one\ntwo\n");
  context().range(0, 4, 1, 2).saveAsObjectFile(folder / "objects");
  const std::string path = "file:" + folder / "te*";
  const auto lines = context().textFile(path, 2);
  EXPECT_EQ(lines.name(), path);
  EXPECT_EQ(lines.toDebugString(), "(2) " + path + " " + line("TextFileRDD", lines.id(), "textFile", __LINE__ - 2));
  EXPECT_EQ(context().wholeTextFiles(path).name(), path);
  EXPECT_EQ(context().binaryFiles(path).name(), path);
  EXPECT_EQ(context().binaryRecords(path, 4).name(), "");
  EXPECT_EQ(lines.map([](std::string_view text) { return text.size(); }).name(), "");
  const auto objects = context().objectFile<std::int64_t>(folder / "objects");
  const std::uint32_t at = __LINE__ - 1;
  EXPECT_EQ(objects.name(), "");
  EXPECT_EQ(objects.toDebugString(), "(2) " + line("ObjectFileRDD", objects.id(), "objectFile", at) + "\n |  " +
                                         folder / "objects" + " " +
                                         line("ParallelCollectionRDD", objects.id() - 1, "objectFile", at));
  EXPECT_EQ(lines.setName("mine").name(), "mine");
}

TEST(DebugString, DescribesEveryKind) {
  const auto pairs = context().range(0, 4, 1, 2).keyBy([](std::int64_t x) { return x % 2; });
  const auto kindOf = [](const auto& rdd) {
    const std::string text = rdd.toDebugString();
    return text.substr(text.find(' ') + 1, text.find('[') - text.find(' ') - 1);
  };
  EXPECT_EQ(kindOf(pairs.zip(pairs)), "ZippedRDD");
  EXPECT_EQ(kindOf(pairs.cartesian(pairs)), "CartesianRDD");
  EXPECT_EQ(kindOf(pairs.sample(false, 0.5)), "SampledRDD");
  EXPECT_EQ(kindOf(pairs.zipWithIndex()), "IndexedRDD");
  EXPECT_EQ(kindOf(pairs.flatMapValues([](std::int64_t x) { return std::vector{x}; })), "FlatMappedRDD");
  EXPECT_EQ(kindOf(pairs.mapPartitions([](auto&) { return std::vector{1}; })), "MapPartitionsRDD");
  EXPECT_NE(pairs.id(), pairs.keys().id());
  EXPECT_EQ(&pairs.context(), &context());
}

}  // namespace
}  // namespace seltzer::test
