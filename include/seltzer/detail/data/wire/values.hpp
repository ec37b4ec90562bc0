#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <variant>

#include <boost/serialization/array_wrapper.hpp>
#include <boost/serialization/nvp.hpp>

#include <seltzer/detail/data/wire/error.hpp>
#include <seltzer/detail/data/wire/format.hpp>

// The wire format of types that hold a number of values known at compile time, or none or one. Where all of them are
// bitwise, so is the type, and the general WireFormat applies.

namespace seltzer::detail {

template <class First, class Second>
requires(!isBitwise<std::pair<First, Second>>) struct WireFormat<std::pair<First, Second>> {
  static constexpr bool wireable = isWireable<First> && isWireable<Second>;
  static constexpr std::size_t smallest = smallestEncoding<First> + smallestEncoding<Second>;

  template <class Writer>
  static void write(Writer& out, const std::pair<First, Second>& value) {
    out << value.first << value.second;
  }

  template <class Reader>
  static void read(Reader& in, std::pair<First, Second>& value) {
    in >> value.first >> value.second;
  }

  /// A new one, of parts that have no default constructor.
  template <class Reader>
  static std::pair<First, Second> make(Reader& in) {
    return {in.template read<First>(), in.template read<Second>()};
  }
};

template <class... Ts>
requires(!isBitwise<std::tuple<Ts...>>) struct WireFormat<std::tuple<Ts...>> {
  static constexpr bool wireable = (isWireable<Ts> && ...);
  static constexpr std::size_t smallest = (smallestEncoding<Ts> + ... + 0);

  template <class Writer>
  static void write(Writer& out, const std::tuple<Ts...>& value) {
    std::apply([&out](const auto&... members) { (out << ... << members); }, value);
  }

  template <class Reader>
  static void read(Reader& in, std::tuple<Ts...>& value) {
    std::apply([&in](auto&... members) { (in >> ... >> members); }, value);
  }

  template <class Reader>
  static std::tuple<Ts...> make(Reader& in) {
    return std::tuple<Ts...>{in.template read<Ts>()...};
  }
};

/// `count` elements without a length.
template <class Writer, class T>
void writeArray(Writer& out, const T* elements, std::size_t count) {
  if constexpr (isBitwise<T>) {
    out.writeElements(elements, count);
  } else {
    std::for_each(elements, elements + count, [&out](const T& element) { out << element; });
  }
}

template <class Reader, class T>
void readArray(Reader& in, T* elements, std::size_t count) {
  if constexpr (isBitwise<T>) {
    in.readElements(elements, count);
  } else {
    std::for_each(elements, elements + count, [&in](T& element) { in >> element; });
  }
}

template <class T, std::size_t count>
requires(!isBitwise<T>) struct WireFormat<T[count]> {
  static constexpr bool wireable = isWireable<T>;
  static constexpr std::size_t smallest = count * smallestEncoding<T>;

  template <class Writer>
  static void write(Writer& out, const T (&value)[count]) {
    writeArray(out, value, count);
  }

  template <class Reader>
  static void read(Reader& in, T (&value)[count]) {
    readArray(in, value, count);
  }
};

template <class T, std::size_t count>
requires(!isBitwise<std::array<T, count>>) struct WireFormat<std::array<T, count>> {
  static constexpr bool wireable = isWireable<T>;
  static constexpr std::size_t smallest = count * smallestEncoding<T>;

  template <class Writer>
  static void write(Writer& out, const std::array<T, count>& value) {
    writeArray(out, value.data(), count);
  }

  template <class Reader>
  static void read(Reader& in, std::array<T, count>& value) {
    readArray(in, value.data(), count);
  }

  template <class Reader>
  static std::array<T, count> make(Reader& in) {
    return [&in]<std::size_t... i>(std::index_sequence<i...>) {
      return std::array<T, count>{(static_cast<void>(i), in.template read<T>())...};
    }
    (std::make_index_sequence<count>());
  }
};

/// One byte before the value of a T that may be missing. Throws WireError if it is neither 0 nor 1.
template <class T, class Reader>
bool readPresence(Reader& in) {
  const auto byte = in.template read<unsigned char>();
  if (byte > 1) {
    throwWireError(typeid(T), "a byte that must be 0 or 1 is " + std::to_string(byte));
  }
  return byte == 1;
}

template <class T>
struct WireFormat<std::optional<T>> {
  static constexpr bool wireable = isWireable<T>;
  static constexpr std::size_t smallest = 1;

