#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
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

template <class... Ts>
consteval std::size_t sumOfSmallest(TypeList<Ts...>) {
  return (smallestEncoding<Ts> + ... + 0);
}
template <class... Ts>
consteval std::size_t leastOfSmallest(TypeList<Ts...>) {
  return std::min({smallestEncoding<Ts>...});
}

/// One part after the other.
template <Composed<Composition::product> T>
requires(!isBitwise<T>) struct WireFormat<T> {
  static constexpr bool wireable = allPartsAre<T, IsWireable>;
  static constexpr std::size_t smallest = sumOfSmallest(typename ElementTraits<T>::Parts());

  template <class Writer>
  static void write(Writer& out, const T& value) {
    applyToParts(value, [&out](const auto&... parts) { (out << ... << parts); });
  }

  template <class Reader>
  static void read(Reader& in, T& value) {
    applyToParts(value, [&in](auto&... parts) { (in >> ... >> parts); });
  }

  /// A new one, of parts that have no default constructor.
  template <class Reader>
  static T make(Reader& in) {
    return [&in]<std::size_t... i>(std::index_sequence<i...>) {
      return T{in.template read<PartOf<T, i>>()...};
    }
    (PartIndexes<T>());
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

template <Composed<Composition::array> T>
requires(!isBitwise<T>) struct WireFormat<T> {
  static constexpr bool wireable = isWireable<PartOf<T>>;
  static constexpr std::size_t count = ElementTraits<T>::count;
  static constexpr std::size_t smallest = count * smallestEncoding<PartOf<T>>;

  template <class Writer>
  static void write(Writer& out, const T& value) {
    writeArray(out, std::data(value), count);
  }

  template <class Reader>
  static void read(Reader& in, T& value) {
    readArray(in, std::data(value), count);
  }

  template <class Reader>
  static auto make(Reader& in) requires(!std::is_array_v<T>) {
    return [&in]<std::size_t... i>(std::index_sequence<i...>) {
      return T{(static_cast<void>(i), in.template read<PartOf<T>>())...};
    }
    (std::make_index_sequence<count>());
  }
};

/// The index of the alternative in one byte, where none counts as the first if the choice may be empty; then the value.
template <Composed<Composition::choice> T>
struct WireFormat<T> {
  static constexpr std::size_t count = partCount<T>;
  static constexpr std::size_t first = mayBeEmpty<T> ? 1 : 0;
  static_assert(count + first < 256, "the index of a choice travels in one byte");
  static constexpr bool wireable = allPartsAre<T, IsWireable>;
  static constexpr std::size_t smallest = 1 + (mayBeEmpty<T> ? 0 : leastOfSmallest(typename ElementTraits<T>::Parts()));

  /// Throws std::bad_variant_access if `value` is empty and must not be.
  template <class Writer>
  static void write(Writer& out, const T& value) {
    const std::size_t index = ElementTraits<T>::index(value);
    if (!mayBeEmpty<T> && index == noAlternative) throw std::bad_variant_access();
    out << static_cast<std::uint8_t>(index + first);
    visitChoice(value, [&out](const auto& part) { out << part; });
  }

  template <class Reader>
  static void read(Reader& in, T& value) {
    if constexpr (std::is_move_assignable_v<T>) {
      value = make(in);
    } else {
      T made = make(in);
      std::destroy_at(std::addressof(value));
      std::construct_at(std::addressof(value), std::move(made));
    }
  }

  template <class Reader>
  static T make(Reader& in) {
    const std::size_t byte = in.template read<std::uint8_t>();
    if (byte >= count + first) throwWireError(typeid(T), "there is no alternative " + std::to_string(byte));
    return makeFrom(in, byte);
  }

 private:
  template <std::size_t i = 0, class Reader>
  static T makeFrom(Reader& in, std::size_t byte) {
    if constexpr (mayBeEmpty<T>) {
      if (byte == 0) return T();
    }
    if constexpr (i + 1 < count) {
      if (byte != i + first) return makeFrom<i + 1>(in, byte);
    }
    return ElementTraits<T>::template make<i>(in.template read<std::remove_cv_t<PartOf<T, i>>>());
  }
};

/// One byte, 1 before a value. Only where the pointer cannot refer to an object of a derived class, which would be
/// sliced.
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
    const auto byte = in.template read<std::uint8_t>();
    if (byte > 1) throwWireError(typeid(std::unique_ptr<T>), "a byte that must be 0 or 1 is " + std::to_string(byte));
    if (byte == 1) {
      value = std::make_unique<T>(in.template read<std::remove_cv_t<T>>());
    }
  }
};

/// Shared ownership would be lost: each copy would own its own.
template <class T>
struct WireFormat<std::shared_ptr<T>> {
  static constexpr bool wireable = false;
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

/// What `boost::serialization::make_array` gives: the elements alone; a `serialize` that uses it must itself transmit
/// their number.
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
