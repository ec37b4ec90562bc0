#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "files/file_content.hpp"
#include "files/input_window.hpp"
#include "input_fixture.hpp"
#include "program_run.hpp"
#include "save_fixture.hpp"

namespace seltzer::test {
namespace {

namespace fs = std::filesystem;

using Texts = std::vector<std::string>;

struct City {
  std::string name;
  std::optional<std::int64_t> people;
  double area = 0;
  std::vector<std::string> rivers;
  bool operator==(const City&) const = default;
};

const Texts cityKeys = {"name", "people", "area", "rivers"};

TEST(Json, ObjectsAsTheyAreWritten) {
  const ScratchFolder folder;
  writeContent(
      folder / "a.jsonl",
      "\xEF\xBB\xBF"
      "{\"name\":\"Bern\",\"people\":134591,\"area\":51.6,\"rivers\":[\"Aare\"]}\r\n"
      "\n  \t\n"
      " { \"rivers\" : [ ] , \"area\" : 28 , \"other\" : {\"name\": [1, {\"x\": null}]} , \"name\" : \"Chur\" } \n"
      "{\"name\":\"Z\\u00fcrich \\ud83d\\ude00 \\\"\\\\\\n\",\"people\":null,\"area\":-0.0,"
      "\"rivers\":[\"Limmat\",\"Sihl\"]}");
  const std::vector<City> expected = {{"Bern", 134591, 51.6, {"Aare"}},
                                      {"Chur", std::nullopt, 28, {}},
                                      {"Z\xC3\xBCrich \xF0\x9F\x98\x80 \"\\\n", std::nullopt, 0, {"Limmat", "Sihl"}}};
  writeContent(folder / "b.jsonl.gz", compressed(Codec::gzip, contentOf(folder / "a.jsonl")));
  for (const std::int64_t partitions : {1, 2, 3, 8, 60}) {
    EXPECT_EQ(context().jsonFile<City>(folder / "a.jsonl", cityKeys, partitions).collect(), expected);
    EXPECT_EQ(context().jsonFile<City>(folder / "b.jsonl.gz", cityKeys, partitions).collect(), expected);
    EXPECT_EQ(context().jsonFile<City>(folder / "a.jsonl", cityKeys, partitions).take(1).front(), expected.front());
  }
  writeContent(folder / "empty", "");
  writeContent(folder / "lines", "\n\r\n\r");
  for (const char* name : {"empty", "lines"}) {
    EXPECT_EQ(context().jsonFile<City>(folder / name, cityKeys, 2).count(), 0);
  }
}

using Wide = std::tuple<std::string, std::int64_t, std::uint64_t, double, float, std::optional<std::string>, bool,
                        std::vector<double>, std::optional<std::vector<std::int8_t>>, char>;
const Texts wideKeys = {"text", "int", "unsigned", "double", "float", "maybe", "bool", "list", "bytes", "a \"key\""};

double randomDouble(std::mt19937_64& random) {
  while (true) {
    double number = 0;
    const std::uint64_t bits = random();
    std::memcpy(&number, &bits, sizeof number);
    if (std::isfinite(number)) return number;
  }
}

std::vector<Wide> wideRows(std::size_t count) {
  std::mt19937_64 random(seed());
  const Texts texts = {"",  "a", "\"", "\\", "\n\r\t\b\f", std::string("\0\x1f\x7f", 3), "\xC3\xA4", "\xF0\x9F\x98\x80",
                       "{}"};
  const std::vector<double> numbers = {0.0, -0.0, 1, 1e22, 5e-324, std::numeric_limits<double>::max(), 0.1, 123456789};
  std::vector<Wide> rows;
  for (std::size_t i = 0; i < count; ++i) {
    const auto text = [&] { return texts[random() % texts.size()]; };
    const auto number = [&] { return random() % 2 == 0 ? numbers[random() % numbers.size()] : randomDouble(random); };
    std::vector<double> list;
    for (std::size_t left = random() % 4; left > 0; --left) list.push_back(number());
    rows.emplace_back(
        text(), static_cast<std::int64_t>(random()), random(), number(), static_cast<float>(random()) / 7.0f,
        random() % 2 == 0 ? std::nullopt : std::optional(text()), random() % 2 == 0, list,
        random() % 2 == 0 ? std::nullopt : std::optional(std::vector<std::int8_t>{-128, 127}), "x\"\\\n"[random() % 4]);
  }
  return rows;
}

TEST(Json, WhatIsSavedIsReadBack) {
  for (const std::size_t size : inputSizes) {
    const auto rows = wideRows(size);
    for (const std::int64_t partitions : partitionCounts) {
      const ScratchFolder folder;
      const auto saved = context().parallelize(rows, partitions).saveAsJsonFile(folder / "out", wideKeys);
      EXPECT_EQ(saved.records(), size);
      ASSERT_EQ(namesIn(folder / "out"), namesOfSaved(static_cast<std::size_t>(partitions)));
      const auto read = context().jsonFile<Wide>(folder / "out", wideKeys, 5).collect();
      ASSERT_EQ(read, rows);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        ASSERT_EQ(std::signbit(std::get<double>(read[i])), std::signbit(std::get<double>(rows[i])));
      }
      context().parallelize(rows, partitions).saveAsJsonFile(folder / "compressed", wideKeys, Codec::gzip);
      ASSERT_EQ(context().jsonFile<Wide>(folder / "compressed", wideKeys).collect(), rows);
    }
  }
}

TEST(Json, EveryLineOnceAtAnyNumberOfPartitions) {
  const ScratchFolder folder;
  std::mt19937_64 random(seed());
  using Row = std::pair<std::int64_t, std::string>;
  for (int round = 0; round < 8; ++round) {
    std::string content;
    std::vector<Row> expected;
    for (std::size_t left = random() % 300; left > 0; --left) {
      const std::string text(random() % 60, 'x');
      content += "{\"n\":" + std::to_string(left) + ",\"t\":\"" + text + "\"}";
      content += random() % 3 == 0 ? "\r\n" : random() % 3 == 0 ? "\n\n" : "\n";
      expected.emplace_back(left, text);
    }
    writeContent(folder / "a.jsonl", content);
    for (const std::int64_t partitions : {1, 2, 3, 8, 60, 500}) {
      const BufferOf buffer(round % 2 == 0 ? 1 + random() % 100 : detail::textBufferBytes);
      const auto rows = context().jsonFile<Row>(folder / "a.jsonl", {"n", "t"}, partitions);
      ASSERT_EQ(rows.collect(), expected) << "seed " << seed() << ", round " << round << ", " << partitions;
    }
  }
}

TEST(Json, ABadLineIsNamedByFileAndLine) {
  const ScratchFolder folder;
  using Row = std::tuple<int, std::string, std::optional<double>, std::vector<std::uint8_t>>;
  const Texts keys = {"i", "s", "d", "l"};
  const std::string path = folder / "a.jsonl";
  std::string good;
  for (int i = 0; i < 500; ++i) good += "{\"i\":" + std::to_string(i) + ",\"s\":\"\",\"l\":[0,255]}\r\n\n";
  const std::string rest = ",\"s\":\"\",\"l\":[]}";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{\"i\":1", "\"{\"i\":1\" is not JSON: "},
      {"{\"i\":01" + rest, "is not JSON: "},
      {"{\"i\":1} x", "is not JSON: "},
      {"{\"i\":1,\"s\":\"\xff\",\"l\":[]}", "is not JSON: "},
      {"[1]", "\"[1]\" is not an object"},
      {"{\"i\":1,\"i\":2" + rest, "the key \"i\" occurs twice"},
      {"{\"i\":1,\"l\":[]}", "the key \"s\" is missing; use std::optional if there need not be one"},
      {"{\"i\":null" + rest, "the value of \"i\" is null, which is not a std::int32_t; use std::optional"},
      {"{\"i\":1.0" + rest, "the value of \"i\" is 1.0, which is not a std::int32_t"},
      {"{\"i\":2147483648" + rest, "the value of \"i\" is 2147483648, which is not a std::int32_t"},
      {"{\"i\":\"1\"" + rest, "the value of \"i\" is \"1\", which is not a std::int32_t"},
      {"{\"i\":1,\"d\":\"x\"" + rest, "the value of \"d\" is \"x\", which is not a number"},
      {"{\"i\":1,\"s\":2,\"l\":[]}", "the value of \"s\" is 2, which is not a text"},
      {"{\"i\":1,\"s\":\"\",\"l\":[256]}",
       "the value of \"l\" is [256], which is not a list, of which each is a std::uint8_t"},
      {"{\"i\":1,\"s\":\"\",\"l\":[-1]}", "the value of \"l\" is [-1], which is not a list"},
      {"{\"i\":1,\"s\":\"\",\"l\":7}", "the value of \"l\" is 7, which is not a list"},
  };
  for (const auto& [bad, what] : cases) {
    writeContent(path, good + bad + "\n" + good);
    writeContent(path + ".gz", compressed(Codec::gzip, good + bad + "\n" + good));
    for (const std::int64_t partitions : partitionCounts) {
      for (const std::string& file : {path, path + ".gz"}) {
        const auto message =
            messageOf<TaskError>([&, &file = file] { context().jsonFile<Row>(file, keys, partitions).count(); });
        EXPECT_NE(message.find(file + ", line 1001: "), std::string::npos) << message;
        EXPECT_NE(message.find(what), std::string::npos) << message;
      }
    }
  }
}

