#include "net/datagram_socket.hpp"

#include <cerrno>
#include <system_error>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

namespace seltzer::detail {

DatagramSocket::DatagramSocket() : descriptor_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "socket");
  const int room = 4 << 20;  // all ranks send their first heartbeat at once; the system may grant less
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_ANY);
  if (::bind(descriptor_, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0) {
    const int error = errno;
    ::close(descriptor_);
    throw std::system_error(error, std::generic_category(), "bind");
  }
}

DatagramSocket::~DatagramSocket() {
  ::close(descriptor_);
}

std::uint16_t DatagramSocket::port() const {
  sockaddr_in mine{};
  socklen_t length = sizeof mine;
  if (::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&mine), &length) != 0) {
    throw std::system_error(errno, std::generic_category(), "getsockname");
  }
  return ntohs(mine.sin_port);
}

void DatagramSocket::send(std::span<const std::byte> bytes, const sockaddr_in& to) const {
  [[maybe_unused]] const auto sent =
      ::sendto(descriptor_, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
}

std::optional<std::pair<std::size_t, sockaddr_in>> DatagramSocket::receive(std::span<std::byte> buffer) const {
  sockaddr_in from{};
  socklen_t length = sizeof from;
  const auto received =
      ::recvfrom(descriptor_, buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
  if (received < 0) return std::nullopt;
  return std::pair(static_cast<std::size_t>(received), from);
}

std::vector<in_addr_t> DatagramSocket::addresses() {
  std::vector<in_addr_t> found{htonl(INADDR_LOOPBACK)};
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return found;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
    if ((entry->ifa_flags & IFF_UP) == 0 || (entry->ifa_flags & IFF_LOOPBACK) != 0) continue;
    found.push_back(reinterpret_cast<const sockaddr_in*>(entry->ifa_addr)->sin_addr.s_addr);
  }
  ::freeifaddrs(list);
  return found;
}

}  // namespace seltzer::detail
