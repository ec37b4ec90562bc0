#pragma once

#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <seltzer/detail/files/input_files.hpp>

// NumPy's file format, of versions 1, 2 and 3: a header that says type and shape, then the elements. See
// numpy.org/doc/stable/reference/generated/numpy.lib.format.html.

namespace seltzer::detail {

/// The type of an array's numbers, as NumPy's `dtype.kind` and `dtype.itemsize`: {'f', 8} is `float64`.
struct NpyType {
  char kind = 0;
  std::uint64_t size = 0;

  bool operator==(const NpyType&) const = default;

  /// That of a C++ type; kind 0 if there is none.
  template <class T>
  static constexpr NpyType of() {
    constexpr bool isCharacter = std::is_same_v<T, char> || std::is_same_v<T, wchar_t> || std::is_same_v<T, char8_t> ||
                                 std::is_same_v<T, char16_t> || std::is_same_v<T, char32_t>;
    if constexpr (std::is_same_v<T, bool>) {
      return {'b', 1};
    } else if constexpr (std::signed_integral<T> && !isCharacter && sizeof(T) <= 8) {
      return {'i', sizeof(T)};
    } else if constexpr (std::unsigned_integral<T> && !isCharacter && sizeof(T) <= 8) {
      return {'u', sizeof(T)};
    } else if constexpr (std::is_same_v<T, float> || std::is_same_v<T, double>) {
      return {'f', sizeof(T)};
    } else if constexpr (std::is_same_v<T, std::complex<float>> || std::is_same_v<T, std::complex<double>>) {
      return {'c', sizeof(T)};
    } else {
      return {};
    }
  }
};

/// What the header of a file says.
struct NpyHeader {
  NpyType type;
  bool swapped = false;  ///< the bytes of numbers are in the order that this machine does not use
  std::vector<std::uint64_t> shape;
  std::uint64_t dataOffset = 0;
};

/// Reads and checks the header of a file, which holds an array in C order and nothing else. Throws UsageError that
/// names the file and the byte if the header is damaged or of an unknown version; the file if it ends before the array
/// or goes on after it, if the array is structured or is in Fortran order; and as PlainInput does.
NpyHeader readNpyHeader(const InputFile& file);

/// "(3, 4)"; "(3,)" of one dimension.
std::string npyShapeText(const std::vector<std::uint64_t>& shape);

/// "float64", "int8" and so on; NumPy's code, such as "M8", of those that are not numbers.
std::string npyTypeName(const NpyType& type);

/// "double", "std::int8_t" and so on; empty if no C++ type holds them.
std::string npyNumberName(const NpyType& type);

/// The header of a file in C order, in this machine's byte order: all that precedes the elements.
std::string npyHeaderText(const NpyType& type, const std::vector<std::uint64_t>& shape);

/// Reverses the bytes of each of `count` numbers of `size` bytes: 1, 2, 4 or 8.
void reverseBytes(char* numbers, std::size_t count, std::size_t size);

}  // namespace seltzer::detail
