// tapswitch TABLE HOST=NAMESPACE=ADDRESS/BITS[=DEVICE]...
//
// A switch in user space, for kernels without sch_netem. For each host it makes a TAP device in that network namespace
// (by default eth0), gives it the address, and forwards Ethernet frames between them. TABLE is read at the start and
// again on SIGHUP, one line per host, for both directions of the host's cable:
//   HOST up|down DELAY_US JITTER_US RATE_MBIT LOSS_PERCENT    (rate 0: no limit)
// A frame from A to B passes A's cable and then B's. Frames of one direction of a cable stay in order. A direction
// holds at most 1 MB (then frames are dropped), so TCP sees a full buffer rather than an endless delay. Prints "ready"
// when the devices are up. Environment: TAP_MTU, by default 1500.

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

namespace {

using Nanoseconds = std::int64_t;
using Mac = std::array<char, 6>;

constexpr std::size_t largestFrame = 65600;
constexpr std::size_t headerOfFrame = 14;
constexpr double queueLimit = 1e6;  // bytes queued in one direction of a cable
constexpr int framesAtOnce = 64;    // from one port before the others get their turn
constexpr Nanoseconds second = 1'000'000'000;

volatile sig_atomic_t tableChanged = 1;

void onHangUp(int) {
  tableChanged = 1;
}

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "tapswitch: %s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(1);
}

Nanoseconds now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * second + time.tv_nsec;
}

/// A cable's row in the table.
struct Conditions {
  bool up = true;
  double delay = 0;   ///< nanoseconds
  double jitter = 0;  ///< nanoseconds; the addition is uniform between 0 and this
  double rate = 0;    ///< megabits per second; 0: no limit
  double loss = 0;    ///< fraction of frames lost
};

/// One direction of a cable.
class Direction {
 public:
  /// When a frame of `bytes` that enters at `time` reaches the other end; nothing if it is dropped.
  std::optional<Nanoseconds> pass(const Conditions& cable, Nanoseconds time, std::size_t bytes) {
    if (!cable.up || (cable.loss > 0 && share_(random_) < cable.loss)) return std::nullopt;
    const Nanoseconds start = std::max(time, freeAt_);
    Nanoseconds duration = 0;
    if (cable.rate > 0) {
      const double bytesEachNanosecond = cable.rate / 8e3;
      if (static_cast<double>(start - time) * bytesEachNanosecond > queueLimit) return std::nullopt;
      duration = static_cast<Nanoseconds>(static_cast<double>(bytes) / bytesEachNanosecond);
    }
    freeAt_ = start + duration;
    const double later = cable.delay + cable.jitter * share_(random_);
    lastArrival_ = std::max(freeAt_ + static_cast<Nanoseconds>(later), lastArrival_);
    return lastArrival_;
  }

 private:
  /// Of another sequence for each direction.
  static unsigned nextSeed() {
    static unsigned seed = 0;
    return ++seed;
  }

  Nanoseconds freeAt_ = 0;
  Nanoseconds lastArrival_ = 0;
  std::mt19937 random_{nextSeed()};
  std::uniform_real_distribution<> share_{0, 1};
};

struct Port {
  std::string host;
  int device = -1;
  Conditions cable;
  Direction fromHost;
  Direction toHost;
};

struct Frame {
  Nanoseconds at = 0;  ///< when its next step is due
  std::uint64_t number = 0;
  std::size_t target = 0;
  bool passedTargetsCable = false;
  std::vector<char> bytes;
};

class Switch {
 public:
  void addPort(Port port) { ports_.push_back(std::move(port)); }

