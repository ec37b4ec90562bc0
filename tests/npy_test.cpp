#include <algorithm>
#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "program_run.hpp"
#include "save_fixture.hpp"
#include "small_disk.hpp"

namespace seltzer::test {
namespace {

namespace fs = std::filesystem;

/// A file as NumPy writes it, put together by hand.
std::string npyBytes(const std::string& descr, const std::string& shape, const std::string& data) {
  std::string text = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
  while ((text.size() + 11) % 64 != 0) text += ' ';
  text += '\n';
  std::string bytes = "\x93NUMPY\x01";
  bytes += '\0';
  bytes += static_cast<char>(text.size() % 256);
  bytes += static_cast<char>(text.size() / 256);
  return bytes + text + data;
}

template <class T>
std::string bytesOf(const std::vector<T>& numbers) {
  std::string bytes;
  for (const T number : numbers) bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
  return bytes;
}

std::string reversed(std::string bytes, std::size_t size) {
  for (std::size_t i = 0; i < bytes.size(); i += size) {
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i), bytes.begin() + static_cast<std::ptrdiff_t>(i + size));
  }
  return bytes;
}

template <class T>
std::vector<T> randomOf(std::size_t count, std::mt19937_64& random) {
  std::vector<T> numbers;
  for (; count > 0; --count) {
    if constexpr (std::is_arithmetic_v<T>) {
      numbers.push_back(static_cast<T>(static_cast<std::int64_t>(random()) >> (random() % 60)));
    } else {
      numbers.emplace_back(static_cast<float>(random() % 1000), -static_cast<float>(random() % 1000));
    }
  }
  return numbers;
}

template <class T>
void expectNumbers(const std::string& code) {
  SCOPED_TRACE(code);
  const ScratchFolder folder;
  std::mt19937_64 random(seed());
  for (const std::size_t size : inputSizes) {
    const auto numbers = randomOf<T>(size, random);
    const std::string shape = "(" + std::to_string(size) + ",)";
    constexpr std::size_t part = sizeof(T) / (std::is_arithmetic_v<T> ? 1 : 2);
    writeContent(folder / "a.npy", npyBytes((sizeof(T) == 1 ? "|" : "<") + code, shape, bytesOf(numbers)));
    writeContent(folder / "b.npy",
                 npyBytes((sizeof(T) == 1 ? "|" : ">") + code, shape, reversed(bytesOf(numbers), part)));
    for (const std::int64_t partitions : partitionCounts) {
      const std::size_t parts = std::min(size, static_cast<std::size_t>(partitions));
      for (const char* name : {"a.npy", "b.npy"}) {
        const auto rdd = context().npyFile<T>(folder / name, partitions);
        ASSERT_EQ(rdd.getNumPartitions(), parts);
        ASSERT_TRUE(rdd.collect() == numbers) << name << " of " << size;
        ASSERT_EQ(rdd.count(), static_cast<std::int64_t>(size));
        if (size == 5000) {
          ASSERT_TRUE(rdd.glom().collect() == slices(numbers, partitions));
        }
      }
      fs::remove(folder / "saved.npy");
      const SavedFiles saved = context().parallelize(numbers, partitions).saveAsNpyFile(folder / "saved.npy");
      ASSERT_TRUE(contentOf(folder / "saved.npy") == contentOf(folder / "a.npy")) << size;
      ASSERT_EQ(saved.records(), size);
      ASSERT_EQ(saved.bytes(), size * sizeof(T));
      ASSERT_EQ(saved.parts.size(), static_cast<std::size_t>(partitions));
    }
  }
  ASSERT_EQ(namesIn(folder / ""), (std::vector<std::string>{"a.npy", "b.npy", "saved.npy"}));
}

TEST(Npy, NumbersOfEveryTypeAndOrderOfBytes) {
  expectNumbers<std::int8_t>("i1");
  expectNumbers<std::uint8_t>("u1");
  expectNumbers<std::int16_t>("i2");
  expectNumbers<std::uint16_t>("u2");
  expectNumbers<std::int32_t>("i4");
  expectNumbers<std::uint32_t>("u4");
  expectNumbers<std::int64_t>("i8");
  expectNumbers<std::uint64_t>("u8");
  expectNumbers<float>("f4");
  expectNumbers<double>("f8");
  expectNumbers<std::complex<float>>("c8");
  expectNumbers<std::complex<double>>("c16");
}

