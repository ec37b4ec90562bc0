#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "save_fixture.hpp"

namespace seltzer::test {
namespace {

namespace fs = std::filesystem;

template <class T>
std::string memoryOf(const std::vector<T>& elements) {
  return {reinterpret_cast<const char*>(elements.data()), elements.size() * sizeof(T)};
}

TEST(SaveBinaryRecords, BinaryRecordsAreTheMemoryOfTheElements) {
  forRandomNumbers([](Context& sc, const std::vector<std::int64_t>& elements, std::int64_t partitions) {
    const ScratchFolder scratch;
    const SavedFiles saved = sc.parallelize(elements, partitions).saveAsBinaryRecords(scratch / "out");
    const auto expected = slices(elements, partitions);
    ASSERT_EQ(namesIn(scratch / "out"), namesOfSaved(expected.size()));
    for (std::size_t p = 0; p < expected.size(); ++p) {
      EXPECT_EQ(contentOf(scratch / ("out/" + partName(p))), memoryOf(expected[p]));
    }
    EXPECT_EQ(saved.records(), elements.size());
    EXPECT_EQ(saved.bytes(), elements.size() * sizeof(std::int64_t));
  });
}

TEST(SaveBinaryRecords, BinaryRecordsOfArraysAndUserTypes) {
  using Record = std::array<char, 100>;
  std::vector<Record> records(20'000);
  std::mt19937_64 random(seed());
  for (Record& record : records) {
    for (char& byte : record) byte = static_cast<char>(random());
  }
  const ScratchFolder scratch;
  context().parallelize(records, 3).coalesce(1).saveAsBinaryRecords(scratch / "arrays");
  EXPECT_TRUE(contentOf(scratch / "arrays/part-00000") == memoryOf(records));
  const auto tickets = someTickets(3000);
  context().parallelize(tickets, 3).coalesce(1).saveAsBinaryRecords(scratch / "tickets");
  const std::string content = contentOf(scratch / "tickets/part-00000");
  ASSERT_EQ(content.size(), tickets.size() * sizeof(Ticket));
  for (std::size_t i = 0; i < tickets.size(); ++i) {
    Ticket read(0);
    std::memcpy(&read, content.data() + i * sizeof(Ticket), sizeof(Ticket));
    EXPECT_EQ(read, tickets[i]);
  }
}

TEST(SaveBinaryRecords, BinaryRecordsOfStringsHaveOneLength) {
  const ScratchFolder scratch;
  const std::vector<std::string> words = {"abc", "def", "ghi", "jkl"};
  EXPECT_EQ(context().parallelize(words, 2).saveAsBinaryRecords(scratch / "same").bytes(), 12u);
  EXPECT_EQ(contentOf(scratch / "same/part-00001"), "ghijkl");
  const auto views =
      context().parallelize(words, 2).map([](const std::string& text) { return std::string_view(text); });
  views.saveAsBinaryRecords(scratch / "views");
  EXPECT_EQ(contentOf(scratch / "views/part-00000"), "abcdef");

  const auto refused = [&](const std::string& name, const std::vector<std::vector<std::string>>& parts) {
    const auto message = messageOf<TaskError>([&] { rddOf(parts).saveAsBinaryRecords(scratch / name); });
    EXPECT_FALSE(fs::exists(scratch / (name + "/_SUCCESS")));
    EXPECT_FALSE(fs::exists(scratch / (name + "/_temporary")));
    return message;
  };
  EXPECT_NE(refused("within", {{"abc", "de"}}).find("one has 2 bytes, the first of its partition 3"),
            std::string::npos);
  EXPECT_NE(refused("between", {{"abc"}, {}, {"de"}}).find("partition have 2 bytes"), std::string::npos);
  EXPECT_NE(refused("empty", {{""}}).find("empty string"), std::string::npos);
}

}  // namespace
}  // namespace seltzer::test
