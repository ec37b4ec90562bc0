/// Solves a sparse symmetric system by conjugate gradients, with MPI inside a barrier stage: the temperatures of a
/// heated rod whose ends have 0 degrees. Usage: conjugate_gradient POINTS
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <vector>

#include <seltzer/mpi.hpp>
#include <seltzer/seltzer.hpp>

namespace {

using Vector = std::vector<double>;  // of which each task has a part

double dot(seltzer::BarrierTaskContext& task, const Vector& a, const Vector& b) {
  auto sum = std::make_shared<double>(0);
  for (std::size_t i = 0; i < a.size(); ++i) *sum += a[i] * b[i];
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Iallreduce(MPI_IN_PLACE, sum.get(), 1, MPI_DOUBLE, MPI_SUM, task.communicator(), &request);
  task.wait(request, sum);
  return *sum;
}

/// A x, where A has 2 on its diagonal and -1 beside it, so a task needs a point of each neighbour.
Vector multiply(seltzer::BarrierTaskContext& task, const Vector& x) {
  const MPI_Comm comm = task.communicator();
  const int rank = static_cast<int>(task.partitionId());
  const int before = rank > 0 ? rank - 1 : MPI_PROC_NULL;
  const int after = task.partitionId() + 1 < task.numPartitions() ? rank + 1 : MPI_PROC_NULL;
  auto points = std::make_shared<Vector>(x.size() + 2);
  std::copy(x.begin(), x.end(), points->begin() + 1);
  MPI_Request requests[4];
  MPI_Irecv(&points->front(), 1, MPI_DOUBLE, before, 0, comm, &requests[0]);
  MPI_Irecv(&points->back(), 1, MPI_DOUBLE, after, 1, comm, &requests[1]);
  MPI_Isend(&points->at(1), 1, MPI_DOUBLE, before, 1, comm, &requests[2]);
  MPI_Isend(&points->at(x.size()), 1, MPI_DOUBLE, after, 0, comm, &requests[3]);
  for (MPI_Request& request : requests) task.wait(request, points);
  Vector product;
  for (std::size_t i = 1; i <= x.size(); ++i) {
    product.push_back(2 * points->at(i) - points->at(i - 1) - points->at(i + 1));
  }
  return product;
}

void add(Vector& to, double factor, const Vector& vector) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * vector[i];
}

Vector solve(const Vector& right) {
  auto& task = seltzer::BarrierTaskContext::get();
  Vector x(right.size());
  Vector residual = right;
  Vector direction = right;
  const double scale = dot(task, right, right);
  double error = scale;
  for (int round = 0; error > 1e-24 * scale && round < 100'000; ++round) {
    const Vector product = multiply(task, direction);
    const double step = error / dot(task, direction, product);
    add(x, step, direction);
    add(residual, -step, product);
    const double next = dot(task, residual, residual);
    for (double& value : direction) value *= next / error;
    add(direction, 1, residual);
    error = next;
  }
  Vector check = multiply(task, x);
  add(check, -1, right);
  if (dot(task, check, check) > 1e-18 * scale) throw std::runtime_error("the residual is too large");
  return x;
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) {
    const std::int64_t points = argc == 2 ? std::atoll(argv[1]) : 0;
    if (points < sc.ranks()) throw seltzer::UsageError("usage: conjugate_gradient POINTS, at least one for each rank");
    const auto heat = sc.range(0, points, 1, sc.ranks()).map([](auto) { return 1.0; });
    const auto rod = heat.barrier().mapPartitions([](auto& part) {
      Vector right;
      for (const double value : part) right.push_back(value);
      return solve(right);
    });
    const Vector temperatures = rod.collect();
    std::cout << "the temperature in the middle is " << temperatures[temperatures.size() / 2] << '\n';
  });
}
