#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <seltzer/detail/data/wire/bitwise.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// The stored elements of one partition of an RDD.
class Block {
 public:
  Block() = default;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  virtual ~Block() = default;

  virtual std::size_t records() const = 0;
  /// The memory of the elements; a lower bound if they own heap memory.
  virtual std::size_t bytes() const = 0;
  /// Whether the block itself accounts for its memory; otherwise its store does.
  virtual bool isAccounted() const { return false; }
  /// Writes the elements in wire form.
  virtual void write(WireWriter& writer) const = 0;
};

/// Elements as objects of an owned type.
template <class T>
class ObjectBlock final : public Block {
 public:
  explicit ObjectBlock(std::vector<T> elements) : elements_(std::move(elements)) {}

  const std::vector<T>& elements() const { return elements_; }
  std::size_t records() const override { return elements_.size(); }
  std::size_t bytes() const override { return elements_.size() * sizeof(T); }

  void write(WireWriter& writer) const override {
    if constexpr (isBitwise<T> && !std::is_same_v<T, bool>) {
      writer.writeBytes(std::as_bytes(std::span(elements_)));
    } else {
      for (const T& element : elements_) writer << element;
    }
  }

 private:
  std::vector<T> elements_;
};

/// Elements in wire form: scattered by the driver, fetched from another rank, or stored serialized.
class WireBlock final : public Block {
 public:
  /// `data` is part of `owner`, which several blocks may share.
  WireBlock(std::shared_ptr<const Bytes> owner, ByteView data, std::size_t records)
      : owner_(std::move(owner)), data_(data), records_(records) {}

  const std::shared_ptr<const Bytes>& owner() const { return owner_; }
  ByteView data() const { return data_; }
  std::size_t records() const override { return records_; }
  std::size_t bytes() const override { return data_.size(); }
  void write(WireWriter& writer) const override { writer.writeBytes(data_); }

 private:
  std::shared_ptr<const Bytes> owner_;
  ByteView data_;
  std::size_t records_;
};

/// The elements of `block` in wire form.
std::shared_ptr<const WireBlock> inWireForm(const Block& block);

}  // namespace seltzer::detail
