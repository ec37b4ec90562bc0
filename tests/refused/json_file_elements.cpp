// refused: jsonFile: a row must be a pair, a tuple or a struct of numbers, bool, char, std::string, and std::optional
#include <string>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.jsonFile<std::string>("lines.jsonl", {"name"});  // refused here
}
