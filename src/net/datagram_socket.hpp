#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <netinet/in.h>

namespace seltzer::detail {

/// A non-blocking IPv4 UDP socket. A datagram that cannot be sent is dropped.
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

  /// The length and sender of the next datagram that has arrived, truncated to `buffer`; nothing if there is none.
  std::optional<std::pair<std::size_t, sockaddr_in>> receive(std::span<std::byte> buffer) const;

  /// This machine's addresses, 127.0.0.1 first.
  static std::vector<in_addr_t> addresses();

 private:
  int descriptor_;
};

}  // namespace seltzer::detail
