#include <cstdint>
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
#include "input_fixture.hpp"
#include "program_run.hpp"
#include "save_fixture.hpp"

namespace seltzer::test {
namespace {

namespace fs = std::filesystem;

using Texts = std::vector<std::string>;
using Table = std::vector<Texts>;

/// The oracle: a table parsed byte by byte.
Table parsed(const std::string& content, char separator = ',') {
  Table table;
  Texts row;
  std::string field;
  bool quoted = false;
  bool any = false;  // the line is not empty
  const auto endRow = [&] {
    if (any) {
      row.push_back(field);
      table.push_back(row);
    }
    row.clear();
    field.clear();
    any = false;
  };
  for (std::size_t i = 0; i < content.size(); ++i) {
    const char c = content[i];
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < content.size() && content[i + 1] == '"') {
        field += content[++i];
      } else {
        quoted = false;
      }
    } else if (c == '\n' || c == '\r') {
      endRow();
    } else {
      any = true;
      if (c == '"') {
        quoted = true;
      } else if (c == separator) {
        row.push_back(field);
        field.clear();
      } else {
        field += c;
      }
    }
  }
  endRow();
  return table;
}

/// A table with all kinds of fields, as text.
std::string randomTable(std::size_t rows, bool lineEndsInQuotes, std::mt19937_64& random) {
  const Texts plain = {"", "a", "two words", "-1.5", " spaced ", "\xc3\xa4", std::string("\0", 1)};
  const Texts quoted = {"", ",", "\"\"", "a,\"\"b\"\",c", "\"\"\"\"", "plain"};
  const Texts multiline = {"\n", "a\r\nb", "\r", "one\n\ntwo", "\"\"\n\"\""};
  const Texts ends = {"\n", "\r\n", "\r", "\n\n"};
  std::string text;
  for (; rows > 0; --rows) {
    for (std::size_t fields = 1 + random() % 4, i = 0; i < fields; ++i) {
      if (i > 0) text += ',';
      const std::size_t kind = random() % 10;
      if (kind < 6) {
        text += plain[random() % plain.size()];
      } else if (kind < 9 || !lineEndsInQuotes) {
        text += "\"" + quoted[random() % quoted.size()] + "\"";
      } else {
        text += "\"" + multiline[random() % multiline.size()] + "\"";
      }
    }
    if (rows > 1 || random() % 2 == 0) text += ends[random() % ends.size()];
  }
  return text;
}

TEST(Csv, EveryRowOnceAtAnyNumberOfPartitions) {
  const ScratchFolder folder;
  std::mt19937_64 random(seed());
  for (int round = 0; round < 12; ++round) {
    SCOPED_TRACE(testing::Message() << "seed " << seed() << ", round " << round);
    const std::string content = randomTable(random() % 300, false, random);
    const Table expected = parsed(content);
    writeContent(folder / "a.csv", content);
    writeContent(folder / "b.csv.gz", compressed(Codec::gzip, content));
    for (const std::int64_t partitions : {1, 2, 3, 8, 60}) {
      const BufferOf buffer(round % 2 == 0 ? 1 + random() % 100 : std::size_t{1} << 20);
      ASSERT_EQ(context().csvFile<Texts>(folder / "a.csv", {}, partitions).collect(), expected);
      ASSERT_EQ(context().csvFile<Texts>(folder / "b.csv.gz", {}, partitions).collect(), expected);
      ASSERT_EQ(context().csvFile<Texts>(folder / "a.csv", {.multiline = true}, partitions).collect(), expected);
    }
  }
}

