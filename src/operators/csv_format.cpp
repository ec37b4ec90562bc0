#include <stdexcept>

#include <fmt/format.h>

#include <seltzer/detail/operators/action/csv_format.hpp>

#include "files/input_window.hpp"

namespace seltzer::detail {

void CsvWriter::writeHeader() {
  if (options_.names.empty()) return;
  bool first = true;
  for (const std::string& name : options_.names) {
    startField(std::exchange(first, false));
    if (name.empty()) {
      writeEmptyText();
    } else {
      writeText(name);
    }
  }
  endRow();
}

void CsvWriter::requireFields(std::size_t count) const {
  if (count == 0) throw std::invalid_argument("a row without fields cannot be written");
  if (!options_.names.empty() && options_.names.size() != count) {
    throw std::invalid_argument(
        fmt::format("a row has {} fields, and there are {} names of columns", count, options_.names.size()));
  }
}

void CsvWriter::writeText(std::string_view text) {
  const char special[] = {options_.separator, '\n', '\r', options_.quote};
  const std::size_t count = options_.quote == '\0' ? sizeof special - 1 : sizeof special;
  if (text.find_first_of(special, 0, count) == std::string_view::npos && !text.starts_with(byteOrderMark)) {
    file_.append(text);
    return;
  }
  if (options_.quote == '\0') {
    throw std::invalid_argument(
        fmt::format("\"{}\" cannot be a field without quotes: it has a separator or a line end in it, or begins with a "
                    "byte order mark",
                    text));
  }
  appendCharacter(file_, options_.quote);
  for (std::size_t at = 0;;) {
    const std::size_t quote = text.find(options_.quote, at);
    file_.append(text.substr(at, quote == std::string_view::npos ? quote : quote - at + 1));
    if (quote == std::string_view::npos) break;
    appendCharacter(file_, options_.quote);
    at = quote + 1;
  }
  appendCharacter(file_, options_.quote);
}

void CsvWriter::writeEmptyText() {
  if (options_.quote == '\0') {
    throw std::invalid_argument("an empty text cannot be told from no value, or from no row, without quotes");
  }
  appendCharacter(file_, options_.quote);
  appendCharacter(file_, options_.quote);
}

}  // namespace seltzer::detail
