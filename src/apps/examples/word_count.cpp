/// The ten most frequent words of text files. Usage: word_count FILE
#include <cstdint>
#include <iostream>
#include <string_view>
#include <utility>

#include <seltzer/seltzer.hpp>

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) {
    if (argc != 2) throw seltzer::UsageError("usage: word_count FILE");
    const auto counts = sc.textFile(argv[1])
                            .flatMap([](std::string_view line) { return seltzer::words(line); })
                            .map([](std::string_view word) { return std::pair(word, std::int64_t{1}); })
                            .reduceByKey([](std::int64_t a, std::int64_t b) { return a + b; });
    for (const auto& [word, count] : counts.top(10, [](const auto& pair) { return pair.second; })) {
      std::cout << count << ' ' << word << '\n';
    }
  });
}
