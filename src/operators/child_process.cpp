#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <seltzer/detail/operators/narrow/child_process.hpp>

#include "net/signals_blocked.hpp"

namespace seltzer::detail {
namespace {

constexpr std::size_t blockBytes = std::size_t{64} << 10;
constexpr std::size_t keptErrors = std::size_t{64} << 10;

/// How often to poll for the end of a process that has closed its stdout, in milliseconds: its children may hold the
/// other pipes open for longer.
constexpr int exitPollMilliseconds = 20;

/// "NAME=value" for all of this process's variables and the additions.
std::vector<std::string> environmentWith(const ChildProcess::Environment& additions) {
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (!additions.contains(std::string(text.substr(0, text.find('='))))) variables.emplace_back(text);
  }
  for (const auto& [name, value] : additions) variables.push_back(fmt::format("{}={}", name, value));
  return variables;
}

/// What the new process needs to become the command. It shares this process's memory until then, as with posix_spawn,
/// which offers no way to arrange for the child's end with its parent.
struct Start {
  std::array<int, 3> streams;  ///< for stdin, stdout and stderr
  int life;                    ///< readable when this process has ended
  ::pid_t parent;
  char** arguments;
  char** environment;
  int error = 0;  ///< of a start that failed
};

/// Resets signal handlers and the mask, as a new program expects, and the signals that Environment ignores: without
/// SIGPIPE, `head` could not stop the commands before it in a pipeline.
void resetSignals() {
  struct sigaction action {};
  for (int signal = 1; signal < NSIG; ++signal) {
    const bool known = ::sigaction(signal, nullptr, &action) == 0;
    if (!known || (action.sa_handler == SIG_IGN && signal != SIGPIPE && signal != SIGXFSZ)) continue;
    action = {};
    action.sa_handler = SIG_DFL;
    ::sigaction(signal, &action, nullptr);
  }
  ::sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// When the parent ends, its end of the pipe closes, which sends SIGKILL to the whole group; the shell also gets a
/// SIGKILL by PR_SET_PDEATHSIG. False if the parent has already ended.
bool dieWithParent(const Start& start) {
  return ::setpgid(0, 0) == 0 && ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
         ::fcntl(start.life, F_SETOWN, -::getpid()) == 0 && ::fcntl(start.life, F_SETSIG, SIGKILL) == 0 &&
         ::fcntl(start.life, F_SETFL, O_ASYNC) == 0 && ::fcntl(start.life, F_SETFD, 0) == 0 &&
         ::getppid() == start.parent;
}

bool redirect(const Start& start) {
  for (int stream = 0; stream < 3; ++stream) {
    if (::dup2(start.streams[static_cast<std::size_t>(stream)], stream) < 0) return false;
  }
  return true;
}

/// Runs in the new process until it becomes the command.
int becomeCommand(void* argument) {
  Start& start = *static_cast<Start*>(argument);
  if (dieWithParent(start) && redirect(start)) {
    resetSignals();
    ::execve("/bin/sh", start.arguments, start.environment);
  }
  start.error = errno;
  ::_exit(127);
}

}  // namespace

ChildProcess::Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

ChildProcess::Descriptor& ChildProcess::Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

void ChildProcess::Descriptor::close() {
  if (isOpen()) ::close(std::exchange(number_, -1));
}

ChildProcess::ChildProcess(std::string command, const Environment& additions) : command_(std::move(command)) {
  Pipe in = makePipe();
  Pipe out = makePipe();
  Pipe err = makePipe();
  life_ = makePipe();
  for (const int own : {in.write.number(), out.read.number(), err.read.number()}) {
    if (::fcntl(own, F_SETFL, O_NONBLOCK) != 0) fail("setting up a pipe", errno);
  }
  start(additions, in, out, err);
  input_ = std::move(in.write);
  output_ = std::move(out.read);
  error_ = std::move(err.read);
}

ChildProcess::~ChildProcess() {
  if (process_ < 0) {
    ::fcntl(life_.read.number(), F_SETFL, 0);  // processes that outlive a finished command may continue
    return;
  }
  ::kill(-process_, SIGKILL);
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

ChildProcess::Pipe ChildProcess::makePipe() const {
  std::array<int, 2> ends = {-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("making a pipe", errno);
  Pipe pipe{Descriptor(ends[0]), Descriptor(ends[1])};
  // If this program was started without stdin or stdout, keep their numbers free for the child's.
  for (Descriptor* end : {&pipe.read, &pipe.write}) {
    if (end->number() > STDERR_FILENO) continue;
    const int higher = ::fcntl(end->number(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (higher < 0) fail("making a pipe", errno);
    *end = Descriptor(higher);
  }
  return pipe;
}

void ChildProcess::start(const Environment& additions, const Pipe& in, const Pipe& out, const Pipe& err) {
  std::vector<std::string> variables = environmentWith(additions);
  std::vector<char*> environment;
  environment.reserve(variables.size() + 1);
  for (std::string& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);
  std::string shell = "sh";
  std::string option = "-c";
  std::array<char*, 4> arguments = {shell.data(), option.data(), command_.data(), nullptr};
  Start start{{in.read.number(), out.write.number(), err.write.number()},
              life_.read.number(),
              ::getpid(),
              arguments.data(),
              environment.data()};

  constexpr std::size_t stackBytes = std::size_t{64} << 10;
  const auto stack = std::make_unique_for_overwrite<std::byte[]>(stackBytes);
  const SignalsBlocked blocked;  // a handler of this process must not run in the new one
  const int process = ::clone(becomeCommand, stack.get() + stackBytes, CLONE_VM | CLONE_VFORK | SIGCHLD, &start);
  if (process < 0) fail("starting it", errno);
  if (start.error != 0) {
    while (::waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
    }
    fail("starting it", start.error);
  }
  process_ = process;
}

bool ChildProcess::exchange(std::string_view& input, std::string& output) {
  const bool closedAll = !input_.isOpen() && !output_.isOpen() && !error_.isOpen();
  const bool silent = !output_.isOpen();
  if (closedAll || (silent && hasEnded())) {
    takeErrors();
    return false;
  }
  // poll skips negative descriptors; a closed reader of the input shows as POLLERR even if no events are requested.
  std::array<::pollfd, 3> polled = {{{input_.number(), static_cast<short>(input.empty() ? 0 : POLLOUT), 0},
                                     {output_.number(), POLLIN, 0},
                                     {error_.number(), POLLIN, 0}}};
  if (::poll(polled.data(), polled.size(), silent ? exitPollMilliseconds : -1) < 0) {
    if (errno == EINTR) return true;
    fail("waiting for it", errno);
  }
  if ((polled[0].revents & (POLLERR | POLLHUP)) != 0) {
    input_.close();
  } else if (polled[0].revents != 0) {
    writeInput(input);
  }
  if (polled[1].revents != 0) readOutput(output_, output);
  if (polled[2].revents != 0) takeErrors();
  return true;
}

void ChildProcess::writeInput(std::string_view& input) {
  const ::ssize_t count = ::write(input_.number(), input.data(), input.size());
  if (count >= 0) {
    input.remove_prefix(static_cast<std::size_t>(count));
  } else if (errno == EPIPE) {
    input_.close();
  } else if (errno != EAGAIN && errno != EINTR) {
    fail("writing to it", errno);
  }
}

void ChildProcess::readOutput(Descriptor& from, std::string& into) {
  const std::size_t before = into.size();
  into.resize(before + blockBytes);
  const ::ssize_t count = ::read(from.number(), into.data() + before, blockBytes);
  const int error = errno;
  into.resize(before + (count > 0 ? static_cast<std::size_t>(count) : 0));
  if (count == 0) {
    from.close();
  } else if (count < 0 && error != EAGAIN && error != EINTR) {
    fail("reading from it", error);
  }
}

void ChildProcess::takeErrors() {
  if (!error_.isOpen()) return;
  readOutput(error_, errors_);
  if (errors_.size() > keptErrors) errors_.erase(0, errors_.size() - keptErrors);
}

bool ChildProcess::hasEnded() {
  if (process_ < 0) return true;
  const ::pid_t ended = ::waitpid(process_, &status_, WNOHANG);
  if (ended < 0 && errno != EINTR) fail("waiting for its end", errno);
  if (ended == process_) process_ = -1;
  return process_ < 0;
}

int ChildProcess::wait() {
  while (process_ >= 0) {
    const ::pid_t ended = ::waitpid(process_, &status_, 0);
    if (ended == process_) {
      process_ = -1;
    } else if (errno != EINTR) {
      fail("waiting for its end", errno);
    }
  }
  return status_;
}

std::string ChildProcess::describe(int status) const {
  const std::string how =
      WIFSIGNALED(status) ? fmt::format("was ended by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)))
                          : fmt::format("ended with exit code {}", WEXITSTATUS(status));
  return fmt::format("the command \"{}\" {}; {}", command_, how,
                     errors_.empty() ? "it wrote nothing to stderr" : "its stderr: " + errors_);
}

void ChildProcess::fail(std::string_view doing, int error) const {
  throw std::system_error(error, std::generic_category(), fmt::format("the command \"{}\": {}", command_, doing));
}

}  // namespace seltzer::detail
