#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <seltzer/detail/functions/function_wire.hpp>
#include <seltzer/detail/functions/registry.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/hash.hpp>
#include <seltzer/owned.hpp>
#include <seltzer/partitioner.hpp>

namespace seltzer::detail {

/// A partitioner of keys of the owned type K. It travels as its type id and parameters.
template <class K>
class KeyPartitioner : public Partitioner {
 public:
  using Factory = std::shared_ptr<const KeyPartitioner> (*)(WireReader& parameters);

  /// The partition of a key; throws what the user's function throws.
  virtual std::size_t partitionOf(const K& key) const = 0;

  /// False only if no key in [least, greatest] is assigned to the partition.
  virtual bool mayHold(std::size_t /*partition*/, const K& /*least*/, const K& /*greatest*/) const { return true; }

  /// The factory of `P`, for the registry.
  template <class P>
  static std::shared_ptr<const KeyPartitioner> build(WireReader& parameters) {
    return P::make(parameters);
  }

  /// The partitioner that `encode` wrote.
  static std::shared_ptr<const KeyPartitioner> decode(ByteView encoded) {
    WireReader reader(encoded);
    return reinterpret_cast<Factory>(Registry::at(reader.read<TypeId>()))(reader);
  }
};

/// A new partitioner.
template <class P, class... Args>
std::shared_ptr<const P> newPartitioner(Args&&... args) {
  return std::static_pointer_cast<const P>(share(UniquePointer<const Partitioner>(new P(std::forward<Args>(args)...))));
}

/// The partition of a hash among `partitions`, from its upper half, because hash tables use the lower half for their
/// slots.
constexpr std::size_t partitionOfHash(std::uint64_t hash, std::uint64_t partitions) {
  return static_cast<std::size_t>(((hash >> 32) * partitions) >> 32);
}

/// The type and the parameter of a HashPartitioning in wire form.
Bytes encodedHashPartitioning(TypeId type, std::uint64_t partitions);

template <class K>
class HashPartitioning final : public KeyPartitioner<K> {
 public:
  explicit HashPartitioning(std::uint64_t partitions) : partitions_(partitions) {}
  static std::shared_ptr<const KeyPartitioner<K>> make(WireReader& parameters) {
    return newPartitioner<HashPartitioning>(parameters.read<std::uint64_t>());
  }

  std::size_t numPartitions() const override { return partitions_; }
  std::size_t partitionOf(const K& key) const override { return partitionOfHash(Hash<K>()(key), partitions_); }
  bool isHash() const override { return true; }
  Bytes encode() const override {
    return encodedHashPartitioning(Registered<KeyPartitioner<K>, HashPartitioning>::id, partitions_);
  }

 private:
  std::uint64_t partitions_;
};

/// A user-defined partitioner: `p.numPartitions()` and `p.getPartition(key)`.
template <class K, class P>
class CustomPartitioning final : public KeyPartitioner<K> {
 public:
  explicit CustomPartitioning(P partitioner)
      : partitioner_(std::move(partitioner)), partitions_(static_cast<std::size_t>(partitioner_.numPartitions())) {}
  static std::shared_ptr<const KeyPartitioner<K>> make(WireReader& parameters) {
    return newPartitioner<CustomPartitioning>(readFunction<P>(parameters));
  }

  std::size_t numPartitions() const override { return partitions_; }
  std::size_t partitionOf(const K& key) const override {
    const auto index = +partitioner_.getPartition(key);  // promoted, from bool or a character
    if (!std::in_range<std::size_t>(index) || static_cast<std::size_t>(index) >= partitions_) {
      throw std::out_of_range("the partitioner's getPartition returned " + std::to_string(index) +
                              " for a key, which is not from 0 to " + std::to_string(partitions_ - 1));
    }
    return static_cast<std::size_t>(index);
  }
  Bytes encode() const override {
    Bytes bytes = toWire(Registered<KeyPartitioner<K>, CustomPartitioning>::id);
    WireWriter writer(bytes);
    writeFunction(writer, partitioner_);
    return bytes;
  }

