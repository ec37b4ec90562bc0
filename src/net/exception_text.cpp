#include "net/exception_text.hpp"

#include <array>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <typeinfo>

#include <boost/core/demangle.hpp>
#include <cxxabi.h>

namespace seltzer::detail {
namespace {

bool isGeneral(const std::type_info& type) {
  const std::array<const std::type_info*, 5> general = {&typeid(std::exception), &typeid(std::logic_error),
                                                        &typeid(std::runtime_error), &typeid(std::system_error),
                                                        &typeid(std::filesystem::filesystem_error)};
  for (const std::type_info* one : general) {
    if (type == *one) return true;
  }
  return false;
}

}  // namespace

std::string typedTextOf(const std::exception& error) {
  const std::string text = textOf(error);
  const std::string type = boost::core::demangle(typeid(error).name());
  if (isGeneral(typeid(error)) || type.starts_with("seltzer::") || text.starts_with(type)) return text;
  return type + ": " + text;
}

std::string textOfOtherException() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  const std::string name = type != nullptr ? " of type " + boost::core::demangle(type->name()) : "";
  return "an exception" + name + " that is not derived from std::exception";
}

}  // namespace seltzer::detail
