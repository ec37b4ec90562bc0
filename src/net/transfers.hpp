#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <mpi.h>

#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// The length of the next piece: at most the message limit and INT_MAX.
std::size_t pieceLength(std::size_t remaining, std::size_t messageLimit);

/// Non-blocking sends and receives of byte ranges of any length, cut at the message limit. The pieces of one range keep
/// their order. The bytes must stay in place until `waitAll` returns or `testAll` is true; if either throws, forever.
class Transfers {
 public:
  Transfers(MPI_Comm communicator, std::size_t messageLimit) : communicator_(communicator), limit_(messageLimit) {}

  void send(ByteView bytes, int to, int tag);
  void receive(std::span<std::byte> bytes, int from, int tag);

  void waitAll();
  /// True if all requests are complete; tests them in the order in which they were made.
  bool testAll();

 private:
  MPI_Comm communicator_;
  std::size_t limit_;
  std::vector<MPI_Request> requests_;
  std::size_t complete_ = 0;  ///< how many requests `testAll` has found complete, from the first on
  std::vector<MPI_Status> statuses_;
};

/// Keeps a buffer until the process ends: after a failed transfer a live peer may still write into it.
void keepForever(Bytes&& buffer);

/// Passes a buffer to `keepForever` if an exception leaves the scope.
class KeptOnError {
 public:
  explicit KeptOnError(Bytes& buffer);
  ~KeptOnError();
  KeptOnError(const KeptOnError&) = delete;
  KeptOnError& operator=(const KeptOnError&) = delete;

 private:
  Bytes& buffer_;
  int exceptionsBefore_;
};

}  // namespace seltzer::detail
