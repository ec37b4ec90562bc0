/// A model of a link: latency and bandwidth.
#pragma once

#include <cmath>
#include <optional>
#include <vector>

namespace bench {

/// The time that a message or collective takes.
struct NetworkTime {
  double bytes = 0;
  double microseconds = 0;
};

/// time = latency + bytes / bandwidth
struct LinkFit {
  double latency = 0;        ///< microseconds
  double bandwidth = 0;      ///< GB/s
  double relativeError = 0;  ///< root mean square of (fit - time) / time
};

/// The line with the least sum of squared relative errors, so that points count alike although times span decades. None
/// if the points do not determine both numbers.
inline std::optional<LinkFit> fitLink(const std::vector<NetworkTime>& points) {
  // weights of 1/time^2 in the normal equations of time = a + b * bytes
  double ones = 0, x = 0, xx = 0, y = 0, xy = 0;
  for (const NetworkTime& point : points) {
    const double weight = 1 / (point.microseconds * point.microseconds);
    ones += weight;
    x += weight * point.bytes;
    xx += weight * point.bytes * point.bytes;
    y += weight * point.microseconds;
    xy += weight * point.bytes * point.microseconds;
  }
  const double determinant = ones * xx - x * x;
  if (points.size() < 2 || !(determinant > 0)) return std::nullopt;
  const double latency = (xx * y - x * xy) / determinant;
  const double perByte = (ones * xy - x * y) / determinant;
  if (!(latency > 0 && perByte > 0)) return std::nullopt;
  double squares = 0;
  for (const NetworkTime& point : points) {
    squares += std::pow((latency + perByte * point.bytes) / point.microseconds - 1, 2);
  }
  return LinkFit{latency, 1e-3 / perByte, std::sqrt(squares / static_cast<double>(points.size()))};
}

}  // namespace bench
