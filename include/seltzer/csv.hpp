#pragma once

#include <string>
#include <vector>

namespace seltzer {

/// How a table is written as text, for `Context::csvFile` and `RDD::saveAsCsvFile`: by default as CSV. The separator of
/// TSV is a tab.
struct CsvOptions {
  /// Between the fields of a row.
  char separator = ',';

  /// Around fields, which may then hold anything; within them it is doubled. If it is 0, there are no
  /// quotes.
  char quote = '"';

  /// The first line of a file names the columns, and is no row.
  bool header = false;

  /// The names of the columns: the header is there, and must have these in this order. They are written when saving.
  std::vector<std::string> names = {};

  /// Quoted fields may hold line ends. A file is then one partition, since only its beginning tells what is quoted.
  bool multiline = false;

  /// @cond
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& separator& quote& header& names& multiline;
  }
  /// @endcond
};

}  // namespace seltzer