  template <class Writer>
  static void write(Writer& out, const std::optional<T>& value) {
    out << value.has_value();
    if (value) {
      out << *value;
    }
  }

  template <class Reader>
  static void read(Reader& in, std::optional<T>& value) {
    value.reset();
    if (readPresence<std::optional<T>>(in)) {
      value.emplace(in.template read<T>());
    }
  }
};

/// Only of classes that the pointer cannot hide a derived class of: that would be cut down to its base.
template <class T>
struct WireFormat<std::unique_ptr<T>> {
  static constexpr bool wireable = [] {
    if constexpr (!std::is_object_v<T> || std::is_array_v<T>) {
      return false;
    } else {
      return (!std::is_polymorphic_v<T> || std::is_final_v<T>)&&isWireable<T>;
    }
  }();
  static constexpr std::size_t smallest = 1;

  template <class Writer>
  static void write(Writer& out, const std::unique_ptr<T>& value) {
    out << (value != nullptr);
    if (value) {
      out << *value;
    }
  }

  template <class Reader>
  static void read(Reader& in, std::unique_ptr<T>& value) {
    value.reset();
    if (readPresence<std::unique_ptr<T>>(in)) {
      value = std::make_unique<T>(in.template read<std::remove_cv_t<T>>());
    }
  }
};

/// Shared ownership would be lost: each copy would own its own.
template <class T>
struct WireFormat<std::shared_ptr<T>> {
  static constexpr bool wireable = false;
};

template <class... Ts>
struct WireFormat<std::variant<Ts...>> {
  static_assert(sizeof...(Ts) < 255, "the index of a variant travels in one byte");
  static constexpr bool wireable = (isWireable<Ts> && ...);
  static constexpr std::size_t smallest = 1 + std::min({smallestEncoding<Ts>...});

  /// Throws std::bad_variant_access if `value` is valueless.
  template <class Writer>
  static void write(Writer& out, const std::variant<Ts...>& value) {
    std::visit([&](const auto& held) { out << static_cast<std::uint8_t>(value.index()) << held; }, value);
  }

  template <class Reader>
  static void read(Reader& in, std::variant<Ts...>& value) {
    const auto index = in.template read<std::uint8_t>();
    if (index >= sizeof...(Ts)) {
      throwWireError(typeid(std::variant<Ts...>), "there is no alternative " + std::to_string(index));
    }
    readAlternative(in, value, index, std::index_sequence_for<Ts...>());
  }

 private:
  template <class Reader, std::size_t... i>
  static void readAlternative(Reader& in, std::variant<Ts...>& value, std::size_t index, std::index_sequence<i...>) {
    ((i == index ? void(value.template emplace<i>(in.template read<Ts>())) : void()), ...);
  }
};

/// What `boost::serialization::make_nvp` gives: the value alone, the name does not travel.
template <class T>
struct WireFormat<boost::serialization::nvp<T>> {
  static constexpr bool wireable = isWireable<T>;
  static constexpr std::size_t smallest = smallestEncoding<T>;

  template <class Writer>
  static void write(Writer& out, const boost::serialization::nvp<T>& named) {
    out << named.const_value();
  }

  template <class Reader>
  static void read(Reader& in, boost::serialization::nvp<T>& named) {
    in >> named.value();
  }
};

/// What `boost::serialization::make_array` gives: the elements alone, the writer of a `serialize` sees to their number.
template <class T>
struct WireFormat<boost::serialization::array_wrapper<T>> {
  static constexpr bool wireable = isWireable<T>;
  static constexpr std::size_t smallest = 0;

  template <class Writer>
  static void write(Writer& out, const boost::serialization::array_wrapper<T>& elements) {
    writeArray(out, elements.address(), elements.count());
  }

  template <class Reader>
  static void read(Reader& in, boost::serialization::array_wrapper<T>& elements) {
    readArray(in, elements.address(), elements.count());
  }
};

}  // namespace seltzer::detail
