#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <seltzer/mpi.hpp>
#include <seltzer/seltzer.hpp>

// A barrier stage of which the last task fails while the others wait for it: barrier_failure_program blocked|waiting.

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) {
    const bool isBlocked = std::string(argv[1]) == "blocked";
    sc.range(0, 10, 1, sc.ranks())
        .barrier()
        .mapPartitions([isBlocked](auto&) {
          auto& task = seltzer::BarrierTaskContext::get();
          const MPI_Comm comm = task.communicator();
          if (task.partitionId() + 1 == task.numPartitions()) throw std::runtime_error("on purpose");
          auto value = std::make_shared<int>(1);
          if (isBlocked) MPI_Allreduce(MPI_IN_PLACE, value.get(), 1, MPI_INT, MPI_SUM, comm);
          MPI_Request request = MPI_REQUEST_NULL;
          MPI_Irecv(value.get(), 1, MPI_INT, static_cast<int>(task.numPartitions()) - 1, 0, comm, &request);
          task.wait(request, value);
          return std::vector<std::int64_t>{*value};
        })
        .count();
  });
}
