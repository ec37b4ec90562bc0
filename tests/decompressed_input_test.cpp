#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <seltzer/detail/files/compressor.hpp>
#include <seltzer/saved_files.hpp>

#include "alarm.hpp"
#include "files/file_content.hpp"
#include "files/zstd_decompressor.hpp"
#include "scratch_folder.hpp"

namespace seltzer::detail {
namespace {

using test::Alarm;
using test::ScratchFolder;

std::string compress(Codec codec, const std::string& content) {
  std::string compressed;
  const Compressor::Output append = [&](ByteView bytes) {
    compressed.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  const auto compressor = Compressor::make(codec);
  compressor->write(std::as_bytes(std::span(content)), append);
  compressor->finish(append);
  return compressed;
}

std::string littleEndian(std::uint32_t value) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> (8 * i));
  return bytes;
}

/// Adds to a zstd frame the checksum that the zstd tool would have written.
std::string withChecksum(std::string frame, const std::string& content) {
  frame[4] = static_cast<char>(frame[4] | 4);
  return frame + littleEndian(static_cast<std::uint32_t>(XXH64(content.data(), content.size(), 0)));
}

/// `compress`, always with a checksum.
std::string compressChecked(Codec codec, const std::string& content) {
  const std::string compressed = compress(codec, content);
  return codec == Codec::zstd ? withChecksum(compressed, content) : compressed;
}

std::string randomBytes(std::size_t count, std::mt19937_64& random, unsigned letters = 256) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) bytes += static_cast<char>(random() % letters);
  return bytes;
}

class DecompressedInputs : public testing::TestWithParam<Codec> {
 protected:
  std::string ending() const { return std::string(endingOf(GetParam())); }

