#include "net/transfers.hpp"

#include <algorithm>
#include <climits>
#include <exception>
#include <utility>

#include "net/mpi_check.hpp"

namespace seltzer::detail {

std::size_t pieceLength(std::size_t remaining, std::size_t messageLimit) {
  return std::min({remaining, messageLimit, static_cast<std::size_t>(INT_MAX)});
}

void Transfers::send(ByteView bytes, int to, int tag) {
  while (!bytes.empty()) {
    const std::size_t piece = pieceLength(bytes.size(), limit_);
    MPI_Request& request = requests_.emplace_back(MPI_REQUEST_NULL);
    check(MPI_Isend(bytes.data(), static_cast<int>(piece), MPI_BYTE, to, tag, communicator_, &request), "MPI_Isend");
    bytes = bytes.subspan(piece);
  }
}

void Transfers::receive(std::span<std::byte> bytes, int from, int tag) {
  while (!bytes.empty()) {
    const std::size_t piece = pieceLength(bytes.size(), limit_);
    MPI_Request& request = requests_.emplace_back(MPI_REQUEST_NULL);
    check(MPI_Irecv(bytes.data(), static_cast<int>(piece), MPI_BYTE, from, tag, communicator_, &request), "MPI_Irecv");
    bytes = bytes.subspan(piece);
  }
}

void Transfers::waitAll() {
  if (requests_.empty()) return;
  statuses_.resize(requests_.size());
  const int code = MPI_Waitall(static_cast<int>(requests_.size()), requests_.data(), statuses_.data());
  if (code == MPI_ERR_IN_STATUS) {
    for (const MPI_Status& status : statuses_) {
      if (status.MPI_ERROR != MPI_ERR_PENDING) check(status.MPI_ERROR, "MPI_Waitall");
    }
  }
  check(code, "MPI_Waitall");
  requests_.clear();
  complete_ = 0;
}

bool Transfers::testAll() {
  for (; complete_ < requests_.size(); ++complete_) {
    int done = 0;
    check(MPI_Test(&requests_[complete_], &done, MPI_STATUS_IGNORE), "MPI_Test");
    if (done == 0) return false;
  }
  requests_.clear();
  complete_ = 0;
  return true;
}

void keepForever(Bytes&& buffer) {
  static auto* const kept = new std::vector<Bytes>;
  if (buffer.capacity() != 0) kept->push_back(std::move(buffer));
}

KeptOnError::KeptOnError(Bytes& buffer) : buffer_(buffer), exceptionsBefore_(std::uncaught_exceptions()) {}

KeptOnError::~KeptOnError() {
  if (std::uncaught_exceptions() > exceptionsBefore_) keepForever(std::move(buffer_));
}

}  // namespace seltzer::detail