TEST(Npy, Booleans) {
  const ScratchFolder folder;
  writeContent(folder / "a.npy", npyBytes("|b1", "(6,)", std::string("\0\1\1\0\7\1", 6)));
  for (const std::int64_t partitions : partitionCounts) {
    const auto rdd = context().npyFile<bool>(folder / "a.npy", partitions);
    EXPECT_EQ(rdd.map([](bool b) { return b ? 1 : 0; }).collect(), (std::vector<int>{0, 1, 1, 0, 1, 1}));
    rdd.saveAsNpyFile(folder / "b.npy");
    EXPECT_EQ(contentOf(folder / "b.npy"), npyBytes("|b1", "(6,)", std::string("\0\1\1\0\1\1", 6)));
    fs::remove(folder / "b.npy");
  }
  using Flags = std::vector<bool>;
  const std::vector<Flags> rows = {{true, false}, {false, true}, {true, true}};
  context().parallelize(rows, 2).saveAsNpyFile(folder / "rows.npy");
  EXPECT_EQ(contentOf(folder / "rows.npy"), npyBytes("|b1", "(3, 2)", std::string("\1\0\0\1\1\1", 6)));
  EXPECT_EQ(context().npyFile<Flags>(folder / "rows.npy", 3).collect(), rows);
}

using Point = std::array<float, 3>;

TEST(Npy, RowsAsArraysAndAsVectors) {
  const ScratchFolder folder;
  std::mt19937_64 random(seed());
  for (const std::size_t rows : inputSizes) {
    const auto numbers = randomOf<float>(3 * rows, random);
    std::vector<Point> points(rows);
    std::vector<std::vector<float>> vectors;
    for (std::size_t i = 0; i < rows; ++i) {
      points[i] = {numbers[3 * i], numbers[3 * i + 1], numbers[3 * i + 2]};
      vectors.emplace_back(points[i].begin(), points[i].end());
    }
    const std::string shape = "(" + std::to_string(rows) + ", 3)";
    writeContent(folder / "a.npy", npyBytes(">f4", shape, reversed(bytesOf(numbers), 4)));
    const std::string expected = npyBytes("<f4", shape, bytesOf(numbers));
    for (const std::int64_t partitions : partitionCounts) {
      const auto arrays = context().npyFile<Point>(folder / "a.npy", partitions);
      const auto runtime = context().npyFile<std::vector<float>>(folder / "a.npy", partitions);
      ASSERT_EQ(arrays.collect(), points);
      ASSERT_EQ(runtime.collect(), vectors);
      ASSERT_EQ(arrays.take(5),
                std::vector<Point>(points.begin(), points.begin() + std::min<std::ptrdiff_t>(5, std::ssize(points))));
      ASSERT_EQ(runtime.count(), std::ssize(points));
      arrays.saveAsNpyFile(folder / "b.npy");
      ASSERT_TRUE(contentOf(folder / "b.npy") == expected);
      if (rows > 0) {
        runtime.filter([](const std::vector<float>&) { return true; }).saveAsNpyFile(folder / "c.npy");
        ASSERT_TRUE(contentOf(folder / "c.npy") == expected);
      }
      fs::remove(folder / "b.npy");
      fs::remove(folder / "c.npy");
    }
  }
  context().emptyRDD<std::vector<float>>().saveAsNpyFile(folder / "none.npy");
  EXPECT_EQ(contentOf(folder / "none.npy"), npyBytes("<f4", "(0, 0)", ""));
}

TEST(Npy, RowsLargerThanTheReadBuffer) {
  const ScratchFolder folder;
  std::mt19937_64 random(seed());
  constexpr std::size_t columns = 100'000;
  const auto numbers = randomOf<double>(5 * columns, random);
  writeContent(folder / "a.npy", npyBytes("<f8", "(5, 100000)", bytesOf(numbers)));
  for (const std::int64_t partitions : partitionCounts) {
    const auto rows = context().npyFile<std::vector<double>>(folder / "a.npy", partitions);
    ASSERT_EQ(rows.map([](const std::vector<double>& row) { return row.size(); }).collect(),
              std::vector<std::size_t>(5, columns));
    rows.saveAsNpyFile(folder / "b.npy");
    ASSERT_TRUE(contentOf(folder / "b.npy") == contentOf(folder / "a.npy"));
    fs::remove(folder / "b.npy");
  }
}

