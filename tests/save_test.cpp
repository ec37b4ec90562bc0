#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <ostream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/iostreams/copy.hpp>
#include <boost/iostreams/filter/bzip2.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filter/lzma.hpp>
#include <boost/iostreams/filter/zstd.hpp>
#include <boost/iostreams/filtering_stream.hpp>

#include "program_run.hpp"
#include "save_fixture.hpp"

namespace seltzer::test {
namespace {

namespace fs = std::filesystem;

TEST(Save, TextHasALineAnElementAndAFileAPartition) {
  forRandomNumbers([](Context& sc, const std::vector<std::int64_t>& elements, std::int64_t partitions) {
    const ScratchFolder scratch;
    const SavedFiles saved = sc.parallelize(elements, partitions).saveAsTextFile(scratch / "out");
    const auto expected = slices(elements, partitions);
    ASSERT_EQ(namesIn(scratch / "out"), namesOfSaved(expected.size()));
    EXPECT_EQ(contentOf(scratch / "out/_SUCCESS"), "");
    ASSERT_EQ(saved.parts.size(), expected.size());
    std::size_t bytes = 0;
    for (std::size_t p = 0; p < expected.size(); ++p) {
      const std::string content = contentOf(scratch / ("out/" + partName(p)));
      EXPECT_EQ(content, linesOf(expected[p]));
      EXPECT_EQ(saved.parts[p].records, expected[p].size());
      EXPECT_EQ(saved.parts[p].bytes, content.size());
      bytes += content.size();
    }
    EXPECT_EQ(saved.records(), elements.size());
    EXPECT_EQ(saved.bytes(), bytes);
  });
}

TEST(Save, TextOfNoPartitionsIsSuccessAlone) {
  const ScratchFolder scratch;
  EXPECT_EQ(context().emptyRDD<std::string>().saveAsTextFile(scratch / "out").records(), 0u);
  EXPECT_EQ(namesIn(scratch / "out"), namesOfSaved(0));
}

TEST(Save, EmptyPartitionsHaveEmptyFiles) {
  const ScratchFolder scratch;
  const auto strings = someStrings(5000);
  const auto parts = skewed(strings);
  rddOf(parts).saveAsTextFile(scratch / "out");
  ASSERT_EQ(namesIn(scratch / "out"), namesOfSaved(parts.size()));
  for (std::size_t p = 0; p < parts.size(); ++p) {
    EXPECT_EQ(contentOf(scratch / ("out/" + partName(p))), linesOf(parts[p])) << p;
  }
}

/// All elements as saved text, in one partition.
template <class T>
std::string textOf(const RDD<T>& rdd) {
  const ScratchFolder scratch;
  rdd.coalesce(1).saveAsTextFile(scratch / "out");
  return contentOf(scratch / "out/part-00000");
}

template <class T>
std::string textOf(const std::vector<T>& elements) {
  return textOf(context().parallelize(elements, 3));
}

TEST(Save, TextOfNumbersReadsBackTheSame) {
  using Limits = std::numeric_limits<double>;
  std::vector<double> numbers = {0.0,
                                 -0.0,
                                 0.1,
                                 1.0 / 3,
                                 1e300,
                                 -1e-300,
                                 Limits::denorm_min(),
                                 Limits::max(),
                                 123456789.0,
                                 1e22,
                                 1.0,
                                 -5,
                                 Limits::infinity(),
                                 -Limits::infinity()};
  std::mt19937_64 random(seed());
  while (numbers.size() < 5000) {
    double number = 0;
    const std::uint64_t bits = random();
    std::memcpy(&number, &bits, sizeof number);
    if (!std::isnan(number)) numbers.push_back(number);
  }
  std::istringstream lines(textOf(numbers));
  std::string line;
  for (const double number : numbers) {
    ASSERT_TRUE(std::getline(lines, line));
    const double read = std::strtod(line.c_str(), nullptr);
    EXPECT_EQ(std::memcmp(&read, &number, sizeof read), 0) << line << " for " << number;
  }
  EXPECT_FALSE(std::getline(lines, line));
  EXPECT_EQ(textOf(std::vector<float>{0.1f, 3.0f}), "0.1\n3\n");
  EXPECT_EQ(textOf(std::vector<double>{std::nan("")}), "nan\n");
  EXPECT_EQ(textOf(std::vector<std::int8_t>{-128, 65}), "-128\n65\n");
  EXPECT_EQ(textOf(std::vector<std::uint8_t>{200, 10}), "200\n10\n");
  EXPECT_EQ(textOf(std::vector<std::uint64_t>{~std::uint64_t{0}}), "18446744073709551615\n");
  EXPECT_EQ(textOf(std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min()}), "-9223372036854775808\n");
}

struct Point {
  int x = 0;
  int y = 0;
  friend std::ostream& operator<<(std::ostream& out, const Point& point) { return out << point.x << '/' << point.y; }
};
enum class Color : std::uint8_t { red = 1, blue = 7 };

TEST(Save, TextOfEveryKindOfElement) {
  EXPECT_EQ(textOf(std::vector<char>{'a', 'b'}), "a\nb\n");
  EXPECT_EQ(textOf(context().range(3).map([](std::int64_t i) { return i == 1; })), "false\ntrue\nfalse\n");
  EXPECT_EQ(textOf(std::vector<std::string>{"", "two words", "x"}), "\ntwo words\nx\n");
  EXPECT_EQ(textOf(std::vector<Point>{{1, 2}, {-3, 4}}), "1/2\n-3/4\n");
  EXPECT_EQ(textOf(std::vector<Color>{Color::red, Color::blue}), "1\n7\n");
  EXPECT_EQ(textOf(std::vector<std::pair<std::string, double>>{{"a", 0.5}, {"b", 2}}), "(a,0.5)\n(b,2)\n");
  using Nested = std::tuple<int, std::pair<char, Point>, std::optional<int>>;
  EXPECT_EQ(textOf(std::vector<Nested>{{1, {'c', {2, 3}}, 4}, {5, {'d', {6, 7}}, std::nullopt}}),
            "(1,(c,2/3),Some(4))\n(5,(d,6/7),None)\n");
  EXPECT_EQ(textOf(std::vector<std::vector<int>>{{}, {1}, {1, 2, 3}}), "[]\n[1]\n[1, 2, 3]\n");
  EXPECT_EQ(textOf(std::vector<std::map<std::string, bool>>{{{"k", true}, {"l", false}}}), "[(k,true), (l,false)]\n");
}

TEST(Save, TextOfBorrowedElements) {
  const auto borrowed = context().parallelize(someStrings(3000), 3).map([](const std::string& text) {
    return std::pair(std::string_view(text).substr(0, 2), text.size());
  });
  std::string expected;
  for (const std::string& text : someStrings(3000)) {
    expected += "(" + text.substr(0, 2) + "," + std::to_string(text.size()) + ")\n";
  }
  EXPECT_EQ(textOf(borrowed), expected);
}

struct CodecCase {
  Codec codec;
  std::string ending;
  std::string command;  ///< prints a file's content
};

const std::vector<CodecCase> codecCases = {{Codec::none, "", "cat"},
                                           {Codec::gzip, ".gz", "gzip -dc"},
                                           {Codec::bzip2, ".bz2", "bzip2 -dc"},
                                           {Codec::xz, ".xz", "xz -dc"},
                                           {Codec::zstd, ".zst", "zstd -dcq"}};

std::string decompressed(const std::string& path, Codec codec) {
  namespace io = boost::iostreams;
  io::filtering_istream in;
  if (codec == Codec::gzip) in.push(io::gzip_decompressor());
  if (codec == Codec::bzip2) in.push(io::bzip2_decompressor());
  if (codec == Codec::xz) in.push(io::lzma_decompressor());
  if (codec == Codec::zstd) in.push(io::zstd_decompressor());
  std::istringstream content(contentOf(path));
  in.push(content);
  std::ostringstream out;
  io::copy(in, out);
  return out.str();
}

TEST(Save, EveryCodec) {
  // partitions of many buffers, of nothing, and of one line
  std::vector<std::vector<std::int64_t>> parts = {someNumbers(60'000), {}, {42}};
  const auto rdd = rddOf(parts);
  for (const auto& [codec, ending, command] : codecCases) {
    const ScratchFolder scratch;
    const SavedFiles saved = rdd.saveAsTextFile(scratch / "out", codec);
    ASSERT_EQ(namesIn(scratch / "out"), namesOfSaved(parts.size(), ending));
    for (std::size_t p = 0; p < parts.size(); ++p) {
      const std::string path = scratch / ("out/" + partName(p, ending));
      EXPECT_EQ(saved.parts[p].bytes, fs::file_size(path));
      EXPECT_EQ(saved.parts[p].records, parts[p].size());
      EXPECT_TRUE(decompressed(path, codec) == linesOf(parts[p])) << path;
      if (runShell("command -v " + command.substr(0, command.find(' '))).exitCode != 0) continue;
      const Outcome printed = runShell(command + " <" + path);
      EXPECT_EQ(printed.exitCode, 0) << command << " " << path << printed.output.substr(0, 200);
      EXPECT_TRUE(printed.output == linesOf(parts[p])) << command << " " << path;
    }
    EXPECT_EQ(saved.parts[0].bytes < linesOf(parts[0]).size(), codec != Codec::none);
  }
}

TEST(Save, APathThatExistsThrowsBeforeAnyWork) {
  const ScratchFolder scratch;
  fs::create_directory(scratch / "folder");
  writeContent(scratch / "file", "precious");
  fs::create_symlink(scratch / "nowhere", scratch / "link");
  const auto visited = context().accumulator<std::int64_t>(0);
  const auto rdd = context().range(10).map([visited](std::int64_t i) {
    visited.add(1);
    return i;
  });
  for (const std::string name : {"folder", "folder/", "file", "link"}) {
    const std::string path = scratch / name;
    const auto line = static_cast<std::uint32_t>(__LINE__ + 1);
    const auto message = messageOf<std::invalid_argument>([&] { rdd.saveAsTextFile(path); });
    EXPECT_NE(message.find(path), std::string::npos) << message;
    EXPECT_NE(message.find("saveAsTextFile at " + callSite(line)), std::string::npos) << message;
    EXPECT_NE(message.find("exists"), std::string::npos) << message;
    messageOf<std::invalid_argument>([&] { rdd.saveAsObjectFile(path); });
    messageOf<std::invalid_argument>([&] { rdd.saveAsBinaryRecords(path); });
  }
  messageOf<std::invalid_argument>([&] { rdd.saveAsTextFile(""); });
  EXPECT_THROW(rdd.saveAsTextFile(scratch / "file"), UsageError);
  const auto message = messageOf<std::system_error>([&] { rdd.saveAsTextFile(scratch / "file/out"); });
  EXPECT_EQ(message, "saveAsTextFile at " + callSite(__LINE__ - 1) + ": making the directory " + (scratch / "file") +
                         ": Not a directory");
  EXPECT_THROW(rdd.saveAsTextFile(scratch / "file/out"), OutputError);
  EXPECT_EQ(visited.value(), 0);
  EXPECT_EQ(namesIn(scratch / ""), (std::vector<std::string>{"file", "folder", "link"}));
  EXPECT_EQ(namesIn(scratch / "folder"), std::vector<std::string>());
  EXPECT_EQ(contentOf(scratch / "file"), "precious");
}

TEST(Save, PathsMeanWhatTheyMeanToReaders) {
  const ScratchFolder scratch;
  const auto rdd = context().range(0, 4, 1, 2);
  int folders = 0;
  for (const char* start : {"file:", "file://", "file://localhost"}) {
    for (const char* middle : {"", "a:b/", "a:/", "link/../"}) {
      const std::string local = scratch / (middle + ("out" + std::to_string(++folders)));
      rdd.saveAsTextFile(start + local);
      EXPECT_EQ(namesIn(std::filesystem::path(local).lexically_normal()), namesOfSaved(2));
      EXPECT_EQ(context().textFile(start + local).count(), 4);
      EXPECT_EQ(context().textFile(local).count(), 4);
      if (folders == 1) fs::create_directory_symlink("/tmp", scratch / "link");
    }
  }
  rdd.saveAsBinaryRecords("file:" + (scratch / "records"));
  rdd.saveAsObjectFile("file:" + (scratch / "objects"));
  EXPECT_EQ(context().binaryRecords<std::int64_t>("file:" + (scratch / "records")).count(), 4);
  EXPECT_EQ(context().objectFile<std::int64_t>("file:" + (scratch / "objects")).count(), 4);
  const auto before = fs::current_path();
  fs::create_directory(scratch / "here");
  fs::current_path(scratch / "here");
  rdd.saveAsTextFile("./file:x");
  rdd.saveAsTextFile("12:30:00");
  for (const std::string path : {"hdfs://host/x", "s3a://bucket/x", "dbfs:/x", "file://host/x", "file:"}) {
    const auto message = messageOf<UsageError>([&] { rdd.saveAsTextFile(path); });
    EXPECT_NE(message.find("saveAsTextFile at " + callSite(__LINE__ - 1) + ": \"" + path), std::string::npos)
        << message;
    messageOf<UsageError>([&] { rdd.saveAsBinaryRecords(path); });
    messageOf<UsageError>([&] { rdd.saveAsObjectFile(path); });
  }
  EXPECT_EQ(context().textFile("./file:x,12:30:00").count(), 8);
  fs::current_path(before);
  EXPECT_EQ(namesIn(scratch / "here"), (std::vector<std::string>{"12:30:00", "file:x"}));
}

TEST(Save, MakesTheFoldersAboveTheDirectory) {
  const ScratchFolder scratch;
  context().range(0, 4, 1, 2).saveAsTextFile(scratch / "a/b/../c/out/");
  EXPECT_EQ(namesIn(scratch / "a/c/out"), namesOfSaved(2));
  EXPECT_EQ(contentOf(scratch / "a/c/out/part-00001"), "2\n3\n");
}

}  // namespace
}  // namespace seltzer::test
