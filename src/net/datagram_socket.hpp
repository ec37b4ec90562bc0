#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <netinet/in.h>

namespace seltzer::detail {

/// A UDP socket of IPv4 that never waits. What cannot be sent is lost, as datagrams are.
class DatagramSocket {
 public:
  /// Bound to a free port on all interfaces. Throws `std::system_error`.
  DatagramSocket();
  ~DatagramSocket();
  DatagramSocket(const DatagramSocket&) = delete;
  DatagramSocket& operator=(const DatagramSocket&) = delete;

  int descriptor() const { return descriptor_; }
  std::uint16_t port() const;

  void send(std::span<const std::byte> bytes, const sockaddr_in& to) const;

  /// The next datagram that has arrived, cut to `buffer`: its length and its sender; nothing if there is none.
  std::optional<std::pair<std::size_t, sockaddr_in>> receive(std::span<std::byte> buffer) const;

  /// This machine's addresses, 127.0.0.1 first.
  static std::vector<in_addr_t> addresses();

 private:
  int descriptor_;
};

}  // namespace seltzer::detail
