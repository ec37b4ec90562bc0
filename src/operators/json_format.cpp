#include <stdexcept>

#include <nlohmann/json.hpp>

#include <seltzer/detail/operators/action/json_format.hpp>

namespace seltzer::detail {

std::string jsonText(std::string_view text) {
  try {
    return nlohmann::json(text).dump();
  } catch (const nlohmann::json::type_error&) {
    throw std::invalid_argument("a text that is not UTF-8 cannot be written as JSON");
  }
}

void throwNotFinite() {
  throw std::invalid_argument("JSON has no NaN and no infinite numbers; map them to an empty std::optional");
}

}  // namespace seltzer::detail
