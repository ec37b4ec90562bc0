// refused: saveAsJsonFile: the elements are no rows; map them to pairs, tuples or structs of numbers, bool, char, text
#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).saveAsJsonFile("numbers", {"number"});  // refused here
}
