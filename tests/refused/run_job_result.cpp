// refused: runJob: the results cannot travel to the driver; give their type a Boost.Serialization `serialize`
// with: Plain
#include <cstdint>
#include <string>
#include <utility>

#include <seltzer/seltzer.hpp>

struct Plain {
  Plain() = default;
  explicit Plain(std::string given) : text(std::move(given)) {}

  std::string text;
};

void use(seltzer::Context& sc) {
  using Elements = seltzer::PartitionElements<std::int64_t>;
  sc.runJob(sc.range(10), [](std::size_t, Elements&) { return Plain(); });  // refused here
}
