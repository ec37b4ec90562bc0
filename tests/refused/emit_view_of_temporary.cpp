// refused: emit: the element would hold a view of this temporary; make the element type own its text, as std::string
// lines: 25
#include <string>
#include <string_view>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  using Word = std::pair<std::string_view, int>;
  sc.textFile("log").flatMap<Word>([](std::string_view line, auto& emit) {
    std::string text(line);
    emit(std::pair(text, 1));  // refused here
  });
}