TEST(Csv, LineEndsWithinQuotes) {
  const ScratchFolder folder;
  std::mt19937_64 random(seed());
  for (int round = 0; round < 20; ++round) {
    SCOPED_TRACE(testing::Message() << "seed " << seed() << ", round " << round);
    const std::string content = randomTable(random() % 300, true, random);
    const Table expected = parsed(content);
    writeContent(folder / "a.csv", content);
    writeContent(folder / "b.csv.gz", compressed(Codec::gzip, content));
    const BufferOf buffer(round % 2 == 0 ? 1 + random() % 100 : std::size_t{1} << 20);
    const CsvOptions options{.multiline = true};
    const auto rows = context().csvFile<Texts>(folder / "a.csv", options, 8);
    EXPECT_LE(rows.getNumPartitions(), 1u);
    ASSERT_EQ(rows.collect(), expected);
    ASSERT_EQ(context().csvFile<Texts>(folder / "b.csv.gz", options).collect(), expected);
    Table both = expected;
    both.insert(both.end(), expected.begin(), expected.end());
    ASSERT_EQ(context().csvFile<Texts>(folder / "", options).collect(), both);
  }
}

TEST(Csv, FieldsAsTheyAreWritten) {
  const ScratchFolder folder;
  const std::vector<std::pair<std::string, Table>> cases = {
      {"", {}},
      {"\n\r\n\r", {}},
      {"a", {{"a"}}},
      {",", {{"", ""}}},
      {"a,b\nc,d", {{"a", "b"}, {"c", "d"}}},
      {"a,\n", {{"a", ""}}},
      {"\"\"\n", {{""}}},
      {"\"\"\"\"\n", {{"\""}}},
      {"\"a\"\"b\",\"c,d\"\r\n", {{"a\"b", "c,d"}}},
      {" a , b \n", {{" a ", " b "}}},
      {"\xEF\xBB\xBF\"a\",b\n", {{"a", "b"}}},
      {"\xEF\xBB\xBF", {}},
  };
  for (const auto& [content, table] : cases) {
    writeContent(folder / "a.csv", content);
    for (const bool multiline : {false, true}) {
      for (const std::int64_t partitions : partitionCounts) {
        EXPECT_EQ(context().csvFile<Texts>(folder / "a.csv", {.multiline = multiline}, partitions).collect(), table)
            << testing::PrintToString(content);
      }
    }
  }
  writeContent(folder / "a.csv", "a\t\"b,\"\nc;d\te\n");
  EXPECT_EQ(context().csvFile<Texts>(folder / "a.csv", {.separator = '\t', .quote = '\0'}).collect(),
            (Table{{"a", "\"b,\""}, {"c;d", "e"}}));
  EXPECT_EQ(context().csvFile<Texts>(folder / "a.csv", {.separator = '\t', .quote = '\0', .multiline = true}).collect(),
            (Table{{"a", "\"b,\""}, {"c;d", "e"}}));
  writeContent(folder / "a.csv", "'a;''b';c\n");
  EXPECT_EQ(context().csvFile<Texts>(folder / "a.csv", {.separator = ';', .quote = '\''}).collect(),
            (Table{{"a;'b", "c"}}));
}

struct City {
  std::string name;
  std::optional<std::int64_t> people;
  double area = 0;
  bool capital = false;
  bool operator==(const City&) const = default;
};

TEST(Csv, RowsOfEveryType) {
  const ScratchFolder folder;
  writeContent(folder / "a.csv", "Bern,134591,51.6,true\n\"Chur, GR\",,28.1e0,False\n\"\",-1,inf,1\n");
  const std::vector<City> cities = {{"Bern", 134591, 51.6, true},
                                    {"Chur, GR", std::nullopt, 28.1, false},
                                    {"", -1, std::numeric_limits<double>::infinity(), true}};
  using Tuple = std::tuple<std::optional<std::string>, std::optional<double>, float, std::string>;
  const std::vector<Tuple> tuples = {{"Bern", 134591, 51.6f, "true"},
                                     {"Chur, GR", std::nullopt, 28.1f, "False"},
                                     {"", -1, std::numeric_limits<float>::infinity(), "1"}};
  for (const std::int64_t partitions : partitionCounts) {
    EXPECT_EQ(context().csvFile<City>(folder / "a.csv", {}, partitions).collect(), cities);
    EXPECT_EQ(context().csvFile<Tuple>(folder / "a.csv", {}, partitions).collect(), tuples);
    EXPECT_EQ(context().csvFile<City>(folder / "a.csv", {}, partitions).take(2),
              std::vector<City>(cities.begin(), cities.begin() + 2));
  }
  writeContent(folder / "b.csv", "-128,255\n127,0\n");
  using Bytes = std::pair<std::int8_t, std::uint8_t>;
  EXPECT_EQ(context().csvFile<Bytes>(folder / "b.csv").collect(), (std::vector<Bytes>{{-128, 255}, {127, 0}}));
  writeContent(folder / "c.csv", ",x\n\"\",\",\"\n");
  using Letters = std::pair<std::optional<std::string>, char>;
  EXPECT_EQ(context().csvFile<Letters>(folder / "c.csv").collect(),
            (std::vector<Letters>{{std::nullopt, 'x'}, {"", ','}}))
      << "an empty text is in quotes";
}

