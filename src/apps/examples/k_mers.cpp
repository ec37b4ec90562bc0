/// The most frequent substrings of K letters in a FASTA file with one line per sequence. Usage: k_mers FILE K
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string_view>
#include <utility>

#include <seltzer/seltzer.hpp>

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) {
    const std::size_t k = argc == 3 ? std::strtoul(argv[2], nullptr, 10) : 0;
    if (k == 0) throw seltzer::UsageError("usage: k_mers FILE K");
    const auto sequences = sc.textFile(argv[1]).filter([](std::string_view line) { return !line.starts_with('>'); });
    // The lambda captures k by value: a reference would be meaningless on another rank, and is refused.
    const auto kMers =
        sequences.flatMap<std::pair<std::string_view, std::int64_t>>([k](std::string_view line, auto& emit) {
          for (std::size_t i = 0; i + k <= line.size(); ++i) emit(std::pair(line.substr(i, k), std::int64_t{1}));
        });
    const auto counts = kMers.reduceByKey(std::plus<>()).cache();
    std::cout << counts.count() << " distinct " << k << "-mers\n";
    for (const auto& [kMer, count] :
         counts.top(5, [](const auto& pair) { return std::pair(pair.second, pair.first); })) {
      std::cout << kMer << ' ' << count << '\n';
    }
  });
}
