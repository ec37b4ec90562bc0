#include <cmath>
#include <limits>
#include <ostream>

#include <fmt/format.h>

#include <seltzer/detail/data/key/key_order.hpp>
#include <seltzer/stat_counter.hpp>

namespace seltzer {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// Of equal values the first; NaN is greatest.
double lesser(double a, double b) {
  return detail::keyLess(b, a) ? b : a;
}
double greater(double a, double b) {
  return detail::keyLess(a, b) ? b : a;
}

/// With a digit after the point, also of a whole number.
std::string textOf(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
}

}  // namespace

void StatCounter::add(double value) {
  ++count_;
  const double distance = value - mean_;
  mean_ += distance / static_cast<double>(count_);
  squares_ += distance * (value - mean_);
  min_ = count_ == 1 ? value : lesser(min_, value);
  max_ = count_ == 1 ? value : greater(max_, value);
}

StatCounter& StatCounter::merge(const StatCounter& next) {
  if (next.count_ == 0) return *this;
  if (count_ == 0) {
    *this = next;
    return *this;
  }
  const auto mine = static_cast<double>(count_);
  const auto others = static_cast<double>(next.count_);
  const double distance = next.mean_ - mean_;
  count_ += next.count_;
  mean_ += distance * (others / (mine + others));
  squares_ += next.squares_ + distance * distance * mine * (others / (mine + others));
  min_ = lesser(min_, next.min_);
  max_ = greater(max_, next.max_);
  return *this;
}

double StatCounter::mean() const {
  return count_ == 0 ? none : mean_;
}
double StatCounter::min() const {
  return count_ == 0 ? none : min_;
}
double StatCounter::max() const {
  return count_ == 0 ? none : max_;
}
double StatCounter::variance() const {
  return count_ == 0 ? none : squares_ / static_cast<double>(count_);
}
double StatCounter::stdev() const {
  return std::sqrt(variance());
}
double StatCounter::sampleVariance() const {
  return count_ < 2 ? none : squares_ / static_cast<double>(count_ - 1);
}
double StatCounter::sampleStdev() const {
  return std::sqrt(sampleVariance());
}

std::string StatCounter::toString() const {
  return fmt::format("(count: {}, mean: {}, stdev: {}, max: {}, min: {})", count_, textOf(mean()), textOf(stdev()),
                     textOf(max()), textOf(min()));
}

std::ostream& operator<<(std::ostream& out, const StatCounter& counter) {
  return out << counter.toString();
}

}  // namespace seltzer
