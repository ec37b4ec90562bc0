#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <seltzer/operators/child_process.hpp>

namespace seltzer::detail {
namespace {

constexpr std::size_t blockBytes = std::size_t{64} << 10;
constexpr std::size_t keptErrors = std::size_t{64} << 10;

/// How often the end of a process is looked for that has closed its stdout, in milliseconds: what it started may hold
/// the other pipes open for longer.
constexpr int lookInterval = 20;

/// What posix_spawn is told besides the command: both parts are released at the end.
struct SpawnSettings {
  SpawnSettings() {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&attributes);
  }
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  ::posix_spawn_file_actions_t files;
  ::posix_spawnattr_t attributes;
};

/// "NAME=value" for all of this process's variables and the additions.
std::vector<std::string> environmentWith(const ChildProcess::Environment& additions) {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (!additions.contains(std::string(text.substr(0, text.find('='))))) variables.emplace_back(text);
  }
  for (const auto& [name, value] : additions) variables.push_back(fmt::format("{}={}", name, value));
  return variables;
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
  for (const int own : {in.write.number(), out.read.number(), err.read.number()}) {
    if (::fcntl(own, F_SETFL, O_NONBLOCK) != 0) fail("setting up a pipe", errno);
  }
  start(additions, in, out, err);
  input_ = std::move(in.write);
  output_ = std::move(out.read);
  error_ = std::move(err.read);
}

ChildProcess::~ChildProcess() {
  if (process_ < 0) return;
  ::kill(-process_, SIGKILL);
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

ChildProcess::Pipe ChildProcess::makePipe() const {
  std::array<int, 2> ends = {-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("making a pipe", errno);
  Pipe pipe{Descriptor(ends[0]), Descriptor(ends[1])};
  // A program that was started without stdin or stdout: the places of the child's own must stay free for them.
  for (Descriptor* end : {&pipe.read, &pipe.write}) {
    if (end->number() > STDERR_FILENO) continue;
    const int higher = ::fcntl(end->number(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (higher < 0) fail("making a pipe", errno);
    *end = Descriptor(higher);
  }
  return pipe;
}

void ChildProcess::start(const Environment& additions, const Pipe& in, const Pipe& out, const Pipe& err) {
  SpawnSettings settings;
  ::posix_spawn_file_actions_adddup2(&settings.files, in.read.number(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&settings.files, out.write.number(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&settings.files, err.write.number(), STDERR_FILENO);
  // This process ignores SIGPIPE, and its children would too: `head` could not stop what is before it.
  ::sigset_t piped;
  ::sigset_t none;
  ::sigemptyset(&none);
  ::sigemptyset(&piped);
  ::sigaddset(&piped, SIGPIPE);
  ::posix_spawnattr_setsigdefault(&settings.attributes, &piped);
  ::posix_spawnattr_setsigmask(&settings.attributes, &none);
  ::posix_spawnattr_setpgroup(&settings.attributes, 0);
  ::posix_spawnattr_setflags(&settings.attributes,
                             POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);

  std::vector<std::string> variables = environmentWith(additions);
  std::vector<char*> environment;
  environment.reserve(variables.size() + 1);
  for (std::string& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);
  std::string shell = "sh";
  std::string option = "-c";
  std::array<char*, 4> arguments = {shell.data(), option.data(), command_.data(), nullptr};
  ::pid_t process = -1;
  const int error =
      ::posix_spawn(&process, "/bin/sh", &settings.files, &settings.attributes, arguments.data(), environment.data());
  if (error != 0) fail("starting it", error);
  process_ = process;
}

bool ChildProcess::exchange(std::string_view& input, std::string& output) {
  const bool closedAll = !input_.isOpen() && !output_.isOpen() && !error_.isOpen();
  const bool silent = !output_.isOpen();
  if (closedAll || (silent && hasEnded())) {
    takeErrors();
    return false;
  }
  // poll skips negative descriptors; a closed reader of the input shows as POLLERR even where nothing is asked for.
  std::array<::pollfd, 3> polled = {{{input_.number(), static_cast<short>(input.empty() ? 0 : POLLOUT), 0},
                                     {output_.number(), POLLIN, 0},
                                     {error_.number(), POLLIN, 0}}};
  if (::poll(polled.data(), polled.size(), silent ? lookInterval : -1) < 0) {
    if (errno == EINTR) return true;
    fail("waiting for it", errno);
  }
  if ((polled[0].revents & (POLLERR | POLLHUP)) != 0) {
    input_.close();
  } else if (polled[0].revents != 0) {
    give(input);
  }
  if (polled[1].revents != 0) take(output_, output);
  if (polled[2].revents != 0) takeErrors();
  return true;
}

void ChildProcess::give(std::string_view& input) {
  const ::ssize_t count = ::write(input_.number(), input.data(), input.size());
  if (count >= 0) {
    input.remove_prefix(static_cast<std::size_t>(count));
  } else if (errno == EPIPE) {
    input_.close();
  } else if (errno != EAGAIN && errno != EINTR) {
    fail("writing to it", errno);
  }
}

void ChildProcess::take(Descriptor& from, std::string& into) {
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
  take(error_, errors_);
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