 private:
  P partitioner_;
  std::size_t partitions_;
};

/// Partitions whole pairs by the partitioner of their keys: equal pairs have equal keys.
template <class Pair>
class PairPartitioning final : public KeyPartitioner<Pair> {
 public:
  using OfKeys = KeyPartitioner<typename Pair::first_type>;

  explicit PairPartitioning(std::shared_ptr<const OfKeys> keys) : keys_(std::move(keys)) {}
  static std::shared_ptr<const KeyPartitioner<Pair>> make(WireReader& parameters) {
    return newPartitioner<PairPartitioning>(OfKeys::decode(parameters.read<Bytes>()));
  }

  std::size_t numPartitions() const override { return keys_->numPartitions(); }
  std::size_t partitionOf(const Pair& pair) const override { return keys_->partitionOf(pair.first); }
  bool isSettled() const override { return keys_->isSettled(); }
  void settle() const override { keys_->settle(); }
  bool isKnownEqual(const Partitioner& other) const override {
    const auto* pairs = dynamic_cast<const PairPartitioning*>(&other);
    return pairs != nullptr && keys_->isKnownEqual(*pairs->keys_);
  }
  Bytes encode() const override {
    Bytes bytes = toWire(Registered<KeyPartitioner<Pair>, PairPartitioning>::id);
    WireWriter(bytes) << keys_->encode();
    return bytes;
  }

  const std::shared_ptr<const OfKeys>& keys() const { return keys_; }

 private:
  std::shared_ptr<const OfKeys> keys_;
};

/// Writes a partitioner, or that there is none or it is not settled yet.
void writePartitioner(WireWriter& writer, const Partitioner* partitioner);

/// How many bytes `writePartitioner` writes where there is no settled partitioner.
inline constexpr std::size_t sizeOfNoPartitioner = sizeof(std::uint64_t);

/// The bytes of a partitioner that `writePartitioner` wrote; none if there is none.
ByteView readPartitioner(WireReader& reader);

/// A partitioner or null as a parameter of an operator. It travels once it is settled.
template <class K>
struct PartitionerParameter {
  std::shared_ptr<const KeyPartitioner<K>> partitioner;

  bool isSettled() const { return partitioner && partitioner->isSettled(); }
};

template <class K>
struct WireFormat<PartitionerParameter<K>> {
  static constexpr bool wireable = true;
  static constexpr std::size_t smallest = sizeOfNoPartitioner;

  static void write(WireWriter& writer, const PartitionerParameter<K>& value) {
    writePartitioner(writer, value.partitioner.get());
  }
  static void read(WireReader& reader, PartitionerParameter<K>& value) {
    const ByteView encoded = readPartitioner(reader);
    value.partitioner = encoded.empty() ? nullptr : KeyPartitioner<K>::decode(encoded);
  }
};

/// Finds the partition of a possibly borrowed key; without a virtual call for a partitioner by hash.
template <class K>
class PartitionOfKey {
 public:
  explicit PartitionOfKey(const KeyPartitioner<K>& partitioner)
      : partitioner_(partitioner), partitions_(partitioner.numPartitions()), isHash_(partitioner.isHash()) {}

  template <class Key>
  std::size_t operator()(const Key& key) const {
    return isHash_ ? partitionOfHash(Hash<Key>()(key), partitions_) : partitioner_.partitionOf(owned(key));
  }

  /// As above, with a known hash.
  template <class Key>
  std::size_t operator()(std::uint64_t hash, const Key& key) const {
    return isHash_ ? partitionOfHash(hash, partitions_) : partitioner_.partitionOf(owned(key));
  }

 private:
  template <class Key>
  static decltype(auto) owned(const Key& key) {
    if constexpr (isOwned<Key>) {
      return (key);
    } else {
      return toOwned(key);
    }
  }

  const KeyPartitioner<K>& partitioner_;
  std::uint64_t partitions_;
  bool isHash_;
};

}  // namespace seltzer::detail
