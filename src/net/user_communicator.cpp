#include "net/user_communicator.hpp"

#include "net/mpi_check.hpp"

namespace seltzer::detail {
namespace {

/// Where the error of the running task's calls is noted; null outside of such tasks.
std::string* noted = nullptr;

void noteError(MPI_Comm*, int* code, ...) {
  if (noted != nullptr && noted->empty()) *noted = mpiErrorText(*code);
}

constexpr int creationTag = 0;

}  // namespace

UserCommunicator::UserCommunicator(MPI_Comm all, const std::vector<int>& ranks) {
  MPI_Group whole = MPI_GROUP_NULL;
  MPI_Group group = MPI_GROUP_NULL;
  check(MPI_Comm_group(all, &whole), "MPI_Comm_group");
  check(MPI_Group_incl(whole, static_cast<int>(ranks.size()), ranks.data(), &group), "MPI_Group_incl");
  check(MPI_Comm_create_group(all, group, creationTag, &comm_), "MPI_Comm_create_group");
  check(MPI_Group_free(&group), "MPI_Group_free");
  check(MPI_Group_free(&whole), "MPI_Group_free");
  MPI_Errhandler handler = MPI_ERRHANDLER_NULL;
  check(MPI_Comm_create_errhandler(&noteError, &handler), "MPI_Comm_create_errhandler");
  check(MPI_Comm_set_errhandler(comm_, handler), "MPI_Comm_set_errhandler");
  check(MPI_Errhandler_free(&handler), "MPI_Errhandler_free");
  noted = &error_;
}

UserCommunicator::~UserCommunicator() {
  noted = nullptr;
}

void UserCommunicator::free() {
  check(MPI_Comm_free(&comm_), "MPI_Comm_free");
}

}  // namespace seltzer::detail