TEST(Json, TextThatIsSaved) {
  const ScratchFolder folder;
  context()
      .parallelize(std::vector<City>{{"a\"b\n", 1, 2, {"x", "y"}}, {"", std::nullopt, 1e300, {}}}, 1)
      .saveAsJsonFile(folder / "out", cityKeys);
  EXPECT_EQ(contentOf(folder / "out/part-00000"),
            "{\"name\":\"a\\\"b\\n\",\"people\":1,\"area\":2.0,\"rivers\":[\"x\",\"y\"]}\n"
            "{\"name\":\"\",\"people\":null,\"area\":1e+300,\"rivers\":[]}\n");
  const auto failure = [&](const auto& row) {
    fs::remove_all(folder / "failed");
    return messageOf<TaskError>([&] {
      context().parallelize(std::vector{row}, 1).saveAsJsonFile(folder / "failed", {"a", "b"});
    });
  };
  EXPECT_NE(failure(std::pair(1, std::string("\xff"))).find("a text that is not UTF-8 cannot be written as JSON"),
            std::string::npos);
  EXPECT_NE(failure(std::pair(1, std::nan(""))).find("JSON has no NaN and no infinite numbers"), std::string::npos);
  EXPECT_NE(failure(std::pair(1, std::numeric_limits<float>::infinity())).find("JSON has no NaN"), std::string::npos);
}

