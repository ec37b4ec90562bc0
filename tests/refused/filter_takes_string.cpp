// refused: filter: the elements are borrowed, text as std::string_view: let the function take them so, as in
#include <string>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.textFile("lines.txt").filter([](const std::string& line) { return line.empty(); }).count();  // refused here
}
