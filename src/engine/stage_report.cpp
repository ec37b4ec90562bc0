#include "engine/stage_report.hpp"

#include <cstring>

#include <seltzer/detail/data/wire/error.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>

namespace seltzer::detail {

void StageReport::dropData() {
  data = Bytes();
  results.clear();
  accumulators.clear();
}

Bytes StageReport::toMessage() && {
  const std::uint64_t dataBytes = data.size();
  Bytes message = std::move(data);
  {
    WireWriter writer(message);
    writer << results << accumulators << stored << dropped << failures << dataBytes;
  }
  return message;
}

StageReport StageReport::fromMessage(Bytes message) {
  std::uint64_t dataBytes = 0;
  if (message.size() < sizeof(dataBytes)) throw WireError("a stage report is too short for its length");
  const std::size_t end = message.size() - sizeof(dataBytes);
  std::memcpy(&dataBytes, message.data() + end, sizeof(dataBytes));
  if (dataBytes > end) throw WireError("a stage report is shorter than its data");
  StageReport report;
  WireReader reader(ByteView(message).subspan(dataBytes, end - dataBytes));
  reader >> report.results >> report.accumulators >> report.stored >> report.dropped >> report.failures;
  message.resize(dataBytes);
  report.data = std::move(message);
  for (const auto* entries : {&report.results, &report.accumulators}) {
    for (const ReportEntry& entry : *entries) {
      if (entry.begin > entry.end || entry.end > dataBytes)
        throw WireError("a stage report's entry is outside its data");
    }
  }
  return report;
}

}  // namespace seltzer::detail
