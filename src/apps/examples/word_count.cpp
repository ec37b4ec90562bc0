/// The ten most frequent words of text files. Usage: word_count FILE
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <string_view>
#include <utility>

#include <seltzer/seltzer.hpp>

namespace {

/// Calls `emit` for each word of a line. The words are views of the line: nothing is copied until a word is first seen.
template <class Emit>
void splitWords(std::string_view line, Emit& emit) {
  for (std::size_t begin = 0; begin < line.size();) {
    const std::size_t end = std::min(line.find(' ', begin), line.size());
    if (end > begin) emit(std::pair(line.substr(begin, end - begin), std::int64_t{1}));
    begin = end + 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) {
    if (argc != 2) throw seltzer::UsageError("usage: word_count FILE");
    using WordAndOne = std::pair<std::string_view, std::int64_t>;
    const auto counts = sc.textFile(argv[1])
                            .flatMap<WordAndOne>([](std::string_view line, auto& emit) { splitWords(line, emit); })
                            .reduceByKey([](std::int64_t a, std::int64_t b) { return a + b; });
    for (const auto& [word, count] : counts.top(10, [](const auto& pair) { return pair.second; })) {
      std::cout << count << ' ' << word << '\n';
    }
  });
}
