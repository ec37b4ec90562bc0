#include <cstring>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>
#include <xxhash.h>

#include <seltzer/detail/functions/registry.hpp>

namespace seltzer::detail {
namespace {

struct Entry {
  Registry::AnyFunction function;
  const std::type_info* type;
};

std::vector<Entry>& entries() {
  static std::vector<Entry> all;
  return all;
}

}  // namespace

TypeId Registry::add(AnyFunction function, const std::type_info& type) {
  entries().push_back({function, &type});
  return static_cast<TypeId>(entries().size() - 1);
}

Registry::AnyFunction Registry::at(TypeId id) {
  if (id >= entries().size()) {
    throw std::out_of_range(fmt::format("no type is registered under id {}: this rank has {}", id, entries().size()));
  }
  return entries()[id].function;
}

std::size_t Registry::size() {
  return entries().size();
}

std::uint64_t Registry::hash() {
  std::uint64_t hash = 0;
  for (const Entry& entry : entries())
    hash = XXH3_64bits_withSeed(entry.type->name(), std::strlen(entry.type->name()), hash);
  return hash;
}

}  // namespace seltzer::detail