TEST(Csv, Headers) {
  const ScratchFolder folder;
  using Row = std::pair<std::string, int>;
  const std::vector<Row> expected = {{"a", 1}, {"b", 2}, {"c", 3}, {"d", 4}};
  writeContent(folder / "1.csv", "name,\"the number\"\r\na,1\r\nb,2\r\n");
  writeContent(folder / "2.csv", "\xEF\xBB\xBFname,the number\nc,3\n");
  writeContent(folder / "3.csv", "");
  writeContent(folder / "4.csv", "name,the number\n");
  writeContent(folder / "5.csv.gz", compressed(Codec::gzip, "name,the number\nd,4\n"));
  const CsvOptions skipped{.header = true};
  const CsvOptions named{.names = {"name", "the number"}};
  CsvOptions multiline = named;
  multiline.multiline = true;
  for (const std::int64_t partitions : {1, 2, 3, 8, 60}) {
    for (const CsvOptions& options : {skipped, named, multiline}) {
      EXPECT_EQ(context().csvFile<Row>(folder / "", options, partitions).collect(), expected) << partitions;
    }
  }
  const auto message = messageOf<TaskError>([&] {
    context().csvFile<Row>(folder / "2.csv", {.names = {"name", "number"}}, 3).count();
  });
  EXPECT_NE(message.find(folder / "2.csv" + ", line 1, column 2: it is named \"the number\", and not \"number\""),
            std::string::npos)
      << message;
  const auto columns =
      messageOf<TaskError>([&] { context().csvFile<std::tuple<int>>(folder / "2.csv", {.header = true}, 3).count(); });
  EXPECT_NE(columns.find("line 1, column 2: there are 2 fields, and not 1, in \"name,the number\""), std::string::npos)
      << columns;
}