  InputFile write(const std::string& bytes) const {
    const std::string path = folder_ / ("data" + ending());
    std::filesystem::remove(path);  // some file systems flush an overwritten file at once
    test::writeContent(path, bytes);
    return {path, bytes.size()};
  }
  std::string read(const std::string& bytes, std::size_t expected = 100) const {
    return readAll(*openContent(write(bytes)), expected);
  }
  /// The error of reading; the content if there is none.
  std::string refusalOf(const std::string& bytes) const {
    try {
      return "nothing was thrown: " + read(bytes);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  }

  ScratchFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(Codecs, DecompressedInputs,
                         testing::Values(Codec::gzip, Codec::bzip2, Codec::xz, Codec::zstd));

TEST_P(DecompressedInputs, GiveWhatWasCompressed) {
  std::mt19937_64 random(1);
  for (const std::size_t size : {0, 1, 2, 1000, 131'072, 700'000}) {
    for (const unsigned letters : {1u, 3u, 256u}) {
      const std::string content = randomBytes(size, random, letters);
      EXPECT_TRUE(read(compress(GetParam(), content), random() % 2 * size) == content) << size << " " << letters;
      EXPECT_TRUE(read(compressChecked(GetParam(), content)) == content) << size << " " << letters;
    }
  }
}

TEST_P(DecompressedInputs, AreReadInPiecesOfAnySize) {
  std::mt19937_64 random(2);
  const std::string content = randomBytes(20'000, random, 3);
  const InputFile file = write(compress(GetParam(), content));
  for (const std::size_t piece : {1, 7, 4096}) {
    const auto input = openContent(file);
    std::string buffer(piece, '\0');
    std::string all;
    while (const std::size_t count = input->read(buffer.data(), piece)) all.append(buffer, 0, count);
    EXPECT_TRUE(all == content) << piece;
    EXPECT_EQ(input->read(buffer.data(), piece), 0u);
  }
}

TEST_P(DecompressedInputs, StreamsOneAfterTheOtherAreOneContent) {
  std::mt19937_64 random(3);
  std::string content;
  std::string compressed;
  for (int i = 0; i < 200; ++i) {
    const std::string part = randomBytes(random() % 5000, random, i % 2 == 0 ? 256 : 4);
    content += part;
    compressed += compress(GetParam(), part);
  }
  EXPECT_GT(compressed.size(), 300'000u);
  EXPECT_TRUE(read(compressed) == content);
}

TEST_P(DecompressedInputs, StreamsMayEndWhereTheirReaderHasToReadOn) {
  std::mt19937_64 random(4);
  constexpr std::size_t readAtOnce = 131'072;
  const std::string full = randomBytes(readAtOnce, random);
  // The end of the data, and what follows it, straddles the boundary of the reader's buffer.
  const std::size_t excess = compress(GetParam(), full).size() - readAtOnce;
  std::size_t straddling = 0;
  for (std::size_t less = excess > 4 ? excess - 4 : 0; less < excess + 16; ++less) {
    const std::string first = full.substr(less);
    const std::string compressed = compress(GetParam(), first);
    if (compressed.size() <= readAtOnce && compressed.size() + 16 > readAtOnce) ++straddling;
    EXPECT_TRUE(read(compressed) == first) << less;
    EXPECT_TRUE(read(compressed + compress(GetParam(), "second")) == first + "second") << less;
  }
  EXPECT_GT(straddling, 3u);
}

TEST_P(DecompressedInputs, TruncatedAnywhereTheySaySo) {
  std::mt19937_64 random(5);
  for (const std::string& content : {std::string("short"), std::string(), randomBytes(300, random, 3),
                                     std::string(50'000, 'x'), randomBytes(200, random)}) {
    for (const std::string& whole : {compress(GetParam(), content), compressChecked(GetParam(), content)}) {
      for (std::size_t size = 1; size < whole.size(); ++size) {
        const std::string refusal = refusalOf(whole.substr(0, size));
        ASSERT_NE(refusal.find((folder_ / ("data" + ending())) + " is truncated"), std::string::npos)
            << size << " of " << whole.size() << ": " << refusal.substr(0, 200);
        const std::string behindAnother = refusalOf(whole + whole.substr(0, size));
        ASSERT_NE(behindAnother.find("data" + ending()), std::string::npos) << size;
      }
    }
  }
}

TEST_P(DecompressedInputs, WithoutAnyBytesTheyAreEmpty) {
  EXPECT_EQ(read(""), "");
  InputFile file = write("");
  file.size = 5;
  EXPECT_THROW(readAll(*openContent(file), 5), std::runtime_error) << "it had bytes when it was listed";
}

TEST_P(DecompressedInputs, DamagedTheyNeverGiveOtherContent) {
  std::mt19937_64 random(6);
  const std::string content = randomBytes(400, random, 5);
  const std::string whole = compressChecked(GetParam(), content);
  std::size_t refused = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string damaged = whole;
    for (std::size_t changes = 1 + random() % 3; changes > 0; --changes) {
      damaged[random() % damaged.size()] ^= static_cast<char>(1u << random() % 8);
    }
    try {
      ASSERT_TRUE(read(damaged) == content) << round;
    } catch (const std::runtime_error& error) {
      ++refused;
      ASSERT_NE(std::string(error.what()).find((folder_ / ("data" + ending()))), std::string::npos) << error.what();
    }
  }
  EXPECT_GT(refused, 1500u);
}

TEST_P(DecompressedInputs, OtherFilesAreRefused) {
  for (const std::string& other : {std::string("plain text\n"), std::string(1001, '\0'), std::string("PK\3\4....")}) {
    EXPECT_NE(refusalOf(other).find("data" + ending() + " is "), std::string::npos);
    EXPECT_NE(refusalOf(compress(GetParam(), "good") + other).find("data" + ending() + " is "), std::string::npos)
        << "behind a good stream";
  }
}

TEST_P(DecompressedInputs, ShrunkToWholeStreamsTheySaySo) {
  const std::string one = compress(GetParam(), "one");
  InputFile file = write(one);
  file.size += compress(GetParam(), "two").size();
  try {
    readAll(*openContent(file), 10);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find(file.path + " has shrunk"), std::string::npos) << error.what();
  }
}

TEST(ZstdInput, SkippableFramesAreSkipped) {
  const ScratchFolder folder;
  const std::string skippable = littleEndian(0x184D2A53) + littleEndian(5) + "12345";
  const std::string bytes =
      skippable + compress(Codec::zstd, "one") + skippable + compress(Codec::zstd, "two") + skippable;
  const InputFile file{folder / "x.zst", bytes.size()};
  test::writeContent(file.path, bytes);
  EXPECT_EQ(readAll(*openContent(file), 0), "onetwo");
  std::filesystem::resize_file(file.path, bytes.size() - 1);
  EXPECT_THROW(readAll(*openContent({file.path, bytes.size() - 1}), 0), std::runtime_error);
}

/// A frame that declares a window of 2^log bytes, as `zstd --long` does.
std::string frameWithWindow(unsigned log, const std::string& content) {
  std::string frame = littleEndian(0xFD2FB528) + '\0' + static_cast<char>((log - 10) << 3);
  const auto lastRawBlock = static_cast<std::uint32_t>(1 | content.size() << 3);
  return frame + littleEndian(lastRawBlock).substr(0, 3) + content;
}

TEST(ZstdInput, AWindowThatIsTooLargeIsNoDamage) {
  const ScratchFolder folder;
  const auto contentWithWindow = [&](unsigned log) {
    const std::string bytes = frameWithWindow(log, "content");
    const InputFile file{folder / "x.zst", bytes.size()};
    test::writeContent(file.path, bytes);
    return readAll(*openContent(file), 0);
  };
  EXPECT_EQ(contentWithWindow(27), "content");
  zstdWindowLog = 28;
  EXPECT_EQ(contentWithWindow(28), "content");
  zstdWindowLog = 27;
  for (const unsigned log : {28u, 31u}) {
    try {
      ADD_FAILURE() << contentWithWindow(log);
    } catch (const std::runtime_error& error) {
      const std::string message = error.what();
      EXPECT_EQ(message.find((folder / "x.zst") + " needs a window of "), 0u) << message;
      EXPECT_NE(message.find("--seltzer-zstd-window-log 31"), std::string::npos) << message;
      EXPECT_NE(message.find("zstd --long=27"), std::string::npos) << message;
    }
  }
}

TEST(PlainInput, NamesFilesThatCannotBeRead) {
  const Alarm alarm(20);
  const ScratchFolder folder;
  const auto refusal = [](const InputFile& file, std::uint64_t begin) -> std::string {
    try {
      PlainInput input(file, begin);
      std::string bytes(10, '\0');
      input.readFully(bytes.data(), bytes.size());
    } catch (const std::system_error& error) {
      return error.what();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "nothing was thrown";
  };
  EXPECT_EQ(refusal({(folder / "absent"), 1}, 0), "cannot open " + (folder / "absent") + ": No such file or directory");
  const auto isNoFile = [](const std::string& path, const std::string& what) {
    return "cannot read " + path + ": it is " + what + ", and was a file when it was listed";
  };
  EXPECT_EQ(refusal({folder / "", 1}, 0), isNoFile(folder / "", "a folder"));
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(refusal({folder / "pipe", 1}, 0), isNoFile(folder / "pipe", "a named pipe"));
  std::filesystem::create_symlink("/dev/zero", folder / "endless");
  EXPECT_EQ(refusal({folder / "endless", 1}, 0), isNoFile(folder / "endless", "a device"));
  test::writeContent(folder / "short", "12345");
  EXPECT_NE(refusal({(folder / "short"), 20}, 2).find((folder / "short") + " has shrunk"), std::string::npos);
}

TEST(PlainInput, WaitsForALeaseToBeGivenUp) {
  const Alarm alarm(20);
  const ScratchFolder folder;
  test::writeContent(folder / "leased", "12345");
  const int holder = ::open((folder / "leased").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(holder, 0);
  std::signal(SIGIO, SIG_IGN);  // sent by the kernel to break the lease
  if (::fcntl(holder, F_SETLEASE, F_WRLCK) != 0) GTEST_SKIP() << "no leases here: " << std::strerror(errno);
  std::thread releases([holder] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    ::fcntl(holder, F_SETLEASE, F_UNLCK);
  });
  std::string bytes(5, '\0');
  PlainInput({folder / "leased", 5}, 0).readFully(bytes.data(), bytes.size());
  EXPECT_EQ(bytes, "12345");
  releases.join();
  ::close(holder);
}

}  // namespace
}  // namespace seltzer::detail
