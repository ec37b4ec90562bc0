#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include <seltzer/detail/files/npy.hpp>
#include <seltzer/detail/files/plain_input.hpp>
#include <seltzer/errors.hpp>

namespace seltzer::detail {
namespace {

constexpr std::string_view magic = "\x93NUMPY";

/// An array without fields has a header of some hundred bytes at most.
constexpr std::uint64_t longestHeader = std::uint64_t{1} << 20;

[[noreturn]] void fail(const InputFile& file, std::string_view what) {
  throw UsageError(fmt::format("{} {}", file.path, what));
}

[[noreturn]] void failAt(const InputFile& file, std::uint64_t byte, std::string_view what) {
  throw UsageError(fmt::format("{} cannot be read as a NumPy file: byte {}: {}", file.path, byte, what));
}

/// The Python dictionary of a header. Messages name its bytes by their place in the file.
class HeaderParser {
 public:
  HeaderParser(const InputFile& file, std::uint64_t begin, std::string_view text)
      : file_(file), begin_(begin), text_(text) {}

  void parse() {
    expect('{', "a dictionary, which begins with '{'");
    while (!accept('}')) {
      const std::uint64_t place = here();
      const std::string_view key = string("a key in quotes, or '}'");
      expect(':', "':' after a key");
      if (key == "descr") {
        once(descr_.has_value(), place);
        skipSpace();
        descrPlace_ = here();
        if (at_ < text_.size() && text_[at_] == '[') {
          fail("the array has fields; save each of them as an array of its own");
        }
        descr_ = string("a type in quotes, as '<f8'");
      } else if (key == "fortran_order") {
        once(fortranOrder_.has_value(), place);
        fortranOrder_ = boolean();
      } else if (key == "shape") {
        once(shape_.has_value(), place);
        shape_ = tuple();
      } else {
        failAt(file_, place, "a key other than 'descr', 'fortran_order' and 'shape'");
      }
      if (accept(',')) continue;
      expect('}', "',' or '}' after a value");
      break;
    }
    skipSpace();
    if (at_ < text_.size()) fail("more than the dictionary");
    if (!descr_) fail("the dictionary lacks 'descr'");
    if (!fortranOrder_) fail("the dictionary lacks 'fortran_order'");
    if (!shape_) fail("the dictionary lacks 'shape'");
  }

  std::vector<std::uint64_t> shape() const { return *shape_; }
  bool fortranOrder() const { return *fortranOrder_; }

  /// The type, and whether its bytes are to be swapped.
  std::pair<NpyType, bool> type() const {
    std::string_view code = *descr_;
    if (code.size() < 2) failAt(file_, descrPlace_, "a type has an order of bytes, a kind and a size, as '<f8'");
    const char order = code[0];
    const char kind = code[1];
    if (std::string_view("<>|=").find(order) == std::string_view::npos) {
      failAt(file_, descrPlace_, "a type begins with its order of bytes: '<', '>', '=' or '|'");
    }
    NpyType type{kind, 0};
    const std::string_view size = code.substr(2, code.find('[') - 2);  // a date has its unit after it
    const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), type.size);
    if (kind != 'O' && (error != std::errc() || end != size.data() + size.size())) {
      failAt(file_, descrPlace_, "a type ends with its size in bytes, as '<f8'");
    }
    if (order == '|' && type.size > 1 && !npyNumberName(type).empty()) {
      failAt(file_, descrPlace_, "the order of bytes of these numbers is missing: '<' or '>'");
    }
    const bool littleEndian = order == '<' || (order == '=' && std::endian::native == std::endian::little);
    if (kind == 'U') type.size *= 4;  // given in characters
    return {type, type.size > 1 && littleEndian != (std::endian::native == std::endian::little)};
  }

 private:
  std::uint64_t here() const { return begin_ + at_; }
  [[noreturn]] void fail(std::string_view what) const { failAt(file_, here(), what); }
  [[noreturn]] void expected(std::string_view what) const { fail(fmt::format("expected {}", what)); }

