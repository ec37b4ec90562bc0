/// A join without a shuffle: a small table goes to every rank once, the large one stays where it is.
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <seltzer/seltzer.hpp>

namespace {

struct Order {
  std::string country;
  double amount = 0;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& country& amount;
  }
};

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [](seltzer::Context& sc) {
    const std::map<std::string, std::string> names = {{"de", "Germany"}, {"fr", "France"}, {"is", "Iceland"}};
    const auto countries = sc.broadcast(names);

    const auto orders =
        sc.parallelize(std::vector<Order>{{"fr", 12.5}, {"is", 3}, {"fr", 7.25}, {"xx", 1}, {"de", 20}});
    const auto revenue = orders
                             .flatMap<std::pair<std::string, double>>([countries](const Order& order, auto& emit) {
                               const auto found = countries->find(order.country);
                               if (found != countries->end()) emit(std::pair(found->second, order.amount));
                             })
                             .reduceByKey([](double a, double b) { return a + b; })
                             .sortByKey();
    for (const auto& [country, sum] : revenue.collect()) std::cout << country << ' ' << sum << '\n';
  });
}
