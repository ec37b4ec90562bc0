#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace seltzer::detail {

/// `/bin/sh -c command` with pipes to its stdin and from its stdout and stderr, in a process group of its own. Nothing
/// blocks but `exchange`, so neither side can wait for the other for ever. Failures of the system throw
/// std::system_error that names the command. However this process ends, the kernel ends the group with it; the thread
/// that makes a ChildProcess must live as long.
class ChildProcess {
 public:
  using Environment = std::map<std::string, std::string>;

  /// Starts the command; `additions` replace or join this process's environment.
  ChildProcess(std::string command, const Environment& additions);

  /// Kills the process and what it started, if it still runs, and reaps it.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Whether the process may still read; false after it has closed its stdin, which is no error.
  bool takesInput() const { return input_.isOpen(); }

  /// Says that there is no more input.
  void closeInput() { input_.close(); }

  /// Waits until the process has read something of `input`, which loses that, or has written something, which is
  /// appended to `output`. With an empty `input` it waits for output alone. Returns false once there is nothing more to
  /// wait for: all pipes are closed, or stdout is and the process has ended.
  bool exchange(std::string_view& input, std::string& output);

  /// Waits for the process's end and gives its `waitpid` status.
  int wait();

  /// "the command "x" ended with exit code 3; its stderr: ...", of a status that is not 0.
  std::string describe(int status) const;

  /// The last 64 KiB that it wrote to stderr.
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
  void give(std::string_view& input);
  void take(Descriptor& from, std::string& into);
  void takeErrors();
  [[noreturn]] void fail(std::string_view doing, int error) const;

  std::string command_;
  std::string errors_;
  Descriptor input_;
  Descriptor output_;
  Descriptor error_;
  Pipe life_;             // nothing is written; its end is the group's
  ::pid_t process_ = -1;  // or -1: reaped
  int status_ = 0;
};

}  // namespace seltzer::detail
