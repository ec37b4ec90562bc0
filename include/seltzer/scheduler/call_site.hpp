#pragma once

#include <source_location>
#include <string>

namespace seltzer {

/// Where the user's program called an operation; the default argument of every one.
using CallSite = std::source_location;

/// "pi.cpp:42": the file without its folders, and the line.
std::string toString(const CallSite& where);

}  // namespace seltzer
