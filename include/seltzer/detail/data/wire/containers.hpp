#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <seltzer/detail/data/wire/error.hpp>
#include <seltzer/detail/data/wire/format.hpp>
#include <seltzer/detail/data/wire/values.hpp>

// The wire format of strings and containers: a 64-bit length, then the elements.

namespace seltzer::detail {

/// An element counts for at least one byte: where elements may take none, the writer pads with zeros up to `count`
/// bytes. So the reader can refuse any length above the number of bytes left.
template <class T, class Writer, class Range>
void writeEach(Writer& out, const Range& elements) {
  [[maybe_unused]] const std::size_t start = out.size();
  for (const auto& element : elements) {
    out << element;
  }
  if constexpr (smallestEncoding<T> == 0) {
    out.padTo(start + elements.size());
  }
}

/// Calls `readOne()`, which reads one element from `in`, `count` times, and skips the padding.
template <class T, class Reader, class ReadOne>
void readEach(Reader& in, std::size_t count, ReadOne readOne) {
  [[maybe_unused]] const std::size_t before = in.remaining();
  for (std::size_t i = 0; i < count; ++i) {
    readOne();
  }
  if constexpr (smallestEncoding<T> == 0) {
    if (const std::size_t taken = before - in.remaining(); taken < count) {
      in.readBytes(count - taken);
    }
  }
}

template <class Character, class Traits>
struct WireFormat<std::basic_string_view<Character, Traits>> {
  static constexpr bool wireable = true;
  static constexpr std::size_t smallest = sizeof(std::uint64_t);

  template <class Writer>
  static void write(Writer& out, std::basic_string_view<Character, Traits> value) {
    out.writeCounted(value.data(), value.size());
  }

  template <class Reader>
  static void read(Reader&, std::basic_string_view<Character, Traits>&) {
    static_assert(sizeof(Reader) == 0, "a view cannot be read into: read its owned form, a string");
  }
};

template <class Character, class Traits, class Allocator>
struct WireFormat<std::basic_string<Character, Traits, Allocator>> {
  using String = std::basic_string<Character, Traits, Allocator>;
  static constexpr bool wireable = true;
  static constexpr std::size_t smallest = sizeof(std::uint64_t);

  template <class Writer>
  static void write(Writer& out, const String& value) {
    out.writeCounted(value.data(), value.size());
  }

  template <class Reader>
  static void read(Reader& in, String& value) {
    const std::size_t length = in.template readLength<String>(sizeof(Character));
    if constexpr (sizeof(Character) == 1) {
      const auto bytes = in.readBytes(length);
      value.assign(reinterpret_cast<const Character*>(bytes.data()), length);
    } else {
      value.resize(length);
      in.readElements(value.data(), length);
    }
  }
};

template <Composed<Composition::sequence> Sequence>
struct WireFormat<Sequence> {
  using Element = PartOf<Sequence>;
  static constexpr bool wireable = isWireable<Element>;
  static constexpr std::size_t smallest = sizeof(std::uint64_t);
  static constexpr bool isContiguous = requires(Sequence & sequence) { sequence.data(); };

  template <class Writer>
  static void write(Writer& out, const Sequence& value) {
    if constexpr (isContiguous && isBitwise<Element>) {
      out.writeCounted(value.data(), value.size());
    } else {
      out << static_cast<std::uint64_t>(value.size());
      writeEach<Element>(out, value);
    }
  }

  template <class Reader>
  static void read(Reader& in, Sequence& value) {
    static_assert(isMadeByReading<Element>,
                  "values are read into new objects: the element type needs a default constructor");
    value.clear();
    const std::size_t length = in.template readLength<Sequence>(smallestEncoding<Element>);
    if constexpr (isContiguous && isBitwise<Element> && std::is_default_constructible_v<Element>) {
      value.resize(length);
      in.readElements(value.data(), length);
    } else {
      if constexpr (requires { value.reserve(length); }) {
        value.reserve(in.reservable(length, sizeof(Element)));
      }
      if constexpr (std::is_default_constructible_v<Element> && requires { value.emplace_back(); }) {
        readEach<Element>(in, length, [&] { in >> value.emplace_back(); });
      } else {
        readEach<Element>(in, length, [&] { value.insert(value.end(), in.template read<Element>()); });
      }
    }
  }
};

/// One byte an element.
template <class Allocator>
struct WireFormat<std::vector<bool, Allocator>> {
  using Vector = std::vector<bool, Allocator>;
  static constexpr bool wireable = true;
  static constexpr std::size_t smallest = sizeof(std::uint64_t);

  template <class Writer>
  static void write(Writer& out, const Vector& value) {
    out << static_cast<std::uint64_t>(value.size());
    for (const bool bit : value) {
      out << bit;
    }
  }

