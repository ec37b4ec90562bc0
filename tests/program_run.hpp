#pragma once

#include <array>
#include <cstdio>
#include <string>

#include <sys/wait.h>

namespace seltzer::test {

/// The exit code, output and duration of a program.
struct Outcome {
  int exitCode = -1;
  std::string output;
};

/// Runs a shell command to its end; its output includes stderr.
inline Outcome runShell(const std::string& command) {
  Outcome outcome;
  FILE* pipe = popen(("exec 2>&1 </dev/null; " + command).c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 4096> block;
  for (std::size_t length; (length = fread(block.data(), 1, block.size(), pipe)) > 0;) {
    outcome.output.append(block.data(), length);
  }
  const int status = pclose(pipe);
  if (WIFEXITED(status)) outcome.exitCode = WEXITSTATUS(status);
  return outcome;
}

/// How often `part` occurs in `text`.
inline int countOf(const std::string& part, const std::string& text) {
  int count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace seltzer::test
