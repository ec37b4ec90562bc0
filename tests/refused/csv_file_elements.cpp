// refused: csvFile: a row must be a pair, a tuple or a struct of numbers, bool, char, std::string and std::optional
#include <string>
#include <tuple>
#include <vector>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.csvFile<std::tuple<std::string, std::vector<int>>>("table.csv");  // refused here
}
