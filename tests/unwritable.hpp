#pragma once

#include <cstdint>
#include <stdexcept>

namespace seltzer::test {

/// An element that may refuse to be written.
struct Unwritable {
  std::int64_t value = 0;
  bool refuses = false;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& value& refuses;
    if (Archive::is_saving::value && refuses) throw std::domain_error("this element cannot be written");
  }
  friend bool operator==(const Unwritable&, const Unwritable&) = default;
};

}  // namespace seltzer::test
