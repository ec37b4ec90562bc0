#include <cstring>

#include <seltzer/detail/data/spill/wire_keys.hpp>
#include <seltzer/detail/data/wire/writer.hpp>

namespace seltzer::detail {

bool WireKeys::beginWith(ByteView bytes, ByteView key, std::size_t& size) const {
  size = key.size();
  if (bytes.size() >= size && (size == 0 || std::memcmp(bytes.data(), key.data(), size) == 0)) return true;
  size = sizeAt(bytes);
  return equal(bytes.first(size), key);
}

KeptKeys::Place KeptKeys::add(ByteView key) {
  const Place place{bytes_.size(), key.size()};
  WireWriter(bytes_).writeBytes(key);
  return place;
}

}  // namespace seltzer::detail