TEST(Csv, ABadRowIsNamedByFileLineAndColumn) {
  const ScratchFolder folder;
  using Row = std::tuple<int, std::string, double>;
  const std::string path = folder / "a.csv";
  std::string good;
  for (int i = 0; i < 500; ++i) good += std::to_string(i) + ",\"x,\",0.5\r\n\n";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"1x,a,2", "column 1: \"1x\" is not a std::int32_t"},
      {"99999999999,a,2", "column 1: \"99999999999\" is not a std::int32_t"},
      {"1,a, 2", "column 3: \" 2\" is not a number"},
      {"1,a,\"2\"x", "column 3: after the closing quote comes \"x\""},
      {"1,a,", "column 3: the field is empty, and a number is expected; use std::optional if there need not be one"},
      {"1,a", "column 3: there are 2 fields, and not 3, in \"1,a\""},
      {"1,a,2,3", "column 4: there are 4 fields, and not 3, in \"1,a,2,3\""},
      {"1,a\"b,2", "column 2: a quote within \"a\"b\", which does not begin with one"},
      {"1,\"a,2",
       "column 2: the quoted field \"\"a,2\" does not end in its line; set CsvOptions::multiline if it goes on in the next"},
  };
  for (const auto& [bad, what] : cases) {
    writeContent(path, good + bad + "\n" + good);
    writeContent(path + ".gz", compressed(Codec::gzip, good + bad + "\n" + good));
    for (const std::int64_t partitions : partitionCounts) {
      for (const std::string& file : {path, path + ".gz"}) {
        const auto message =
            messageOf<TaskError>([&, &file = file] { context().csvFile<Row>(file, {}, partitions).count(); });
        EXPECT_NE(message.find(file + ", line 1001, " + what), std::string::npos) << message;
      }
    }
  }
  writeContent(path, "1,\"a\n\",2\n3,\"b\nc,4\n");
  const CsvOptions multiline{.multiline = true};
  const auto open = messageOf<TaskError>([&] { context().csvFile<Row>(path, multiline).count(); });
  EXPECT_NE(open.find(path + ", line 3, column 2: the quoted field \"\"b\nc,4\n\" does not end"), std::string::npos)
      << open;
  writeContent(path, "1,\"a\n\",2\n3,\"b\nc\",x\n");
  const auto number = messageOf<TaskError>([&] { context().csvFile<Row>(path, multiline).count(); });
  EXPECT_NE(number.find(path + ", line 3, column 3: \"x\" is not a number"), std::string::npos) << number;
  writeContent(path, "1," + std::string(1000, 'y') + "\n");
  const auto length = messageOf<TaskError>([&] { context().csvFile<Row>(path).count(); });
  EXPECT_NE(length.find("in \"1," + std::string(78, 'y') + "\"..."), std::string::npos) << length;
}

