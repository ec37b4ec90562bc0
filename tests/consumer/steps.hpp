#pragma once

#include <seltzer/seltzer.hpp>

/// A part of the program that is built as a shared library.
seltzer::RDD<std::int64_t> scaled(const seltzer::RDD<std::int64_t>& numbers, std::int64_t factor);