  template <class Reader>
  static void read(Reader& in, Vector& value) {
    value.assign(in.template readLength<Vector>(1), false);
    for (std::size_t i = 0; i < value.size(); ++i) {
      value[i] = in.template read<bool>();
    }
  }
};

/// An element of a set or map that can be read into.
template <class Container>
struct ReadableElement {
  using Type = typename Container::key_type;
};
template <class Container>
requires requires {
  typename Container::mapped_type;
}
struct ReadableElement<Container> {
  using Type = std::pair<typename Container::key_type, typename Container::mapped_type>;
};

/// A set or map that comes out smaller than it went in had repeated keys.
template <class Container>
void checkNoKeyWasLost(const Container& container, std::size_t length) {
  if (container.size() != length) {
    throwWireError(typeid(Container), std::to_string(length - container.size()) + " repeated keys");
  }
}

/// Sets and maps kept in order. Comparators do not travel.
template <class Container>
struct SortedFormat {
  using Element = typename ReadableElement<Container>::Type;
  static constexpr bool wireable = isWireable<Element>;
  static constexpr std::size_t smallest = sizeof(std::uint64_t);

  template <class Writer>
  static void write(Writer& out, const Container& value) {
    out << static_cast<std::uint64_t>(value.size());
    writeEach<Element>(out, value);
  }

  template <class Reader>
  static void read(Reader& in, Container& value) {
    value.clear();
    const std::size_t length = in.template readLength<Container>(smallestEncoding<Element>);
    readEach<Element>(in, length, [&] { value.emplace_hint(value.end(), in.template read<Element>()); });
    checkNoKeyWasLost(value, length);
  }
};

template <class... Ts>
struct WireFormat<std::map<Ts...>> : SortedFormat<std::map<Ts...>> {};
template <class... Ts>
struct WireFormat<std::multimap<Ts...>> : SortedFormat<std::multimap<Ts...>> {};
template <class... Ts>
struct WireFormat<std::set<Ts...>> : SortedFormat<std::set<Ts...>> {};
template <class... Ts>
struct WireFormat<std::multiset<Ts...>> : SortedFormat<std::multiset<Ts...>> {};

/// Hashed sets and maps. A function that iterates over one must not see whether it has travelled: with as many buckets,
/// and elements inserted last to first, equal ones each after the one before, libstdc++ gives the order of the
/// original. Where there are many more buckets than elements, one byte of padding travels for every eight of them, so
/// that damaged input cannot claim memory out of proportion to its size. Hash functions and load factors do not travel;
/// with more than 64 elements for each bucket the order is not kept.
template <class Container>
struct HashedFormat {
  using Element = typename ReadableElement<Container>::Type;
  static constexpr bool wireable = isWireable<Element>;
  static constexpr std::size_t smallest = 2 * sizeof(std::uint64_t);

  template <class Writer>
  static void write(Writer& out, const Container& value) {
    out << static_cast<std::uint64_t>(value.size()) << static_cast<std::uint64_t>(value.bucket_count());
    out.padTo(out.size() + padding(value.size(), value.bucket_count()));
    writeEach<Element>(out, value);
  }

  template <class Reader>
  static void read(Reader& in, Container& value) {
    const std::size_t length = in.template readLength<Container>(smallestEncoding<Element>);
    const auto buckets = in.template read<std::uint64_t>();
    in.readBytes(padding(length, buckets));
    std::vector<Element> elements;
    elements.reserve(in.reservable(length, sizeof(Element)));
    readEach<Element>(in, length, [&] { elements.push_back(in.template read<Element>()); });
    value.clear();
    if (const std::uint64_t load = buckets == 0 ? 1 : (length + buckets - 1) / buckets; load > 1 && load <= 64) {
      value.max_load_factor(static_cast<float>(load));  // or else the number of buckets would grow
    }
    if (buckets != value.bucket_count()) value.rehash(buckets);
    insert(elements, value);
    checkNoKeyWasLost(value, length);
  }

 private:
  static std::size_t padding(std::size_t length, std::uint64_t buckets) {
    const std::size_t free = 64 + 8 * length;
    return buckets <= free ? 0 : (buckets - free + 7) / 8;
  }

  static void insert(std::vector<Element>& elements, Container& value) {
    for (std::size_t end = elements.size(); end > 0;) {
      std::size_t begin = end - 1;
      if constexpr (std::is_same_v<decltype(value.insert(std::move(elements[0]))), typename Container::iterator>) {
        const auto equal = value.key_eq();
        while (begin > 0 && equal(keyOf(elements[begin - 1]), keyOf(elements[begin]))) --begin;
        auto at = value.insert(std::move(elements[begin]));
        for (std::size_t i = begin + 1; i < end; ++i) at = value.insert(at, std::move(elements[i]));
      } else {
        value.insert(std::move(elements[begin]));
      }
      end = begin;
    }
  }

  static const typename Container::key_type& keyOf(const Element& element) {
    if constexpr (requires { typename Container::mapped_type; }) {
      return element.first;
    } else {
      return element;
    }
  }
};

template <class... Ts>
struct WireFormat<std::unordered_map<Ts...>> : HashedFormat<std::unordered_map<Ts...>> {};
template <class... Ts>
struct WireFormat<std::unordered_multimap<Ts...>> : HashedFormat<std::unordered_multimap<Ts...>> {};
template <class... Ts>
struct WireFormat<std::unordered_set<Ts...>> : HashedFormat<std::unordered_set<Ts...>> {};
template <class... Ts>
struct WireFormat<std::unordered_multiset<Ts...>> : HashedFormat<std::unordered_multiset<Ts...>> {};

}  // namespace seltzer::detail