  void once(bool present, std::uint64_t place) const {
    if (present) failAt(file_, place, "the same key again");
  }

  void skipSpace() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
  }

  bool accept(char c) {
    skipSpace();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void expect(char c, std::string_view what) {
    if (!accept(c)) expected(what);
  }

  std::string_view string(std::string_view what) {
    skipSpace();
    const char quote = at_ < text_.size() ? text_[at_] : ' ';
    if (quote != '\'' && quote != '"') expected(what);
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) expected("the closing quote");
    const std::string_view content = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return content;
  }

  bool boolean() {
    skipSpace();
    for (const auto& [word, value] : {std::pair(std::string_view("True"), true), {"False", false}}) {
      if (!text_.substr(at_).starts_with(word)) continue;
      at_ += word.size();
      return value;
    }
    expected("True or False");
  }

  std::vector<std::uint64_t> tuple() {
    std::vector<std::uint64_t> values;
    expect('(', "a shape, which begins with '('");
    while (!accept(')')) {
      skipSpace();
      std::uint64_t value = 0;
      const char* const begin = text_.data() + at_;
      const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
      if (error == std::errc::result_out_of_range) fail("a dimension that is too large");
      if (error != std::errc()) expected("a dimension, or ')'");
      at_ += static_cast<std::size_t>(end - begin);
      accept('L');  // written by Python 2
      values.push_back(value);
      if (accept(',')) continue;
      if (values.size() == 1) expected("',': a shape of one dimension is written as (3,)");
      expect(')', "',' or ')' after a dimension");
      break;
    }
    return values;
  }

  const InputFile& file_;
  std::uint64_t begin_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<std::string_view> descr_;
  std::uint64_t descrPlace_ = 0;
  std::optional<bool> fortranOrder_;
  std::optional<std::vector<std::uint64_t>> shape_;
};

std::uint64_t littleEndian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

/// The bytes of the array; nothing if there are more than 2^64.
std::optional<std::uint64_t> arrayBytes(const NpyHeader& header) {
  std::uint64_t bytes = header.type.size;
  for (const std::uint64_t length : header.shape) {
    if (__builtin_mul_overflow(bytes, length, &bytes)) return {};
  }
  return bytes;
}

std::string readBytes(PlainInput& input, std::uint64_t size) {
  std::string bytes(size, '\0');
  input.readFully(bytes.data(), bytes.size());
  return bytes;
}

}  // namespace

NpyHeader readNpyHeader(const InputFile& file) {
  PlainInput input(file, 0);
  const std::string start = readBytes(input, std::min<std::uint64_t>(file.size, magic.size() + 2));
  const auto differs = static_cast<std::uint64_t>(std::ranges::mismatch(magic, start).in1 - magic.begin());
  if (differs < magic.size() && differs < start.size()) failAt(file, differs, "not that of such a file");
  if (start.size() < magic.size() + 2) failAt(file, start.size(), "the file ends in its header");
  const int version = static_cast<unsigned char>(start[magic.size()]);
  if (version < 1 || version > 3 || start.back() != 0) failAt(file, magic.size(), "not version 1.0, 2.0 or 3.0");

  const std::uint64_t lengthBytes = version == 1 ? 2 : 4;
  if (file.size - start.size() < lengthBytes) failAt(file, file.size, "the file ends in its header");
  const std::uint64_t length = littleEndian(readBytes(input, lengthBytes));
  const std::uint64_t begin = input.offset();
  if (length > longestHeader) failAt(file, start.size(), fmt::format("a header of {} bytes is too long", length));
  if (file.size - begin < length) failAt(file, file.size, "the file ends in its header");
  const std::string text = readBytes(input, length);
  if (!text.ends_with('\n')) failAt(file, begin + length, "the header does not end with a line feed");

  HeaderParser parser(file, begin, text);
  parser.parse();
  NpyHeader header;
  std::tie(header.type, header.swapped) = parser.type();
  header.shape = parser.shape();
  header.dataOffset = begin + length;
  if (header.type.kind == 'O') fail(file, "has Python objects; only NumPy can read them");
  if (parser.fortranOrder() && header.shape.size() > 1) {
    fail(file, "is in Fortran order, in columns; save numpy.ascontiguousarray(array) instead");
  }
  const auto bytes = arrayBytes(header);
  const std::uint64_t present = file.size - header.dataOffset;
  const std::string array =
      fmt::format("an array of {} of shape {}", npyTypeName(header.type), npyShapeText(header.shape));
  if (!bytes || *bytes > present) {
    fail(file, fmt::format("is truncated: it has {} bytes after its header, fewer than {}", present, array));
  }
  if (*bytes < present) {
    fail(file, fmt::format("has {} bytes after {}, which ends at byte {}; save each array to a file of its own",
                           present - *bytes, array, header.dataOffset + *bytes));
  }
  return header;
}

