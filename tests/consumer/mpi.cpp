// Calls MPI in a barrier stage.
#include <cstdint>
#include <vector>

#include <seltzer/mpi.hpp>
#include <seltzer/seltzer.hpp>

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [](seltzer::Context& sc) {
    const auto sizes = sc.range(0, 100, 1, sc.ranks()).barrier().mapPartitions([](auto&) {
      int size = 0;
      MPI_Comm_size(seltzer::BarrierTaskContext::get().communicator(), &size);
      return std::vector<std::int64_t>{size};
    });
    if (sizes.sum() != sc.ranks() * sc.ranks()) throw seltzer::UsageError("another number of tasks");
  });
}
