/// The sort of files of records, for the program and its benchmark.
#pragma once

#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

#include "tera_record.hpp"

/// Sorts the records of files by their keys into part files; records with equal keys keep their order.
inline seltzer::SavedFiles sortRecords(seltzer::Context& sc, const std::string& input, const std::string& output,
                                       std::int64_t partitions) {
  return sc.binaryRecords<TeraRecord>(input).sortBy(KeyOfTeraRecord(), true, partitions).saveAsBinaryRecords(output);
}
