/// Times MPI operations without the engine.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <thread>
#include <vector>

#include <mpi.h>

#include "bench_network_fit.hpp"

namespace bench {

/// Times operations on MPI_COMM_WORLD. Each time is the median of a few batches; a batch repeats its operation as often
/// as its part of `seconds` allows, at least once. **All functions are collective**, and all ranks get the results.
class NetworkTimer {
 public:
  /// Each time takes about `seconds` to measure.
  explicit NetworkTimer(double seconds) : seconds_(seconds) {
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks_);
  }

  int rank() const { return rank_; }
  int ranks() const { return ranks_; }

  /// Groups of ranks that share memory.
  int hosts() const {
    MPI_Comm host = MPI_COMM_NULL;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &host);
    int rankOnHost = 0;
    MPI_Comm_rank(host, &rankOnHost);
    MPI_Comm_free(&host);
    const int first = rankOnHost == 0 ? 1 : 0;
    int hosts = 0;
    MPI_Allreduce(&first, &hosts, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    return hosts;
  }

  NetworkTime barrier() const {
    return {0, microseconds([] { MPI_Barrier(MPI_COMM_WORLD); })};
  }

  /// The sum of `bytes`, a multiple of 8, as doubles.
  NetworkTime allreduce(std::size_t bytes) const {
    const int count = static_cast<int>(bytes / sizeof(double));
    std::vector<double> mine(static_cast<std::size_t>(count), 1), sum(mine);
    return {static_cast<double>(bytes),
            microseconds([&] { MPI_Allreduce(mine.data(), sum.data(), count, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD); })};
  }

  /// `bytes` from every rank to every rank.
  NetworkTime alltoall(std::size_t bytes) const {
    const int count = static_cast<int>(bytes);
    std::vector<char> out(bytes * static_cast<std::size_t>(ranks_), 'x'), in(out);
    return {static_cast<double>(bytes), microseconds([&] {
              MPI_Alltoall(out.data(), count, MPI_BYTE, in.data(), count, MPI_BYTE, MPI_COMM_WORLD);
            })};
  }

  /// `bytes` from every rank, an equal share to each other rank, all at once as in a shuffle: links are busy in both
  /// directions, and the ranks of a host share its link. Needs two ranks.
  NetworkTime exchange(std::size_t bytes) const {
    const int others = ranks_ - 1;
    const int share = static_cast<int>(bytes / static_cast<std::size_t>(others));
    const std::size_t length = static_cast<std::size_t>(share) * static_cast<std::size_t>(others);
    std::vector<char> out(length, 'x'), in(length);
    std::vector<MPI_Request> requests(2 * static_cast<std::size_t>(others));
    const auto exchangeAll = [&] {
      for (int i = 0; i < others; ++i) {
        const std::ptrdiff_t place = std::ptrdiff_t{i} * share;
        const int source = (rank_ + ranks_ - 1 - i) % ranks_, destination = (rank_ + 1 + i) % ranks_;
        MPI_Irecv(in.data() + place, share, MPI_BYTE, source, tag, MPI_COMM_WORLD,
                  &requests[2 * static_cast<std::size_t>(i)]);
        MPI_Isend(out.data() + place, share, MPI_BYTE, destination, tag, MPI_COMM_WORLD,
                  &requests[2 * static_cast<std::size_t>(i) + 1]);
      }
      MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
    };
    return {static_cast<double>(length), microseconds(exchangeAll)};
  }

  /// One way between rank 0 and the last rank: half a round trip. The other ranks sleep. Needs two ranks.
  NetworkTime pingpong(std::size_t bytes) const {
    std::vector<char> buffer(bytes, 'x');
    const int count = static_cast<int>(bytes);
    const int last = ranks_ - 1;
    const bool plays = rank_ == 0 || rank_ == last;
    const int other = rank_ == 0 ? last : 0;
    const auto play = [&] {
      if (rank_ == 0) MPI_Send(buffer.data(), count, MPI_BYTE, other, tag, MPI_COMM_WORLD);
      MPI_Recv(buffer.data(), count, MPI_BYTE, other, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
      if (rank_ == last) MPI_Send(buffer.data(), count, MPI_BYTE, other, tag, MPI_COMM_WORLD);
    };
    return {static_cast<double>(bytes), microseconds(play, plays) / 2};
  }

 private:
  static constexpr int tag = 1;
  static constexpr int batches = 5;

  /// The median over batches of the time of a call on rank 0. Ranks that do not take part sleep meanwhile.
  template <class Operation>
  double microseconds(const Operation& operation, bool takesPart = true) const {
    batchSeconds(operation, 2, takesPart);  // opens connections
    double each = batchSeconds(operation, 3, takesPart) / 3;
    std::vector<double> times;
    for (int i = 0; i < batches; ++i) {
      const int calls = static_cast<int>(std::clamp(seconds_ / batches / std::max(each, 1e-9), 1.0, 1000.0));
      each = batchSeconds(operation, calls, takesPart) / calls;
      times.push_back(each * 1e6);
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
  }

  /// The seconds that `calls` calls in a row took on rank 0.
  template <class Operation>
  double batchSeconds(const Operation& operation, int calls, bool takesPart) const {
    MPI_Barrier(MPI_COMM_WORLD);
    double elapsed = 0;
    if (takesPart) {
      const double begin = MPI_Wtime();
      for (int i = 0; i < calls; ++i) operation();
      elapsed = MPI_Wtime() - begin;
    }
    sleepUntilAllAreHere();
    MPI_Bcast(&elapsed, 1, MPI_DOUBLE, 0, MPI_COMM_WORLD);
    return elapsed;
  }

  /// A barrier that leaves the cores to ranks that have not reached it.
  static void sleepUntilAllAreHere() {
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibarrier(MPI_COMM_WORLD, &request);
    for (int done = 0; done == 0;) {
      MPI_Test(&request, &done, MPI_STATUS_IGNORE);
      if (done == 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  }

  double seconds_;
  int rank_ = 0;
  int ranks_ = 1;
};

}  // namespace bench
