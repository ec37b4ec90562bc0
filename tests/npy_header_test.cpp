#include <complex>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/files/npy.hpp>
#include <seltzer/errors.hpp>

#include "scratch_folder.hpp"

namespace seltzer::detail {
namespace {

class NpyHeaderTest : public testing::Test {
 protected:
  /// The start of a file of a version, with this text as its header.
  static std::string start(int version, const std::string& text) {
    std::string bytes = "\x93NUMPY";
    bytes += static_cast<char>(version);
    bytes += '\0';
    for (int i = 0; i < (version == 1 ? 2 : 4); ++i) bytes += static_cast<char>(text.size() >> (8 * i));
    return bytes + text;
  }

  static std::string start(const std::string& descr, const std::string& shape) {
    return start(1, "{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + ", }\n");
  }

  NpyHeader read(const std::string& content) {
    test::writeContent(path_, content);
    return readNpyHeader({path_, content.size()});
  }

  /// The message after the path.
  std::string refusal(const std::string& content) {
    try {
      read(content);
    } catch (const UsageError& error) {
      const std::string message = error.what();
      EXPECT_TRUE(message.starts_with(path_ + " ")) << message;
      return message.substr(std::min(message.size(), path_.size() + 1));
    }
    return "nothing was thrown";
  }

  std::string damage(std::uint64_t byte, const std::string& what) {
    return "cannot be read as a NumPy file: byte " + std::to_string(byte) + ": " + what;
  }