TEST(Csv, WhatIsRefused) {
  const ScratchFolder folder;
  using Row = std::pair<int, int>;
  writeContent(folder / "a.csv", "1,2\n");
  const auto message =
      messageOf<std::invalid_argument>([&] { context().csvFile<Row>(folder / "a.csv", {.names = {"a"}}); });
  EXPECT_EQ(message, "csvFile at " + callSite(__LINE__ - 1) + ": there are 1 names, and the rows have 2 columns");
  const auto rows = context().parallelize(std::vector<Row>{{1, 2}});
  for (const CsvOptions& options :
       {CsvOptions{.separator = '\n'}, CsvOptions{.separator = '\0'}, CsvOptions{.quote = ','},
        CsvOptions{.quote = '\r'}, CsvOptions{.names = {"a", "b", "c"}}}) {
    EXPECT_THROW(context().csvFile<Row>(folder / "a.csv", options), std::invalid_argument);
    EXPECT_THROW(rows.saveAsCsvFile(folder / "out", options), std::invalid_argument);
  }
  EXPECT_FALSE(fs::exists(folder / "out"));
  EXPECT_THROW(context().csvFile<Row>(folder / "absent"), UsageError);
  EXPECT_THROW(context().csvFile<Row>(folder / "a.csv", {}, 0), std::invalid_argument);
  EXPECT_THROW(rows.saveAsCsvFile(folder / "a.csv"), UsageError);
  for (const std::int64_t partitions : partitionCounts) {
    writeContent(folder / "a.csv", std::string(10'000, '\n'));
    const auto shrunk = context().csvFile<Row>(folder / "a.csv", {}, partitions);
    fs::resize_file(folder / "a.csv", 5000);
    EXPECT_NE(messageOf<TaskError>([&] { shrunk.count(); }).find(folder / "a.csv" + " has shrunk"), std::string::npos);
  }
  const std::string whole = compressed(Codec::gzip, "1,2\n");
  writeContent(folder / "b.csv.gz", whole.substr(0, whole.size() - 3));
  const auto truncated = messageOf<TaskError>([&] { context().csvFile<Row>(folder / "b.csv.gz").count(); });
  EXPECT_NE(truncated.find(folder / "b.csv.gz" + " is truncated"), std::string::npos) << truncated;
}

using Wide = std::tuple<std::string, std::int64_t, double, std::optional<std::string>, std::optional<int>, bool, char>;

std::vector<Wide> wideRows(std::size_t count, const Texts& texts) {
  std::mt19937_64 random(seed());
  std::vector<Wide> rows;
  for (std::size_t i = 0; i < count; ++i) {
    const auto text = [&] { return texts[random() % texts.size()]; };
    rows.emplace_back(text(), static_cast<std::int64_t>(random()), static_cast<double>(random()) / 7.0,
                      random() % 3 == 0 ? std::nullopt : std::optional(text()),
                      random() % 2 == 0 ? std::nullopt : std::optional(static_cast<int>(random() % 100)),
                      random() % 2 == 0, ",\"x;"[random() % 4]);
  }
  return rows;
}

const Texts lineTexts = {"", "a", "a,b", "\"", "say \"no\"", " ", "\xEF\xBB\xBFx", "true", "\t"};
const Texts allTexts = {"", "a", "a,b", "\"\n\"", "\r\n", "say \"no\"", "\r", "\n\n"};

TEST(Csv, WhatIsSavedIsReadBack) {
  for (const std::size_t size : inputSizes) {
    const auto rows = wideRows(size, lineTexts);
    const auto multiline = wideRows(size, allTexts);
    for (const std::int64_t partitions : partitionCounts) {
      const ScratchFolder folder;
      const CsvOptions options{.separator = partitions == 3 ? ';' : ',',
                               .names = {"a", "b", "c", "d", "e\n,", "f", "g"}};
      CsvOptions plain = options;
      plain.names[4] = "e";
      const auto saved = context().parallelize(rows, partitions).saveAsCsvFile(folder / "lines", plain);
      EXPECT_EQ(saved.records(), size);
      ASSERT_EQ(context().csvFile<Wide>(folder / "lines", plain, 5).collect(), rows);
      CsvOptions whole = options;
      whole.multiline = true;
      context().parallelize(multiline, partitions).saveAsCsvFile(folder / "all", whole, Codec::zstd);
      ASSERT_EQ(context().csvFile<Wide>(folder / "all", whole, 5).collect(), multiline);
      ASSERT_EQ(namesIn(folder / "all"), namesOfSaved(static_cast<std::size_t>(partitions), ".zst"));
    }
  }
}

TEST(Csv, TextThatIsSaved) {
  const ScratchFolder folder;
  const auto textOf = [&](const auto& rows, const CsvOptions& options = {}) {
    fs::remove_all(folder / "out");
    context().parallelize(rows, 1).saveAsCsvFile(folder / "out", options);
    return contentOf(folder / "out/part-00000");
  };
  EXPECT_EQ(textOf(std::vector<City>{{"Bern", 134591, 51.6, true}, {"a \"b\", c", std::nullopt, 1, false}}),
            "Bern,134591,51.6,true\n\"a \"\"b\"\", c\",,1,false\n");
  EXPECT_EQ(textOf(std::vector<std::tuple<std::string>>{{""}, {"x"}}), "\"\"\nx\n") << "a row is no empty line";
  EXPECT_EQ(textOf(std::vector<std::tuple<std::optional<int>>>{{std::nullopt}, {1}}), "\"\"\n1\n");
  EXPECT_EQ(textOf(Table{{"a", ""}, {""}}), "a,\n\"\"\n");
  EXPECT_EQ(textOf(Table{{"a\tb"}}, {.separator = '\t', .names = {"x\ty"}}), "\"x\ty\"\n\"a\tb\"\n");
  EXPECT_EQ(textOf(Table{{"a,\"", "b"}}, {.separator = '\t', .quote = '\0'}), "a,\"\tb\n");
  const auto failure = [&](const Table& rows, const CsvOptions& options) {
    return messageOf<TaskError>([&] { textOf(rows, options); });
  };
  EXPECT_NE(failure({{"a\tb"}}, {.separator = '\t', .quote = '\0'}).find("\"a\tb\" cannot be a field without quotes"),
            std::string::npos);
  EXPECT_NE(failure({{""}}, {.quote = '\0'}).find("an empty text cannot be told from no value"), std::string::npos);
  EXPECT_NE(failure({{}}, {}).find("a row without fields"), std::string::npos);
  EXPECT_NE(failure({{"a", "b"}}, {.names = {"x"}}).find("a row has 2 fields, and there are 1 names"),
            std::string::npos);
  fs::remove_all(folder / "out");
  context()
      .range(0, 3, 1, 1)
      .map(trusted([](std::int64_t i) { return std::pair(i, std::string_view(i == 0 ? "" : "x")); }))
      .saveAsCsvFile(folder / "out");
  EXPECT_EQ(contentOf(folder / "out/part-00000"), "0,\n1,x\n2,x\n");
}

TEST(Csv, PythonReadsWhatIsSaved) {
  const ScratchFolder folder;
  const auto rows = wideRows(3000, allTexts);
  const CsvOptions options{.names = {"a", "b", "c", "d", "e", "f", "g"}};
  context().parallelize(rows, 3).saveAsCsvFile(folder / "out", options);
  // Lengths come first, so that any text can follow.
  std::string expected;
  const auto put = [&expected](const std::string& text) {
    expected += std::to_string(text.size()) + ":" + text + "\n";
  };
  for (const auto& [a, b, c, d, e, f, g] : rows) {
    put(a);
    put(std::to_string(b));
    put(d.value_or(""));
    put(e ? std::to_string(*e) : "");
    put(f ? "true" : "false");
    put(std::string(1, g));
  }
  writeContent(folder / "read.py", R"(
import csv, sys
for part in range(3):
    with open(f"{sys.argv[1]}/out/part-{part:05}", newline="", encoding="latin1") as file:
        reader = csv.reader(file, strict=True)
        assert next(reader) == list("abcdefg")
        for row in reader:
            float(row[2])
            for field in row[:2] + row[3:]:
                sys.stdout.buffer.write(f"{len(field)}:{field}\n".encode("latin1"))
)");
  const Outcome read = runShell("python3 " + folder / "read.py" + " " + folder / "");
  EXPECT_EQ(read.exitCode, 0) << read.output.substr(0, 500);
  EXPECT_TRUE(read.output == expected) << read.output.substr(0, 500);
}

TEST(Csv, WhatPythonSavesIsRead) {
  const ScratchFolder folder;
  writeContent(folder / "write.py", R"(
import csv, random, sys
texts = ["", "a", "b,c", '"', 'say "no"', "two\nlines", "\r\n", " x ", "tab\t"]
rng = random.Random(7)
rows = [[rng.choice(texts) for _ in range(rng.randint(1, 4))] for _ in range(2000)]
styles = [{}, {"dialect": "excel-tab"}, {"dialect": "unix"}, {"quoting": csv.QUOTE_ALL, "lineterminator": "\r"}]
for number, style in enumerate(styles):
    with open(f"{sys.argv[1]}/{number}.csv", "w", newline="") as file:
        csv.writer(file, **style).writerows(rows)
with open(f"{sys.argv[1]}/expected", "w", newline="") as file:
    for row in rows:
        file.write("".join(f"{len(field)}:{field}\n" for field in row) + "end\n")
)");
  ASSERT_EQ(runShell("python3 " + folder / "write.py" + " " + folder / "").output, "");
  const std::string expected = contentOf(folder / "expected");
  for (int style = 0; style < 4; ++style) {
    const CsvOptions options{.separator = style == 1 ? '\t' : ',', .multiline = true};
    std::string found;
    for (const Texts& row : context().csvFile<Texts>(folder / (std::to_string(style) + ".csv"), options).collect()) {
      for (const std::string& field : row) found += std::to_string(field.size()) + ":" + field + "\n";
      found += "end\n";
    }
    EXPECT_TRUE(found == expected) << style;
  }
}

}  // namespace
}  // namespace seltzer::test
