#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/serialization/base_object.hpp>
#include <boost/serialization/binary_object.hpp>
#include <boost/serialization/nvp.hpp>
#include <boost/serialization/split_free.hpp>
#include <boost/serialization/split_member.hpp>
#include <boost/serialization/version.hpp>
#include <gtest/gtest.h>

#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>

// User types in all of Boost.Serialization's styles, and some that cannot be serialized.

namespace seltzer::test {

using detail::Bytes;
using detail::ByteView;
using detail::fromWire;
using detail::isBitwise;
using detail::isWireable;
using detail::toWire;
using detail::WireReader;
using detail::WireWriter;

enum class Colour : std::uint8_t { red, green, blue };
enum class Switch : bool { off, on };

/// Trivially copyable and without `serialize`: sent as memory.
struct Point {
  double x = 0, y = 0;
  bool operator==(const Point&) const = default;
};

/// A member `serialize`.
struct Person {
  std::string name;
  int age = 0;
  std::vector<std::string> friends;
  bool operator==(const Person&) const = default;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& name& age& friends;
  }
};

/// A private one, with named values and a C array.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) { digits_[2] = 7; }
  bool operator==(const Secret& other) const { return text_ == other.text_ && digits_[2] == other.digits_[2]; }

 private:
  friend class boost::serialization::access;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& BOOST_SERIALIZATION_NVP(text_);
    archive& boost::serialization::make_nvp("digits", digits_);
  }

  std::string text_;
  int digits_[3] = {1, 2, 3};
};

/// Separate `save` and `load`, the count first, as for a raw buffer.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::vector<double> values) : values_(std::move(values)) {}
  bool operator==(const Buffer&) const = default;

 private:
  friend class boost::serialization::access;
  template <class Archive>
  void save(Archive& archive, unsigned) const {
    static_assert(Archive::is_saving::value && !Archive::is_loading::value);
    const std::size_t count = values_.size();
    archive << count << boost::serialization::make_array(values_.data(), count);
  }
  template <class Archive>
  void load(Archive& archive, unsigned) {
    static_assert(Archive::is_loading::value && !Archive::is_saving::value);
    std::size_t count = 0;
    archive >> count;
    if (count > archive.remaining() / sizeof(double)) {
      throw WireError("damaged data: reading Buffer");
    }
    values_.resize(count);
    archive >> boost::serialization::make_array(values_.data(), count);
  }
  BOOST_SERIALIZATION_SPLIT_MEMBER()

  std::vector<double> values_;
};

/// A derived class that serializes its base.
struct Employee : Person {
  double salary = 0;
  bool operator==(const Employee&) const = default;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& boost::serialization::base_object<Person>(*this) & salary;
  }
};

/// With constructors, so that a derived class may reuse its tail padding.
struct Narrow {
  Narrow() {}
  double wide = 0;
  std::int32_t narrow = 0;
};
struct Derived : Narrow {
  std::int32_t tail = 0;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& tail& boost::serialization::base_object<Narrow>(*this);
  }
};
static_assert(sizeof(Derived) == sizeof(Narrow) && isBitwise<Narrow>);

struct Shape {
  int id = 0;
  virtual ~Shape() = default;
  virtual double area() const = 0;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& id;
  }
};
struct Square final : Shape {
  double side = 0;
  double area() const override { return side * side; }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& boost::serialization::base_object<Shape>(*this) & side;
  }
};

/// Its `serialize` records the version that it was given.
struct Versioned {
  unsigned version = 0;

  template <class Archive>
  void serialize(Archive&, unsigned versionPassed) {
    version = versionPassed;
  }
};

/// Serializes to no bytes.
struct Nothing {
  std::string ignored;

  template <class Archive>
  void serialize(Archive&, unsigned) {}
};

struct Tree {
  int value = 0;
  std::vector<Tree> children;
  bool operator==(const Tree&) const = default;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& value& children;
  }
};

struct Link {
  std::unique_ptr<Link> next;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& next;
  }
};

struct Blob {
  std::array<char, 5> bytes{};

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& boost::serialization::make_binary_object(bytes.data(), bytes.size());
  }
};

template <class T>
struct Box {
  T content{};
  bool operator==(const Box&) const = default;
};

struct Opaque {
  std::string text;
  bool operator==(const Opaque&) const = default;
};

struct Odd {
  std::string text;
  std::string serialize() const { return text; }
};

struct Split {
  std::string text;
  bool operator==(const Split&) const = default;
};

/// Trivially copyable, but its `serialize` omits the cache.
struct Cached {
  int value = 0, cache = -1;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& value;
  }
};

struct Row {
  std::string_view name;
  double value;
};
struct Outer {
  Row row;
  int n;
};
struct Holder {
  int n;
  const double* where;
};

struct Fixed {
  explicit Fixed(int n) : value(n) {}
  int value;
};

}  // namespace seltzer::test

BOOST_CLASS_VERSION(seltzer::test::Versioned, 3)

namespace seltzer::test {

/// A free `serialize` of a class template.
template <class Archive, class T>
void serialize(Archive& archive, Box<T>& box, const unsigned) {
  archive& box.content;
}

template <class Archive>
void save(Archive& archive, const Split& split, const unsigned) {
  archive << split.text;
}
template <class Archive>
void load(Archive& archive, Split& split, const unsigned) {
  archive >> split.text;
}

}  // namespace seltzer::test

BOOST_SERIALIZATION_SPLIT_FREE(seltzer::test::Split)

namespace boost::serialization {

template <class Archive>
void serialize(Archive& archive, seltzer::test::Opaque& opaque, const unsigned) {
  archive& opaque.text;
}

}  // namespace boost::serialization

namespace seltzer::test {

/// Every strict prefix of the bytes is an error, and so is one byte more.
template <class T>
void expectDamageIsSeen(const Bytes& bytes) {
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const std::vector<std::byte> shorter(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_THROW(fromWire<T>(shorter), WireError) << length << " of " << bytes.size() << " bytes";
  }
  Bytes longer = bytes;
  longer.push_back(std::byte{0});
  EXPECT_THROW(fromWire<T>(longer), WireError);
}

}  // namespace seltzer::test
