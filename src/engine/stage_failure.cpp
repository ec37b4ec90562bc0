#include "engine/stage_failure.hpp"

#include <exception>
#include <new>
#include <system_error>

#include <seltzer/detail/net/communicator_error.hpp>
#include <seltzer/errors.hpp>

#include "data/scratch_file.hpp"
#include "files/full_disk.hpp"
#include "net/exception_text.hpp"

namespace seltzer::detail {

void describeException(FailureRecord& failure) {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const CommunicatorError&) {
    throw;
  } catch (const NestedJobError& error) {
    failure.what = error.what();
    failure.nestedJob = true;
  } catch (const MemoryError& error) {
    failure.what = error.what();
    failure.noRoom = true;
  } catch (const std::system_error& error) {
    failure.what = typedTextOf(error);
    failure.diskFull = meansFullDisk(error.code());
    failure.noRoom = dynamic_cast<const ScratchError*>(&error) != nullptr;
  } catch (const std::exception& error) {
    failure.what = typedTextOf(error);
  } catch (...) {
    failure.what = textOfOtherException();
  }
}

}  // namespace seltzer::detail