TEST(Json, WhatIsRefused) {
  const ScratchFolder folder;
  using Row = std::pair<int, int>;
  writeContent(folder / "a.jsonl", "{\"a\":1,\"b\":2}\n");
  const auto message = messageOf<std::invalid_argument>([&] { context().jsonFile<Row>(folder / "a.jsonl", {"a"}); });
  EXPECT_EQ(message, "jsonFile at " + callSite(__LINE__ - 1) + ": there are 1 keys, and the rows have 2 columns");
  const auto twice = messageOf<std::invalid_argument>([&] { context().jsonFile<Row>(folder / "a.jsonl", {"a", "a"}); });
  EXPECT_EQ(twice, "jsonFile at " + callSite(__LINE__ - 1) + ": the key \"a\" is there twice");
  const auto rows = context().parallelize(std::vector<Row>{{1, 2}});
  EXPECT_THROW(rows.saveAsJsonFile(folder / "out", {}), std::invalid_argument);
  EXPECT_FALSE(fs::exists(folder / "out"));
  EXPECT_THROW(rows.saveAsJsonFile(folder / "a.jsonl", {"a", "b"}), UsageError);
  EXPECT_THROW(context().jsonFile<Row>(folder / "absent", {"a", "b"}), UsageError);
  EXPECT_THROW(context().jsonFile<Row>(folder / "a.jsonl", {"a", "b"}, 0), std::invalid_argument);
  for (const std::int64_t partitions : partitionCounts) {
    writeContent(folder / "a.jsonl", std::string(10'000, '\n'));
    const auto shrunk = context().jsonFile<Row>(folder / "a.jsonl", {"a", "b"}, partitions);
    fs::resize_file(folder / "a.jsonl", 5000);
    EXPECT_NE(messageOf<TaskError>([&] { shrunk.count(); }).find(folder / "a.jsonl" + " has shrunk"),
              std::string::npos);
  }
  const std::string whole = compressed(Codec::gzip, "{\"a\":1,\"b\":2}\n");
  writeContent(folder / "b.jsonl.gz", whole.substr(0, whole.size() - 3));
  const auto truncated = messageOf<TaskError>([&] {
    context().jsonFile<Row>(folder / "b.jsonl.gz", {"a", "b"}).count();
  });
  EXPECT_NE(truncated.find(folder / "b.jsonl.gz" + " is truncated"), std::string::npos) << truncated;
}

TEST(Json, PythonReadsWhatIsSavedAndWritesWhatIsRead) {
  const ScratchFolder folder;
  const auto rows = wideRows(3000);
  context().parallelize(rows, 3).saveAsJsonFile(folder / "out", wideKeys);
  // Python reads and writes all again, with other spaces and escapes, and the keys in another order.
  writeContent(folder / "again.py", R"(
import json, sys
count = 0
with open(f"{sys.argv[1]}/again.jsonl", "w", encoding="utf8") as out:
    for part in range(3):
        with open(f"{sys.argv[1]}/out/part-{part:05}", encoding="utf8", newline="\n") as lines:
            for line in lines:
                row = json.loads(line)
                assert type(row["int"]) is int and type(row["double"]) is float and type(row["list"]) is list, line
                assert len(row) == 10, line
                row = {key: row[key] for key in reversed(list(row)) if row[key] is not None}
                row["more"] = [None, {}]
                out.write(json.dumps(row, ensure_ascii=count % 2 == 0) + "\n")
                count += 1
print(count)
)");
  const Outcome run = runShell("python3 " + folder / "again.py" + " " + folder / "");
  EXPECT_EQ(run.output, "3000\n");
  for (const std::int64_t partitions : partitionCounts) {
    EXPECT_TRUE(context().jsonFile<Wide>(folder / "again.jsonl", wideKeys, partitions).collect() == rows);
  }
}

}  // namespace
}  // namespace seltzer::test