  /// Forwards frames forever.
  [[noreturn]] void run(const std::string& table) {
    for (;;) {
      if (std::exchange(tableChanged, 0) != 0) readTable(table);
      const std::vector<pollfd> ready = waitForFrames();
      for (std::size_t port = 0; port < ready.size(); ++port) {
        if ((ready[port].revents & POLLIN) != 0) takeFrames(port);
        if ((ready[port].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) dropDevice(port);
      }
      forwardDue();
    }
  }

 private:
  struct Later {
    bool operator()(const std::unique_ptr<Frame>& a, const std::unique_ptr<Frame>& b) const {
      return std::pair(a->at, a->number) > std::pair(b->at, b->number);
    }
  };

  void readTable(const std::string& table) {
    std::ifstream file(table);
    for (std::string line; std::getline(file, line);) {
      std::istringstream fields(line);
      std::string host;
      std::string state;
      double delay = 0;
      double jitter = 0;
      double rate = 0;
      double loss = 0;
      if (!(fields >> host >> state >> delay >> jitter >> rate >> loss)) continue;
      for (Port& port : ports_) {
        if (port.host == host) port.cable = {state == "up", delay * 1e3, jitter * 1e3, rate, loss / 100};
      }
    }
  }

  /// Waits until a port has frames, the next queued frame is due, or a signal arrives. Returns the poll results.
  std::vector<pollfd> waitForFrames() const {
    std::vector<pollfd> ports;
    for (const Port& port : ports_) ports.push_back({port.device, POLLIN, 0});
    timespec left{};
    if (!waiting_.empty()) {
      const Nanoseconds wait = std::max<Nanoseconds>(0, waiting_.front()->at - now());
      left = {wait / second, wait % second};
    }
    sigset_t none;  // SIGHUP arrives here only, so that none is lost between the look at `tableChanged` and the wait
    sigemptyset(&none);
    if (ppoll(ports.data(), ports.size(), waiting_.empty() ? nullptr : &left, &none) < 0) {
      for (pollfd& port : ports) port.revents = 0;
    }
    return ports;
  }

  /// The device is gone with its namespace; poll ignores negative descriptors.
  void dropDevice(std::size_t port) { close(std::exchange(ports_[port].device, -1)); }

  void takeFrames(std::size_t source) {
    Port& port = ports_[source];
    for (int i = 0; i < framesAtOnce; ++i) {
      const ssize_t length = read(port.device, buffer_.data(), buffer_.size());
      if (length < static_cast<ssize_t>(headerOfFrame)) return;
      const auto bytes = static_cast<std::size_t>(length);
      if (const auto arrival = port.fromHost.pass(port.cable, now(), bytes)) spread(source, *arrival, bytes);
    }
  }

  /// To the port where the receiver was last seen; to all if it is a broadcast or not yet known.
  void spread(std::size_t source, Nanoseconds arrival, std::size_t bytes) {
    Mac receiver;
    Mac sender;
    std::copy_n(buffer_.data(), receiver.size(), receiver.data());
    std::copy_n(buffer_.data() + receiver.size(), sender.size(), sender.data());
    portOf_[sender] = source;
    const bool toMany = (receiver[0] & 1) != 0;
    const auto seen = portOf_.find(receiver);
    for (std::size_t target = 0; target < ports_.size(); ++target) {
      if (target == source || (!toMany && seen != portOf_.end() && seen->second != target)) continue;
      const auto end = buffer_.begin() + static_cast<std::ptrdiff_t>(bytes);
      push(std::make_unique<Frame>(Frame{arrival, nextNumber_++, target, false, {buffer_.begin(), end}}));
    }
  }

  void forwardDue() {
    const Nanoseconds time = now();
    while (!waiting_.empty() && waiting_.front()->at <= time) {
      std::unique_ptr<Frame> frame = pop();
      Port& port = ports_[frame->target];
      if (frame->passedTargetsCable) {
        deliver(port, *frame);
      } else if (const auto arrival = port.toHost.pass(port.cable, frame->at, frame->bytes.size())) {
        frame->at = *arrival;
        frame->passedTargetsCable = true;
        push(std::move(frame));
      }
    }
  }

  /// A device that is full drops the frame, as a network card does.
  static void deliver(const Port& port, const Frame& frame) {
    if (port.cable.up) [[maybe_unused]]
      const ssize_t written = write(port.device, frame.bytes.data(), frame.bytes.size());
  }

  void push(std::unique_ptr<Frame> frame) {
    waiting_.push_back(std::move(frame));
    std::push_heap(waiting_.begin(), waiting_.end(), Later());
  }

  std::unique_ptr<Frame> pop() {
    std::pop_heap(waiting_.begin(), waiting_.end(), Later());
    std::unique_ptr<Frame> frame = std::move(waiting_.back());
    waiting_.pop_back();
    return frame;
  }

  std::vector<Port> ports_;
  std::map<Mac, std::size_t> portOf_;
  std::vector<std::unique_ptr<Frame>> waiting_;  // a heap, the next one due first
  std::uint64_t nextNumber_ = 0;
  std::vector<char> buffer_ = std::vector<char>(largestFrame);
};

void enterNamespace(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 || setns(descriptor, CLONE_NEWNET) != 0) fail(path);
  close(descriptor);
}

/// Creates a TAP device in this process's current network namespace; the device stays there.
int makeTap(const std::string& name) {
  const int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (device < 0) fail("/dev/net/tun");
  ifreq request{};
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
  if (ioctl(device, TUNSETIFF, &request) != 0) fail("TUNSETIFF");
  return device;
}

/// HOST=NAMESPACE=ADDRESS/BITS[=DEVICE]
Port makePort(const std::string& description) {
  std::istringstream fields(description);
  std::string host;
  std::string space;
  std::string address;
  std::string device;
  std::getline(fields, host, '=');
  std::getline(fields, space, '=');
  std::getline(fields, address, '=');
  if (!std::getline(fields, device, '=')) device = "eth0";
  enterNamespace("/run/netns/" + space);
  Port port;
  port.host = host;
  port.device = makeTap(device);
  const char* mtu = std::getenv("TAP_MTU");
  const std::string command = "ip addr add " + address + " dev " + device + " && ip link set " + device + " up mtu " +
                              (mtu == nullptr ? "1500" : mtu);
  if (std::system(command.c_str()) != 0) fail(command);
  return port;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: tapswitch TABLE HOST=NAMESPACE=ADDRESS/BITS[=DEVICE]...\n");
    return 2;
  }
  const std::string home = "/proc/" + std::to_string(getpid()) + "/ns/net";
  const int homeNamespace = open(home.c_str(), O_RDONLY | O_CLOEXEC);
  if (homeNamespace < 0) fail(home);
  Switch frames;
  for (int i = 2; i < argc; ++i) frames.addPort(makePort(argv[i]));
  if (setns(homeNamespace, CLONE_NEWNET) != 0) fail(home);
  struct sigaction action {};
  action.sa_handler = onHangUp;
  if (sigaction(SIGHUP, &action, nullptr) != 0) fail("sigaction");
  sigset_t hangUp;
  sigemptyset(&hangUp);
  sigaddset(&hangUp, SIGHUP);
  if (sigprocmask(SIG_BLOCK, &hangUp, nullptr) != 0) fail("sigprocmask");
  std::puts("ready");
  std::fflush(stdout);
  frames.run(argv[1]);
}
