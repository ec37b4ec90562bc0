#pragma once

#include <string>
#include <string_view>

#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// A key as it is read from its wire form: strings are not copied, but read as views of it.
template <class T>
struct ReadInPlace {
  using Type = T;
  static T read(WireReader& reader) { return reader.read<T>(); }
};
template <>
struct ReadInPlace<std::string> {
  using Type = std::string_view;
  static std::string_view read(WireReader& reader) {
    const ByteView bytes = reader.readBytes(reader.readLength<std::string>(1));
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
};

}  // namespace seltzer::detail
