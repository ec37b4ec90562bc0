#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace seltzer::detail {

/// `/bin/sh -c command` with pipes to its stdin and from its stdout and stderr, in a process group of its own. Only
/// `exchange` and `wait` block, and `exchange` serves all pipes, so the two processes cannot deadlock. Failed system
/// calls throw a std::system_error that names the command. However this process ends, the kernel kills the group with
/// it; the thread that creates a ChildProcess must outlive it.
class ChildProcess {
 public:
  using Environment = std::map<std::string, std::string>;

  /// Starts the command; `additions` are added to this process's environment and override it.
  ChildProcess(std::string command, const Environment& additions);

  /// Kills the process group if it still runs, and reaps the process.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Whether the process may still read; false after it has closed its stdin, which is not an error.
  bool takesInput() const { return input_.isOpen(); }

  /// Signals the end of the input.
  void closeInput() { input_.close(); }

  /// Waits until the process has read part of `input`, which is removed from it, or has written something, which is
  /// appended to `output`. With an empty `input`, waits only for output. Returns false once there is nothing left to
  /// wait for: all pipes are closed, or stdout is and the process has ended.
  bool exchange(std::string_view& input, std::string& output);

  /// Waits for the process to end and returns its `waitpid` status.
  int wait();

  /// The message for a status that is not 0: "the command "x" ended with exit code 3; its stderr: ...".
  std::string describe(int status) const;

  /// The last 64 KiB that the process wrote to stderr.
  const std::string& errors() const { return errors_; }

 private:
  class Descriptor {
   public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;

    int number() const { return number_; }
    bool isOpen() const { return number_ >= 0; }
    void close();

   private:
    int number_ = -1;
  };
  struct Pipe {
    Descriptor read;
    Descriptor write;
  };

  Pipe makePipe() const;
  void start(const Environment& additions, const Pipe& in, const Pipe& out, const Pipe& err);
  bool hasEnded();
  void writeInput(std::string_view& input);
  void readOutput(Descriptor& from, std::string& into);
  void takeErrors();
  [[noreturn]] void fail(std::string_view doing, int error) const;

  std::string command_;
  std::string errors_;
  Descriptor input_;
  Descriptor output_;
  Descriptor error_;
  Pipe life_;             // carries no data; when it closes, the kernel kills the group
  ::pid_t process_ = -1;  // -1 once reaped
  int status_ = 0;
};

}  // namespace seltzer::detail
