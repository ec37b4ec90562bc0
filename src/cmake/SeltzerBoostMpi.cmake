# Boost's package file links Boost::mpi with MPI's C++ bindings, which neither libboost_mpi nor Seltzer uses and Open MPI 5
# does not have. This links it only with libmpi.
get_target_property(seltzer_boost_mpi_libraries Boost::mpi INTERFACE_LINK_LIBRARIES)
list(FILTER seltzer_boost_mpi_libraries EXCLUDE REGEX "MPI_CXX|mpi_cxx")
list(REMOVE_ITEM seltzer_boost_mpi_libraries MPI::MPI_C)
list(APPEND seltzer_boost_mpi_libraries MPI::MPI_C)
set_target_properties(Boost::mpi PROPERTIES INTERFACE_LINK_LIBRARIES "${seltzer_boost_mpi_libraries}")
unset(seltzer_boost_mpi_libraries)
