#include "net/exchange.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include <seltzer/detail/metrics/phase_clock.hpp>

#include "net/communicator_state.hpp"
#include "net/exception_text.hpp"
#include "net/exchange_relay.hpp"

namespace seltzer::detail {

namespace {

std::string messageOf(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return typedTextOf(error);
  } catch (...) {
    return textOfOtherException();
  }
}

}  // namespace

OutgoingBuffers::OutgoingBuffers(int destinations, std::size_t budget)
    : share_(std::clamp<std::size_t>(budget / static_cast<std::size_t>(destinations), 1, mostShare)),
      buffers_(static_cast<std::size_t>(destinations)) {}

void OutgoingBuffers::grow(Bytes& buffer, std::size_t more) const {
  const std::size_t needed = buffer.size() + more;
  buffer.reserve(std::max(needed, std::min(share_, 2 * buffer.capacity())));
}

void OutgoingBuffers::clear() {
  for (Bytes& buffer : buffers_) {
    if (buffer.capacity() > share_) {
      buffer = Bytes();
    } else {
      buffer.clear();
    }
  }
}

Exchange::Exchange(Communicator& communicator, std::size_t budget, ExchangeConsumer consume)
    : communicator_(communicator),
      consume_(std::move(consume)),
      out_(communicator.size(), budget),
      relay_(std::make_unique<ExchangeRelay>(communicator.state())),
      in_(out_.buffers_.size()) {}

Exchange::~Exchange() = default;

void Exchange::round() {
  exchangeRound(false);
}

void Exchange::finish() {
  while (!exchangeRound(true)) {
  }
  agreeOnEnd();
}

void Exchange::fail(std::exception_ptr cause) {
  if (!failure_) failure_ = std::move(cause);
  announce(true);
  throw CommunicatorError("exchange: a failure was announced and not heard");
}

/// True if all ranks are done. Steps: 1. sizes, flags and short blocks, 2. long blocks, 3. the consumer.
bool Exchange::exchangeRound(bool done) {
  const bool allDone = announce(done);
  moveData();
  deliver();
  out_.clear();
  ++rounds_;
  return allDone;
}

/// Exchanges sizes and flags. If a rank failed, all learn of it in this round, and all throw.
bool Exchange::announce(bool done) {
  ExchangeRelay::Flags flags{done, failure_ != nullptr};
  if (in_.size() > 1) {
    PhaseScope waiting(Phase::wait);
    flags = relay_->round(out_.buffers_, flags);
  }
  if (flags.failed) agreeOnEnd();
  return flags.done;
}

void Exchange::moveData() {
  CommunicatorState& s = communicator_.state();
  const int ranks = static_cast<int>(in_.size());
  TrafficCount& traffic = s.traffic.exchange;
  Transfers transfers(s.comm, s.messageLimit);
  try {
    for (int step = 1; step < ranks; ++step) {
      const int source = (s.rank + ranks - step) % ranks;
      const std::size_t size = relay_->length(source);
      Bytes& buffer = in_[static_cast<std::size_t>(source)];
      if (ExchangeRelay::relays(size)) {
        relay_->copy(source, buffer);
        continue;
      }
      allocateForReceive(s, buffer, size, "exchange");
      transfers.receive(buffer, source, exchangeTag);
      traffic.addReceived(size);
    }
    for (int step = 1; step < ranks; ++step) {
      const int destination = (s.rank + step) % ranks;
      const Bytes& buffer = out_.buffers_[static_cast<std::size_t>(destination)];
      if (ExchangeRelay::relays(buffer.size())) continue;
      transfers.send(buffer, destination, exchangeTag);
      traffic.addSent(buffer.size());
    }
    transfers.waitAll();
  } catch (...) {
    for (Bytes& buffer : in_) keepForever(std::move(buffer));
    for (Bytes& buffer : out_.buffers_) keepForever(std::move(buffer));
    throw;
  }
}

/// Hands the consumer what arrived, in rank order. Its exception is announced in the next round.
void Exchange::deliver() {
  const int self = communicator_.rank();
  for (int source = 0; source < static_cast<int>(in_.size()) && !failure_; ++source) {
    const auto index = static_cast<std::size_t>(source);
    const Bytes& records = source == self ? out_.buffers_[index] : in_[index];
    if (records.empty()) continue;
    try {
      consume_(source, records);
    } catch (...) {
      failure_ = std::current_exception();
    }
  }
  for (Bytes& buffer : in_) {
    if (buffer.capacity() > out_.share_) {
      buffer = Bytes();
    } else {
      buffer.clear();
    }
  }
}

/// Throws on every rank if one failed.
void Exchange::agreeOnEnd() {
  std::optional<std::string> mine;
  if (failure_) mine = messageOf(failure_);
  std::optional<RemoteFailure> failed;
  if (communicator_.size() > 1) {
    PhaseScope waiting(Phase::wait);
    failed = communicator_.agreeOnFailure(mine);
  }
  if (failure_) std::rethrow_exception(failure_);
  if (failed) throw RemoteError("exchange: " + failed->describe());
}

void exchange(Communicator& communicator, std::size_t budget, const ExchangeProducer& produce,
              const ExchangeConsumer& consume) {
  Exchange exchange(communicator, budget, consume);
  for (;;) {
    bool more = false;
    std::exception_ptr failure;
    try {
      more = produce(exchange.out());
    } catch (...) {
      failure = std::current_exception();
    }
    if (failure) exchange.fail(std::move(failure));
    if (!more) return exchange.finish();
    exchange.round();
  }
}

}  // namespace seltzer::detail