std::string npyShapeText(const std::vector<std::uint64_t>& shape) {
  if (shape.size() == 1) return fmt::format("({},)", shape[0]);
  return fmt::format("({})", fmt::join(shape, ", "));
}

std::string npyTypeName(const NpyType& type) {
  const std::uint64_t bits = 8 * type.size;
  switch (type.kind) {
    case 'b':
      return "bool";
    case 'i':
      return fmt::format("int{}", bits);
    case 'u':
      return fmt::format("uint{}", bits);
    case 'f':
      return fmt::format("float{}", bits);
    case 'c':
      return fmt::format("complex{}", bits);
    default:
      return fmt::format("{}{}", type.kind, type.size);
  }
}

std::string npyNumberName(const NpyType& type) {
  const bool isInteger = type.size == 1 || type.size == 2 || type.size == 4 || type.size == 8;
  if (type == NpyType::of<bool>()) return "bool";
  if ((type.kind == 'i' || type.kind == 'u') && isInteger) return "std::" + npyTypeName(type) + "_t";
  if (type == NpyType::of<float>()) return "float";
  if (type == NpyType::of<double>()) return "double";
  if (type == NpyType::of<std::complex<float>>()) return "std::complex<float>";
  if (type == NpyType::of<std::complex<double>>()) return "std::complex<double>";
  return {};
}

std::string npyHeaderText(const NpyType& type, const std::vector<std::uint64_t>& shape) {
  constexpr std::size_t alignment = 64;  // of the elements, as NumPy has it
  constexpr std::size_t before = magic.size() + 2 + 2;
  const char order = type.size == 1 ? '|' : std::endian::native == std::endian::little ? '<' : '>';
  std::string text = fmt::format("{{'descr': '{}{}{}', 'fortran_order': False, 'shape': {}, }}", order, type.kind,
                                 type.size, npyShapeText(shape));
  text.append(alignment - 1 - (before + text.size()) % alignment, ' ');
  text += '\n';
  std::string header(magic);
  header += '\1';
  header += '\0';
  header += static_cast<char>(text.size() & 0xff);
  header += static_cast<char>(text.size() >> 8);
  return header + text;
}

void reverseBytes(char* numbers, std::size_t count, std::size_t size) {
  const auto reverse = [&]<class Number>(Number, auto swap) {
    for (std::size_t i = 0; i < count; ++i) {
      Number number;
      std::memcpy(&number, numbers + i * sizeof number, sizeof number);
      number = swap(number);
      std::memcpy(numbers + i * sizeof number, &number, sizeof number);
    }
  };
  if (size == 2) reverse(std::uint16_t(), [](std::uint16_t x) { return __builtin_bswap16(x); });
  if (size == 4) reverse(std::uint32_t(), [](std::uint32_t x) { return __builtin_bswap32(x); });
  if (size == 8) reverse(std::uint64_t(), [](std::uint64_t x) { return __builtin_bswap64(x); });
}

}  // namespace seltzer::detail