TEST(Npy, SeveralFilesSkewedAndUnknownPartitions) {
  const ScratchFolder folder;
  const auto numbers = someNumbers(5000);
  writeContent(folder / "a1.npy", npyBytes("<i8", "(3000,)", bytesOf(numbers).substr(0, 24'000)));
  writeContent(folder / "a2.npy", npyBytes("<i8", "(0,)", ""));
  writeContent(folder / "a3.npy", npyBytes(">i8", "(2000,)", reversed(bytesOf(numbers).substr(24'000), 8)));
  for (const std::int64_t partitions : partitionCounts) {
    EXPECT_EQ(context().npyFile<std::int64_t>(folder / "a*", partitions).collect(), numbers);
  }
  rddOf(skewed(numbers)).saveAsNpyFile("file:" + folder / "made/here/b.npy");
  EXPECT_TRUE(contentOf(folder / "made/here/b.npy") == npyBytes("<i8", "(5000,)", bytesOf(numbers)));
  const auto sorted = context().parallelize(numbers, 4).sortBy([](std::int64_t x) { return x; });
  sorted.saveAsNpyFile(folder / "sorted.npy");
  EXPECT_EQ(context().npyFile<std::int64_t>(folder / "sorted.npy", 3).collect(), sorted.collect());
  fs::create_directory(folder / "none");
  EXPECT_EQ(context().npyFile<double>(folder / "none").getNumPartitions(), 0u);
  context().emptyRDD<double>().saveAsNpyFile(folder / "none.npy");
  EXPECT_EQ(contentOf(folder / "none.npy"), npyBytes("<f8", "(0,)", ""));
}

TEST(Npy, OtherElementsAreRefusedWithWhatFits) {
  const ScratchFolder folder;
  const std::string path = folder / "a.npy";
  const auto refusal = [&](auto read) {
    const auto message = messageOf<UsageError>(read);
    EXPECT_TRUE(message.starts_with("npyFile at npy_test.cpp:")) << message;
    return message.substr(std::min(message.find(path), message.size()));
  };
  writeContent(path, npyBytes("<f4", "(2,)", std::string(8, 'x')));
  const std::string numbers = path + " has an array of float32 of shape (2,), read it with npyFile<float>";
  EXPECT_EQ(refusal([&] { context().npyFile<double>(path); }), numbers);
  EXPECT_EQ(refusal([&] { context().npyFile<std::int32_t>(path); }), numbers);
  EXPECT_EQ(refusal([&] { context().npyFile<std::vector<float>>(path); }), numbers);
  writeContent(path, npyBytes("<i8", "(2, 3)", std::string(48, 'x')));
  const std::string rows =
      path +
      " has an array of int64 of shape (2, 3), read it with npyFile<std::array<std::int64_t, 3>> or "
      "npyFile<std::vector<std::int64_t>>";
  EXPECT_EQ(refusal([&] { context().npyFile<std::int64_t>(path); }), rows);
  EXPECT_EQ(refusal([&] { context().npyFile<std::array<std::int64_t, 2>>(path); }), rows);
  EXPECT_EQ(refusal([&] { context().npyFile<std::vector<double>>(path); }), rows);
  writeContent(path, npyBytes("<f2", "(2,)", "xxxx"));
  EXPECT_EQ(refusal([&] { context().npyFile<float>(path); }),
            path +
                " has an array of float16 of shape (2,), which has no counterpart in C++; convert it with NumPy's "
                "astype");
  writeContent(path, npyBytes("<f4", "(1, 1, 2)", "xxxxxxxx"));
  EXPECT_EQ(refusal([&] { context().npyFile<float>(path); }),
            path +
                " has an array of float32 of shape (1, 1, 2), and only arrays of one dimension, or of two as rows, "
                "can be read; change its shape with NumPy's reshape");
  writeContent(path, npyBytes("<f4", "(5, 0)", ""));
  EXPECT_EQ(refusal([&] { context().npyFile<std::vector<float>>(path); }),
            path + " has an array of float32 of shape (5, 0), whose rows are empty");
  writeContent(path, npyBytes("<f4", "(1, 2)", "xxxxxxxx"));
  writeContent(folder / "b.npy", npyBytes("<f4", "(1, 3)", "xxxxxxxxxxxx"));
  const auto widths = messageOf<UsageError>([&] { context().npyFile<std::vector<float>>(folder / ""); });
  EXPECT_NE(widths.find(folder / "b.npy" + " has rows of 3 numbers, and the files before it of 2"), std::string::npos)
      << widths;
}

TEST(Npy, DamagedFilesAreRefusedAndChangedOnesFail) {
  const ScratchFolder folder;
  const std::string path = folder / "a.npy";
  const std::string whole = npyBytes("<f8", "(1000,)", std::string(8000, 'x'));
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, std::size_t{60}, whole.size() - 1}) {
    writeContent(path, whole.substr(0, size));
    const auto message = messageOf<UsageError>([&] { context().npyFile<double>(path); });
    EXPECT_TRUE(message.starts_with("npyFile at " + callSite(__LINE__ - 1) + ": " + path)) << message;
  }
  EXPECT_THROW(context().npyFile<double>(folder / "absent"), UsageError);
  EXPECT_THROW(context().npyFile<double>(path, 0), std::invalid_argument);
  for (const std::int64_t partitions : partitionCounts) {
    writeContent(path, whole);
    const auto rdd = context().npyFile<double>(path, partitions);
    fs::resize_file(path, whole.size() - 1);
    const auto message = messageOf<TaskError>([&] { rdd.sum(); });
    EXPECT_NE(message.find(path + " has shrunk"), std::string::npos) << message;
    fs::remove(path);
    const auto vanished = messageOf<TaskError>([&] { rdd.sum(); });
    EXPECT_NE(vanished.find("cannot open " + path), std::string::npos) << vanished;
  }
}

TEST(Npy, APathThatExistsIsRefusedBeforeAnyWork) {
  const ScratchFolder folder;
  const auto visited = context().accumulator<std::int64_t>(0);
  const auto rdd = context().range(10).map([visited](std::int64_t i) {
    visited.add(1);
    return i;
  });
  writeContent(folder / "file", "precious");
  fs::create_directory(folder / "folder");
  fs::create_symlink(folder / "nowhere", folder / "link");
  for (const char* name : {"file", "folder", "link"}) {
    const auto message = messageOf<UsageError>([&] { rdd.saveAsNpyFile(folder / name); });
    EXPECT_EQ(message, "saveAsNpyFile at " + callSite(__LINE__ - 1) + ": " + folder / name +
                           " exists already; give the path of a file that does not");
  }
  EXPECT_THROW(rdd.saveAsNpyFile(""), UsageError);
  EXPECT_THROW(rdd.saveAsNpyFile(folder / "new/"), UsageError);
  EXPECT_THROW(rdd.saveAsNpyFile("hdfs://host/x"), UsageError);
  const auto message = messageOf<OutputError>([&] { rdd.saveAsNpyFile(folder / "file/below"); });
  EXPECT_EQ(message, "saveAsNpyFile at " + callSite(__LINE__ - 1) + ": making the directory " + folder / "file" +
                         ": Not a directory");
  EXPECT_EQ(visited.value(), 0);
  EXPECT_EQ(namesIn(folder / ""), (std::vector<std::string>{"file", "folder", "link"}));
  EXPECT_EQ(contentOf(folder / "file"), "precious");
}

TEST(Npy, AFailedJobLeavesNothing) {
  const ScratchFolder folder;
  for (const std::int64_t partitions : partitionCounts) {
    const auto failing = context().range(0, 100'000, 1, partitions).map([](std::int64_t i) {
      if (i == 99'999) throw std::runtime_error("at the very end");
      return i;
    });
    const auto message = messageOf<TaskError>([&] { failing.saveAsNpyFile(folder / "a.npy"); });
    EXPECT_NE(message.find("at the very end"), std::string::npos) << message;
    const auto uneven =
        context().range(0, 10, 1, partitions).map([](std::int64_t i) { return std::vector<double>(i == 9 ? 3 : 2); });
    const auto rows = messageOf<TaskError>([&] { uneven.saveAsNpyFile(folder / "a.npy"); });
    EXPECT_NE(rows.find("the rows of an array must have one length: one has 3 numbers, those before it 2"),
              std::string::npos)
        << rows;
    EXPECT_EQ(namesIn(folder / ""), std::vector<std::string>());
  }
  EXPECT_EQ(context().range(10).count(), 10) << "the context stays usable";
}

TEST(Npy, APartitionThatIsRetriedIsWrittenOnce) {
  const ScratchFolder folder;
  context()
      .range(0, 300'000, 1, 4)
      .filter([](std::int64_t i) {
        const TaskContext& task = *TaskContext::current();
        if (task.partition() == 2 && task.attempt() == 0 && i % 75'000 == 70'000) throw std::runtime_error("not now");
        return true;
      })
      .saveAsNpyFile(folder / "a.npy");
  std::vector<std::int64_t> expected(300'000);
  for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = static_cast<std::int64_t>(i);
  EXPECT_TRUE(contentOf(folder / "a.npy") == npyBytes("<i8", "(300000,)", bytesOf(expected)));
}

TEST(Npy, APartitionThatChangesBetweenTheJobsIsAnError) {
  const ScratchFolder folder;
  fs::create_directory(folder / "marks");
  for (const std::int64_t more : {-1, 1}) {
    // The first job finds no mark, and leaves one.
    const auto rdd =
        context()
            .range(0, 6, 1, 2)
            .mapPartitions(
                with(std::pair(folder / "marks/" + std::to_string(more), more), [](const auto& state, auto& elements) {
                  std::int64_t size = 0;
                  for (const std::int64_t element : elements) size += element >= 0 ? 1 : 0;
                  const std::string mark = state.first + "." + std::to_string(TaskContext::current()->partition());
                  if (fs::exists(mark)) size += state.second;
                  writeContent(mark, "");
                  return std::vector<double>(static_cast<std::size_t>(size));
                }));
    const auto message = messageOf<TaskError>([&] { rdd.saveAsNpyFile(folder / "a.npy"); });
    EXPECT_NE(message.find("this partition had 3 elements when they were counted, and has another number now"),
              std::string::npos)
        << message;
    EXPECT_FALSE(fs::exists(folder / "a.npy"));
  }
}

TEST(Npy, AFullDiskIsAClearError) {
  const SmallDisk disk;
  if (!disk.isMounted()) GTEST_SKIP() << "a small file system cannot be mounted: " << disk.whyNot();
  const auto message =
      messageOf<TaskError>([&] { context().range(0, 2'000'000, 1, 3).saveAsNpyFile(disk.path() + "a.npy"); });
  EXPECT_NE(message.find("the file " + disk.path() + "a.npy could not be written"), std::string::npos) << message;
  EXPECT_NE(message.find("No space left on device"), std::string::npos) << message;
  EXPECT_EQ(namesIn(disk.path()), std::vector<std::string>());
  context().range(0, 1000, 1, 3).saveAsNpyFile(disk.path() + "a.npy");
  EXPECT_EQ(context().npyFile<std::int64_t>(disk.path() + "a.npy").count(), 1000);
}

/// A Python that has NumPy; empty if there is none.
std::string pythonWithNumPy() {
  for (const std::string python : {"python3", "/usr/bin/python3"}) {
    if (runShell(python + " -c 'import numpy'").exitCode == 0) return python;
  }
  return {};
}

TEST(Npy, NumPyReadsWhatIsSaved) {
  const std::string python = pythonWithNumPy();
  if (python.empty()) GTEST_SKIP() << "no Python here has NumPy: python3-numpy is needed";
  const ScratchFolder folder;
  context()
      .range(0, 5000, 1, 3)
      .map([](std::int64_t i) { return 0.5 * static_cast<double>(i); })
      .saveAsNpyFile(folder / "halves.npy");
  context()
      .range(0, 900, 1, 4)
      .map([](std::int64_t i) {
        const auto x = static_cast<std::int16_t>(i);
        return std::array<std::int16_t, 2>{x, static_cast<std::int16_t>(-x)};
      })
      .saveAsNpyFile(folder / "rows.npy");
  context()
      .range(0, 7, 1, 2)
      .map([](std::int64_t i) { return std::complex<float>(static_cast<float>(i), 1); })
      .saveAsNpyFile(folder / "complex.npy");
  context().range(0, 7, 1, 2).map([](std::int64_t i) { return i % 2 == 0; }).saveAsNpyFile(folder / "flags.npy");
  context().emptyRDD<std::array<std::uint8_t, 4>>().saveAsNpyFile(folder / "none.npy");
  writeContent(folder / "check.py", R"(
import numpy, sys
def check(name, expected):
    found = numpy.load(sys.argv[1] + "/" + name)
    assert found.dtype == expected.dtype and found.shape == expected.shape, (name, found.dtype, found.shape)
    assert (found == expected).all(), name
    assert numpy.load(sys.argv[1] + "/" + name, mmap_mode="r").shape == expected.shape
check("halves.npy", numpy.arange(5000) * 0.5)
x = numpy.arange(900, dtype="i2")
check("rows.npy", numpy.stack([x, -x], axis=1))
check("complex.npy", (numpy.arange(7) + 1j).astype("c8"))
check("flags.npy", numpy.arange(7) % 2 == 0)
check("none.npy", numpy.zeros((0, 4), dtype="u1"))
print("all equal")
)");
  EXPECT_EQ(runShell(python + " " + folder / "check.py" + " " + folder / "").output, "all equal\n");
}

TEST(Npy, WhatNumPySavesIsRead) {
  const std::string python = pythonWithNumPy();
  if (python.empty()) GTEST_SKIP() << "no Python here has NumPy: python3-numpy is needed";
  const ScratchFolder folder;
  writeContent(folder / "save.py", R"(
import numpy, sys
from numpy.lib import format
folder = sys.argv[1]
x = numpy.arange(5000) * 0.25 - 100
for name, version in [("one", (1, 0)), ("two", (2, 0)), ("three", (3, 0))]:
    with open(f"{folder}/{name}.npy", "wb") as file:
        format.write_array(file, x, version=version)
numpy.save(f"{folder}/big.npy", x.astype(">f8"))
numpy.save(f"{folder}/rows.npy", (x[:4998] * 4).astype(">i4").reshape(-1, 3))
numpy.save(f"{folder}/complex.npy", (x + 2j * x).astype(">c16"))
numpy.save(f"{folder}/fortran.npy", numpy.asfortranarray(x.reshape(50, 100)))
numpy.save(f"{folder}/half.npy", x.astype("f2"))
numpy.save(f"{folder}/fields.npy", numpy.zeros(3, dtype=[("a", "f4"), ("b", "i8")]))
numpy.save(f"{folder}/texts.npy", numpy.array(["a", "bcd"]))
numpy.save(f"{folder}/dates.npy", numpy.array(["2020-01-01"], dtype="M8[ns]"))
numpy.save(f"{folder}/objects.npy", numpy.array([None, 1], dtype=object), allow_pickle=True)
numpy.save(f"{folder}/scalar.npy", numpy.float64(3))
)");
  ASSERT_EQ(runShell(python + " " + folder / "save.py" + " " + folder / "").output, "");
  std::vector<double> expected;
  for (int i = 0; i < 5000; ++i) expected.push_back(i * 0.25 - 100);
  for (const std::int64_t partitions : partitionCounts) {
    for (const char* name : {"one.npy", "two.npy", "three.npy", "big.npy"}) {
      EXPECT_EQ(context().npyFile<double>(folder / name, partitions).collect(), expected) << name;
    }
    const auto rows = context().npyFile<std::array<std::int32_t, 3>>(folder / "rows.npy", partitions);
    EXPECT_EQ(rows.count(), 1666);
    EXPECT_EQ(rows.take(2), (std::vector<std::array<std::int32_t, 3>>{{-400, -399, -398}, {-397, -396, -395}}));
    const auto numbers = context().npyFile<std::complex<double>>(folder / "complex.npy", partitions).collect();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(numbers.at(i), std::complex<double>(expected[i], 2 * expected[i]));
    }
  }
  for (const auto& [name, why] : std::vector<std::pair<std::string, std::string>>{
           {"fortran", "is in Fortran order"},
           {"half", "of float16 of shape (5000,), which has no counterpart"},
           {"fields", "the array has fields"},
           {"texts", "of U12 of shape (2,), which has no counterpart"},
           {"dates", "of M8 of shape (1,), which has no counterpart"},
           {"objects", "has Python objects"},
           {"scalar", "of float64 of shape (), and only arrays"}}) {
    const auto message =
        messageOf<UsageError>([&, &name = name] { context().npyFile<double>(folder / (name + ".npy")); });
    EXPECT_NE(message.find(why), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace seltzer::test
