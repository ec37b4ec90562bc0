/// The most frequent substrings of K letters in a FASTA file. Usage: k_mers FILE K
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

#include <seltzer/seltzer.hpp>

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) {
    const std::size_t k = argc == 3 ? std::strtoul(argv[2], nullptr, 10) : 0;
    if (k == 0) throw seltzer::UsageError("usage: k_mers FILE K");
    // A record is a name and the lines of its sequence; the first keeps the '>' that starts the file.
    const auto records = sc.textFile(argv[1], {}, "\n>");
    // The lambda captures k by value: a reference would be meaningless on another rank, and is refused.
    const auto kMers = records.flatMap<std::pair<std::string, std::int64_t>>([k](std::string_view record, auto& emit) {
      std::string sequence(record.substr(std::min(record.find('\n'), record.size())));
      std::erase_if(sequence, [](char c) { return c == '\n' || c == '\r'; });
      for (std::size_t i = 0; i + k <= sequence.size(); ++i) emit(std::pair(sequence.substr(i, k), std::int64_t{1}));
    });
    const auto counts = kMers.reduceByKey(std::plus<>()).cache();
    std::cout << counts.count() << " distinct " << k << "-mers\n";
    for (const auto& [kMer, count] :
         counts.top(5, [](const auto& pair) { return std::pair(pair.second, pair.first); })) {
      std::cout << kMer << ' ' << count << '\n';
    }
  });
}
