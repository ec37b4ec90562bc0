// refused: prefixSum: the elements must be numbers; map them to numbers, or give a neutral value and a function
#include <string>

#include <seltzer/seltzer.hpp>

void use(const seltzer::RDD<std::string>& texts) {
  texts.prefixSum();  // refused here
}
