#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>

// Any bytes either throw a WireError, or are a value that survives a round trip.

namespace {

enum class Level : bool { low, high };

struct Tree {
  std::int16_t value = 0;
  std::vector<Tree> children;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& value& children;
  }
};

struct Chain {
  std::unique_ptr<Chain> next;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& next;
  }
};

struct Nothing {
  std::string ignored;

  template <class Archive>
  void serialize(Archive&, unsigned) {}
};

using Words = std::vector<std::string>;
using Anything =
    std::variant<std::monostate, bool, std::int32_t, double, std::string, std::u32string, Words, std::vector<bool>,
                 std::vector<std::pair<std::uint8_t, bool>>, std::vector<std::pair<std::int32_t, std::int64_t>>,
                 std::map<std::string, std::optional<std::int32_t>>, std::multimap<std::int8_t, std::string>,
                 std::unordered_map<std::string, Words>, std::unordered_multimap<std::uint8_t, std::uint8_t>,
                 std::unordered_set<std::string>, std::set<std::int16_t>, std::list<std::string>, std::deque<Level>,
                 std::tuple<std::string, bool, std::array<std::string, 2>>, std::optional<std::unique_ptr<std::string>>,
                 Tree, Chain, std::vector<Nothing>, std::map<std::uint8_t, std::vector<Tree>>,
                 std::vector<std::variant<std::monostate, std::string, std::vector<std::vector<std::uint8_t>>>>>;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using seltzer::detail::fromWire;
  using seltzer::detail::toWire;
  try {
    const auto bytes = toWire(fromWire<std::vector<Anything>>(std::as_bytes(std::span(data, size))));
    // The bytes may differ: unordered containers have no order of their own.
    if (toWire(fromWire<std::vector<Anything>>(bytes)).size() != bytes.size()) std::abort();
  } catch (const seltzer::WireError&) {
    return 0;
  }
  return 0;
}
