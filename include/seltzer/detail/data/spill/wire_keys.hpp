#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <seltzer/detail/data/element/key_text.hpp>
#include <seltzer/detail/data/key/key_equal.hpp>
#include <seltzer/detail/data/wire/read_in_place.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {

/// What code that does not know the type of keys needs of them in wire form.
struct WireKeys {
  /// The size of the key with which `bytes` begin.
  std::size_t (*sizeAt)(ByteView bytes);

  /// Its hash.
  std::uint64_t (*hashAt)(ByteView bytes);

  /// Whether two keys are equal. Keys with the same bytes are.
  bool (*equal)(ByteView a, ByteView b);

  /// keyText.
  std::string (*text)(ByteView key);

  /// Whether `bytes` begin with a key that is equal to `key`; sets its size. Reads keys only where bytes differ, as
  /// those of zeros with different signs.
  bool beginWith(ByteView bytes, ByteView key, std::size_t& size) const;
};

/// Copies of some keys in wire form, in one buffer that is used again.
class KeptKeys {
 public:
  struct Place {
    std::size_t begin = 0;
    std::size_t size = 0;
  };

  Place add(ByteView key);
  ByteView at(Place place) const { return ByteView(bytes_).subspan(place.begin, place.size); }
  void clear() { bytes_.clear(); }

 private:
  Bytes bytes_;
};

template <class K>
inline constexpr WireKeys wireKeys = {
    [](ByteView bytes) {
      WireReader reader(bytes);
      static_cast<void>(ReadInPlace<K>::read(reader));
      return bytes.size() - reader.remaining();
    },
    [](ByteView bytes) {
      WireReader reader(bytes);
      return Hash<typename ReadInPlace<K>::Type>()(ReadInPlace<K>::read(reader));
    },
    [](ByteView a, ByteView b) { return keyEqual(fromWire<K>(a), fromWire<K>(b)); },
    [](ByteView bytes) {
      const K key = fromWire<K>(bytes);
      return std::string(keyText(key, Hash<K>()(key)));
    },
};

}  // namespace seltzer::detail