  const test::ScratchFolder folder_;
  const std::string path_ = folder_ / "array.npy";
};

TEST_F(NpyHeaderTest, EveryVersionSpacingAndOrderOfKeys) {
  for (const int version : {1, 2, 3}) {
    for (const std::string text : {
             "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }        \n",
             "{'descr':'<f4','fortran_order':False,'shape':(2,3)}\n",
             "{ \"shape\" : ( 2 , 3 , ) , \"fortran_order\" : False , \"descr\" : \"<f4\" , } \n",
             "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }\n",
         }) {
      const NpyHeader header = read(start(version, text) + std::string(24, 'x'));
      EXPECT_EQ(header.type, (NpyType{'f', 4}));
      EXPECT_EQ(header.shape, (std::vector<std::uint64_t>{2, 3}));
      EXPECT_EQ(header.dataOffset, (version == 1 ? 10 : 12) + text.size());
      EXPECT_FALSE(header.swapped);
    }
  }
}

TEST_F(NpyHeaderTest, TypesAndOrdersOfBytes) {
  const std::vector<std::pair<std::string, NpyType>> types = {{"b1", NpyType::of<bool>()},
                                                              {"i1", NpyType::of<std::int8_t>()},
                                                              {"u1", NpyType::of<std::uint8_t>()},
                                                              {"i2", NpyType::of<std::int16_t>()},
                                                              {"u4", NpyType::of<std::uint32_t>()},
                                                              {"i8", NpyType::of<std::int64_t>()},
                                                              {"i8", NpyType::of<long long>()},
                                                              {"f4", NpyType::of<float>()},
                                                              {"f8", NpyType::of<double>()},
                                                              {"c8", NpyType::of<std::complex<float>>()},
                                                              {"c16", NpyType::of<std::complex<double>>()}};
  for (const auto& [code, type] : types) {
    const std::string data(type.size, '\0');
    EXPECT_EQ(read(start("'<" + code + "'", "(1,)") + data).type, type) << code;
    EXPECT_FALSE(read(start("'<" + code + "'", "(1,)") + data).swapped);
    EXPECT_FALSE(read(start("'=" + code + "'", "(1,)") + data).swapped);
    EXPECT_EQ(read(start("'>" + code + "'", "(1,)") + data).swapped, type.size > 1) << code;
    const auto own = read(npyHeaderText(type, {1}) + data);
    EXPECT_EQ(own.type, type);
    EXPECT_EQ(own.shape, std::vector<std::uint64_t>{1});
    EXPECT_EQ(own.dataOffset % 64, 0u);
    EXPECT_FALSE(own.swapped);
  }
  EXPECT_EQ(NpyType::of<char>(), NpyType());
  EXPECT_EQ(NpyType::of<long double>(), NpyType());
  EXPECT_EQ(npyTypeName({'M', 8}), "M8");
  EXPECT_EQ(npyNumberName({'f', 2}), "");
  EXPECT_EQ(npyNumberName({'u', 2}), "std::uint16_t");
}

TEST_F(NpyHeaderTest, ShapesOfAllDimensions) {
  EXPECT_EQ(read(start("'<f8'", "()") + std::string(8, 'x')).shape, std::vector<std::uint64_t>());
  EXPECT_EQ(read(start("'<f8'", "(0,)")).shape, std::vector<std::uint64_t>{0});
  EXPECT_EQ(read(start("'<f8'", "(0, 18446744073709551615)")).shape.size(), 2u);
  EXPECT_EQ(read(start("'|u1'", "(2, 3, 4)") + std::string(24, 'x')).shape, (std::vector<std::uint64_t>{2, 3, 4}));
  EXPECT_EQ(npyShapeText({}), "()");
  EXPECT_EQ(npyShapeText({3}), "(3,)");
  EXPECT_EQ(npyShapeText({3, 4}), "(3, 4)");
}

TEST_F(NpyHeaderTest, DamageIsNamedWithItsByte) {
  EXPECT_EQ(refusal(""), damage(0, "the file ends in its header"));
  EXPECT_EQ(refusal("\x93NUM"), damage(4, "the file ends in its header"));
  EXPECT_EQ(refusal("\x93NUMPx\1"), damage(5, "not that of such a file"));
  EXPECT_EQ(refusal("text, and no array"), damage(0, "not that of such a file"));
  EXPECT_EQ(refusal(start(4, "{}\n")), damage(6, "not version 1.0, 2.0 or 3.0"));
  EXPECT_EQ(refusal(start(1, "{}\n").replace(7, 1, "\1")), damage(6, "not version 1.0, 2.0 or 3.0"));
  EXPECT_EQ(refusal(start(1, "{}")), damage(12, "the header does not end with a line feed"));
  EXPECT_EQ(refusal(start(1, "{}\n")), damage(13, "the dictionary lacks 'descr'"));
  EXPECT_EQ(refusal(std::string("\x93NUMPY\2\0\xff\xff\xff\x7f", 12)),
            damage(8, "a header of 2147483647 bytes is too long"));
  const auto header = [&](const std::string& text) { return refusal(start(1, text + "\n")); };
  EXPECT_EQ(header("[]"), damage(10, "expected a dictionary, which begins with '{'"));
  EXPECT_EQ(header("{'other': 1}"), damage(11, "a key other than 'descr', 'fortran_order' and 'shape'"));
  EXPECT_EQ(header("{descr: '<f8'}"), damage(11, "expected a key in quotes, or '}'"));
  EXPECT_EQ(header("{'descr'; '<f8'}"), damage(18, "expected ':' after a key"));
  EXPECT_EQ(header("{'descr': '<f8"), damage(20, "expected the closing quote"));
  EXPECT_EQ(header("{'descr': '<f8' 'shape': (1,)}"), damage(26, "expected ',' or '}' after a value"));
  EXPECT_EQ(header("{'descr': '<f8', 'descr': '<f8'}"), damage(27, "the same key again"));
  EXPECT_EQ(header("{'descr': [('a', '<f8')]}"),
            damage(20, "the array has fields; save each of them as an array of its own"));
  EXPECT_EQ(header("{'fortran_order': 0}"), damage(28, "expected True or False"));
  EXPECT_EQ(header("{'shape': 3}"), damage(20, "expected a shape, which begins with '('"));
  EXPECT_EQ(header("{'shape': (3)}"), damage(22, "expected ',': a shape of one dimension is written as (3,)"));
  EXPECT_EQ(header("{'shape': (-1,)}"), damage(21, "expected a dimension, or ')'"));
  EXPECT_EQ(header("{'shape': (18446744073709551616,)}"), damage(21, "a dimension that is too large"));
  EXPECT_EQ(header("{'shape': (1, 2"), damage(26, "expected ',' or ')' after a dimension"));
  EXPECT_EQ(header("{'shape': (1,)} x"), damage(26, "more than the dictionary"));
  const std::string rest = ", 'fortran_order': False, 'shape': (1,)}";
  EXPECT_EQ(header("{'descr': 'f8'" + rest), damage(20, "a type begins with its order of bytes: '<', '>', '=' or '|'"));
  EXPECT_EQ(header("{'descr': '<'" + rest), damage(20, "a type has an order of bytes, a kind and a size, as '<f8'"));
  EXPECT_EQ(header("{'descr': '<f'" + rest), damage(20, "a type ends with its size in bytes, as '<f8'"));
  EXPECT_EQ(header("{'descr': '<f8x'" + rest), damage(20, "a type ends with its size in bytes, as '<f8'"));
  EXPECT_EQ(header("{'descr': '|f8'" + rest), damage(20, "the order of bytes of these numbers is missing: '<' or '>'"));
  EXPECT_EQ(header("{'descr': '|O'" + rest), "has Python objects; only NumPy can read them");
}

TEST_F(NpyHeaderTest, SizesThatDoNotMatchTheArray) {
  EXPECT_EQ(refusal(start("'<f8'", "(3,)") + std::string(23, 'x')),
            "is truncated: it has 23 bytes after its header, fewer than an array of float64 of shape (3,)");
  EXPECT_EQ(refusal(start("'<f8'", "(4294967296, 4294967296)") + std::string(23, 'x')),
            "is truncated: it has 23 bytes after its header, fewer than an array of float64 of shape (4294967296, "
            "4294967296)");
  const std::string whole = start("'<f8'", "(3,)") + std::string(24, 'x');
  EXPECT_EQ(refusal(whole + "more"), "has 4 bytes after an array of float64 of shape (3,), which ends at byte " +
                                         std::to_string(whole.size()) + "; save each array to a file of its own");
  EXPECT_EQ(refusal(start(1, "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 1)}\n") + std::string(16, 'x')),
            "is in Fortran order, in columns; save numpy.ascontiguousarray(array) instead");
  EXPECT_EQ(read(start(1, "{'descr': '<f8', 'fortran_order': True, 'shape': (2,)}\n") + std::string(16, 'x')).shape[0],
            2u);
  EXPECT_EQ(read(start("'<U5'", "(2,)") + std::string(40, 'x')).type, (NpyType{'U', 20}));
  EXPECT_EQ(read(start("'<M8[ns]'", "(2,)") + std::string(16, 'x')).type, (NpyType{'M', 8}));
}

TEST_F(NpyHeaderTest, EveryPrefixIsRefused) {
  const std::string whole = npyHeaderText(NpyType::of<std::int32_t>(), {5, 2}) + std::string(40, 'x');
  EXPECT_EQ(read(whole).shape, (std::vector<std::uint64_t>{5, 2}));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(refusal(whole.substr(0, size)), "nothing was thrown") << size;
  }
}

TEST_F(NpyHeaderTest, NoDamagedByteIsFatal) {
  const std::string whole = npyHeaderText(NpyType::of<std::int32_t>(), {5, 2}) + std::string(40, 'x');
  int refused = 0;
  for (std::size_t i = 0; i + 40 < whole.size(); ++i) {
    for (const char byte : {'\0', '0', '9', '\'', '}', ')', ',', ' ', '\n', '\x7f', '\xff'}) {
      std::string damaged = whole;
      damaged[i] = byte;
      try {
        const NpyHeader header = read(damaged);
        std::uint64_t bytes = header.type.size;
        for (const std::uint64_t length : header.shape) bytes *= length;
        EXPECT_EQ(header.dataOffset + bytes, whole.size()) << i;
      } catch (const UsageError&) {
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, 500);
}

TEST_F(NpyHeaderTest, BytesAreReversedInEachNumber) {
  for (const std::size_t size : {1, 2, 4, 8}) {
    std::string bytes;
    std::string expected;
    for (std::size_t i = 0; i < 24; ++i) {
      bytes += static_cast<char>('a' + i);
      expected += static_cast<char>('a' + i / size * size + size - 1 - i % size);
    }
    reverseBytes(bytes.data(), bytes.size() / size, size);
    EXPECT_EQ(bytes, expected);
  }
}

}  // namespace
}  // namespace seltzer::detail
