#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "program_run.hpp"

namespace seltzer::test {

/// A program that a test runs, killed after 30 s.
class Program {
 public:
  explicit Program(std::string file) : file_(std::move(file)) {}

  const std::string& file() const { return file_; }

  /// Runs on `ranks` ranks; 0: without a launcher.
  Outcome run(int ranks, const std::string& arguments, const std::string& environment = "") const {
    return runShell(environment + ' ' + launcher(ranks) + file_ + ' ' + arguments);
  }

  /// As above; each rank also prints "ends with <code>.", whatever mpirun returns.
  Outcome runForCodes(int ranks, const std::string& arguments, const std::string& environment = "") const {
    return runShell(environment + ' ' + launcher(ranks) + "sh -c '" + file_ + ' ' + arguments +
                    "; echo \"ends with $?.\"'");
  }

  /// Waits up to 4 s, since mpirun may return before the last process is gone.
  bool hasEnded() const {
    for (int tries = 0; tries < 200 && isAlive(); ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return !isAlive();
  }

 private:
  static std::string launcher(int ranks) {
    const std::string limited = "timeout --kill-after=2 30 ";
    return ranks == 0 ? limited : limited + SELTZER_MPIRUN + " -n " + std::to_string(ranks) + ' ';
  }

  /// Whether some process runs the file right now.
  bool isAlive() const {
    const std::filesystem::path file = std::filesystem::canonical(file_);
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      std::error_code error;
      if (std::filesystem::read_symlink(entry.path() / "exe", error) == file && !error) return true;
    }
    return false;
  }

  std::string file_;
};

}  // namespace seltzer::test
