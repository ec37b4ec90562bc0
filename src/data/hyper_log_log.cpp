#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>

#include <seltzer/detail/data/sketch/hyper_log_log.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {
namespace {

constexpr int rankBits = 6;  // the greatest rank is 65 - leastPrecision
constexpr std::uint32_t rankMask = (1u << rankBits) - 1;
constexpr std::size_t fewEntries = 16;

std::uint32_t indexOf(std::uint32_t entry) {
  return entry >> rankBits;
}
std::uint8_t rankOf(std::uint32_t entry) {
  return static_cast<std::uint8_t>(entry & rankMask);
}

/// x + the sum of x^(2^k) * 2^(k - 1) over k >= 1; infinite for 1.
double sigma(double x) {
  if (x == 1) return std::numeric_limits<double>::infinity();
  double sum = x;
  for (double before = -1, scale = 1; sum != before; scale += scale) {
    x *= x;
    before = sum;
    sum += x * scale;
  }
  return sum;
}

/// (1 - x - the sum of (1 - x^(2^-k))^2 * 2^-k over k >= 1) / 3.
double tau(double x) {
  if (x == 0 || x == 1) return 0;
  double sum = 1 - x;
  for (double before = -1, scale = 0.5; sum != before; scale /= 2) {
    x = std::sqrt(x);
    before = sum;
    sum -= (1 - x) * (1 - x) * scale;
  }
  return sum / 3;
}

}  // namespace

int HyperLogLog::precisionFor(double relativeSD) {
  const double needed = std::ceil(2 * std::log2(1.04 / relativeSD));
  return static_cast<int>(std::clamp(needed, static_cast<double>(leastPrecision), static_cast<double>(mostPrecision)));
}

void HyperLogLog::add(std::uint64_t hash) {
  const std::uint64_t mixed = mixBits(hash);
  const std::uint64_t rest = mixed << precision | std::uint64_t{1} << (precision - 1);
  raise(static_cast<std::uint32_t>(mixed >> (64 - precision)), static_cast<std::uint8_t>(std::countl_zero(rest) + 1));
}

void HyperLogLog::raise(std::uint32_t index, std::uint8_t rank) {
  if (!registers.empty()) {
    registers[index] = std::max(registers[index], rank);
    return;
  }
  entries.push_back(index << rankBits | rank);
  if (entries.size() >= std::max<std::size_t>(fewEntries, 2 * std::size_t{ordered})) {
    compact();
    if (entries.size() * sizeof(std::uint32_t) > std::size_t{1} << precision) makeDense();
  }
}

/// Leaves the greatest rank of each register.
void HyperLogLog::compact() {
  std::ranges::sort(entries);
  std::size_t kept = 0;
  for (const std::uint32_t entry : entries) {
    if (kept > 0 && indexOf(entries[kept - 1]) == indexOf(entry)) --kept;
    entries[kept++] = entry;
  }
  entries.resize(kept);
  ordered = static_cast<std::uint32_t>(kept);
}

void HyperLogLog::makeDense() {
  registers.assign(std::size_t{1} << precision, 0);
  for (const std::uint32_t entry : entries) raise(indexOf(entry), rankOf(entry));
  entries = {};
  ordered = 0;
}

void HyperLogLog::merge(const HyperLogLog& next) {
  if (next.registers.empty()) {
    for (const std::uint32_t entry : next.entries) raise(indexOf(entry), rankOf(entry));
  } else {
    if (registers.empty()) makeDense();
    std::ranges::transform(registers, next.registers, registers.begin(),
                           [](std::uint8_t a, std::uint8_t b) { return std::max(a, b); });
  }
}

std::int64_t HyperLogLog::estimate() const {
  std::array<std::uint32_t, rankMask + 1> counts{};  // registers by rank
  if (registers.empty()) {
    HyperLogLog all = *this;
    all.compact();
    counts[0] = (1u << precision) - all.ordered;
    for (const std::uint32_t entry : all.entries) ++counts[rankOf(entry)];
  } else {
    for (const std::uint8_t rank : registers) ++counts[rank];
  }
  const double size = std::exp2(precision);
  const auto greatest = static_cast<std::size_t>(65 - precision);
  double sum = size * tau(1 - counts[greatest] / size);
  for (std::size_t rank = greatest - 1; rank > 0; --rank) sum = (sum + counts[rank]) / 2;
  sum += size * sigma(counts[0] / size);
  return std::llround(size / (2 * std::numbers::ln2) * (size / sum));
}

}  // namespace seltzer::detail
