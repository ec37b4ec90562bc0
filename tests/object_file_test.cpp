#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/detail/files/object_file.hpp>

#include "fixture.hpp"
#include "scratch_folder.hpp"

namespace seltzer::test {
namespace {

namespace fs = std::filesystem;

/// Saves and reads back; expects the same partitions.
template <class T>
void roundTrip(const std::vector<std::vector<T>>& parts) {
  const ScratchFolder scratch;
  const auto rdd = rddOf(parts);
  const SavedFiles saved = rdd.saveAsObjectFile(scratch / "out");
  const auto read = context().objectFile<T>(scratch / "out");
  EXPECT_EQ(read.getNumPartitions(), parts.size());
  EXPECT_EQ(read.glom().collect(), parts);
  EXPECT_EQ(read.count(), static_cast<std::int64_t>(joined(parts).size()));
  EXPECT_EQ(saved.records(), joined(parts).size());
}

TEST(ObjectFile, RoundTripOfEveryKindOfElement) {
  for (const std::int64_t partitions : partitionCounts) {
    roundTrip(slices(someNumbers(5000), partitions));
    roundTrip(slices(someStrings(5000), partitions));
    roundTrip(slices(someReadings(3000), partitions));
    roundTrip(slices(std::vector<std::map<std::string, std::optional<int>>>(100, {{"a", 1}, {"b", {}}}), partitions));
  }
  roundTrip(skewed(someNumbers(100'000)));  // several frames
  roundTrip(skewed(someStrings(100'000)));
  roundTrip<std::string>({{std::string(3'000'000, 'x')}, {}, {"", std::string(300'000, 'y'), ""}});
}

TEST(ObjectFile, TypesWithoutADefaultConstructor) {
  const ScratchFolder scratch;
  const auto tickets = someTickets(3000);
  context().parallelize(tickets, 3).saveAsObjectFile(scratch / "out");
  EXPECT_EQ(context().objectFile<Ticket>(scratch / "out").collect(), tickets);
}

TEST(ObjectFile, BorrowedElementsAreWrittenAsWhatTheyAreKeptAs) {
  const ScratchFolder scratch;
  const auto strings = someStrings(3000);
  context()
      .parallelize(strings, 3)
      .map([](const std::string& text) { return std::pair(std::string_view(text), std::int64_t{1}); })
      .saveAsObjectFile(scratch / "out");
  using Pair = std::pair<std::string, std::int64_t>;
  std::vector<Pair> expected;
  for (const auto& text : strings) expected.emplace_back(text, 1);
  EXPECT_EQ((context().objectFile<Pair>(scratch / "out").collect()), expected);
}

TEST(ObjectFile, NoPartitions) {
  const ScratchFolder scratch;
  context().emptyRDD<double>().saveAsObjectFile(scratch / "out");
  const auto read = context().objectFile<double>(scratch / "out");
  EXPECT_EQ(read.getNumPartitions(), 0u);
  EXPECT_EQ(read.collect(), std::vector<double>());
}

TEST(ObjectFile, FilesPatternsAndLists) {
  const ScratchFolder scratch;
  context().range(0, 10, 1, 5).saveAsObjectFile(scratch / "out");
  const auto read = [](const std::string& path) { return context().objectFile<std::int64_t>(path).collect(); };
  using Numbers = std::vector<std::int64_t>;
  EXPECT_EQ(read(scratch / "out/part-00003"), (Numbers{6, 7}));
  EXPECT_EQ(read(scratch / "out/part-0000[24]"), (Numbers{4, 5, 8, 9}));
  EXPECT_EQ(read(scratch / "out/part-00004" + std::string(",") + (scratch / "out/part-00000")), (Numbers{8, 9, 0, 1}));
  const auto message = messageOf<std::invalid_argument>([&] { read(scratch / "missing"); });
  EXPECT_NE(message.find(scratch / "missing"), std::string::npos) << message;
}

TEST(ObjectFile, TakeReadsNoMoreThanItNeeds) {
  const ScratchFolder scratch;
  context().range(0, 1'000'000, 1, 2).saveAsObjectFile(scratch / "out");
  std::string content = contentOf(scratch / "out/part-00000");
  content[content.size() / 2] = static_cast<char>(~content[content.size() / 2]);
  writeContent(scratch / "out/part-00000", content);
  const auto read = context().objectFile<std::int64_t>(scratch / "out");
  EXPECT_EQ(read.take(3), (std::vector<std::int64_t>{0, 1, 2}));
  messageOf<TaskError>([&] { read.count(); });
}

// --- damage

/// A small object file, and the error of reading it with changed content.
class Damaged {
 public:
  Damaged() {
    context().parallelize(elements, 1).saveAsObjectFile(scratch_ / "out");
    content = contentOf(path());
  }

  std::string path() const { return scratch_ / "out/part-00000"; }

  std::string messageWith(const std::string& other) const {
    writeContent(path(), other);
    return messageOf<TaskError>([&] { context().objectFile<Element>(path()).collect(); });
  }

  /// Expects a message that names file and offset.
  void expectError(const std::string& other, const std::string& part = "") const {
    const std::string message = messageWith(other);
    EXPECT_NE(message.find(path() + ", at offset "), std::string::npos) << message;
    EXPECT_NE(message.find(part), std::string::npos) << message;
  }

  using Element = std::pair<std::string, std::int64_t>;
  std::vector<Element> elements = {{"one", 1}, {"", -1}, {"a longer string than the others", 1 << 30}};
  std::string content;

 private:
  ScratchFolder scratch_;
};

TEST(ObjectFile, AFlippedBitAnywhereIsAnError) {
  const Damaged file;
  std::mt19937_64 random(seed());
  for (std::size_t at = 0; at < file.content.size(); ++at) {
    SCOPED_TRACE(testing::Message() << "byte " << at << ", seed " << seed());
    std::string flipped = file.content;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << random() % 8));
    file.expectError(flipped);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(ObjectFile, RandomBytesAnywhereAreAnError) {
  const Damaged file;
  std::mt19937_64 random(seed());
  for (int i = 0; i < 200; ++i) {
    std::string other = file.content;
    for (std::size_t j = 0; j < 1 + random() % 20; ++j) other[random() % other.size()] = static_cast<char>(random());
    if (other == file.content) continue;
    file.expectError(other);
  }
}

TEST(ObjectFile, ATruncatedFileIsAnError) {
  const Damaged file;
  for (std::size_t size = 0; size < file.content.size(); ++size) {
    SCOPED_TRACE(testing::Message() << size << " bytes are left");
    file.expectError(file.content.substr(0, size));
    if (testing::Test::HasFailure()) return;
  }
}

TEST(ObjectFile, BytesBehindTheEndAreAnError) {
  const Damaged file;
  file.expectError(file.content + "x", "follow the end");
  file.expectError(file.content + file.content, "follow the end");
}

TEST(ObjectFile, FramesThatWereRemovedOrMovedAreAnError) {
  const Damaged file;
  const std::size_t header = file.content.find("SOBFRAME");
  const std::size_t end = file.content.find("SOBFEND.");
  ASSERT_NE(header, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const std::string frame = file.content.substr(header, end - header);
  file.expectError(file.content.substr(0, header) + file.content.substr(end));
  file.expectError(file.content.substr(0, end) + frame + file.content.substr(end), "belongs to offset");
}

TEST(ObjectFile, AnImpossibleLengthTakesNoMemory) {
  const Damaged file;
  const std::size_t at = file.content.find("SOBFRAME");
  detail::ObjectFrame frame;
  frame.offset = at;
  frame.bytes = std::uint64_t{1} << 60;
  frame.records = std::uint64_t{1} << 60;
  frame.frameHash = frame.hash();
  std::string other = file.content;
  other.replace(at, sizeof frame, reinterpret_cast<const char*>(&frame), sizeof frame);
  file.expectError(other, "cut short");
}

TEST(ObjectFile, APayloadThatIsNoElementsIsAnError) {
  const Damaged file;
  const auto rewrite = [&](const std::string& payload, std::uint64_t records) {
    const std::string path = file.path();
    detail::PartFile part(path, path + ".temporary", Codec::none);
    detail::ObjectFileWriter writer(part, detail::ObjectTypeTag::of<Damaged::Element>());
    writer.writeFrame(std::as_bytes(std::span(payload)), records);
    writer.finish();
    part.commit();
    return contentOf(path);
  };
  file.expectError(rewrite(std::string(100, '\xff'), 3), "damaged data");
  file.expectError(rewrite("", 3), "damaged data");
  file.expectError(rewrite(std::string(100, '\0'), 3), "left over");
}

TEST(ObjectFile, ForeignFiles) {
  const Damaged file;
  file.expectError("", "not an object file");
  file.expectError("just a text\n", "not an object file");
  file.expectError(std::string(1000, 'x'), "not an object file");
}

TEST(ObjectFile, AnotherElementTypeIsAnErrorThatNamesBoth) {
  const ScratchFolder scratch;
  context().range(0, 10, 1, 2).saveAsObjectFile(scratch / "out");
  const auto message = messageOf<TaskError>([&] { context().objectFile<double>(scratch / "out").collect(); });
  EXPECT_NE(message.find("part-00000, at offset "), std::string::npos) << message;
  EXPECT_NE(message.find("elements of type long, not double"), std::string::npos) << message;
  messageOf<TaskError>([&] { context().objectFile<std::string>(scratch / "out").collect(); });
  EXPECT_EQ(context().objectFile<std::int64_t>(scratch / "out").count(), 10);
}

}  // namespace
}  // namespace seltzer::test
