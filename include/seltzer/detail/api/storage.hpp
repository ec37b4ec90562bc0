#pragma once

#include <seltzer/detail/api/derive.hpp>
#include <seltzer/detail/operators/stored_partitions.hpp>
#include <seltzer/detail/operators/written_partitions.hpp>

namespace seltzer {
namespace detail {

/// The level at which the partitions of a local checkpoint are kept: none is ever dropped.
constexpr StorageLevel lasting(StorageLevel level) {
  switch (level) {
    case StorageLevel::NONE:
    case StorageLevel::MEMORY_ONLY:
      return StorageLevel::MEMORY_AND_DISK;
    case StorageLevel::MEMORY_ONLY_SER:
      return StorageLevel::MEMORY_AND_DISK_SER;
    case StorageLevel::MEMORY_ONLY_2:
      return StorageLevel::MEMORY_AND_DISK_2;
    case StorageLevel::MEMORY_ONLY_SER_2:
      return StorageLevel::MEMORY_AND_DISK_SER_2;
    default:
      return level;
  }
}

}  // namespace detail

template <class T>
const RDD<T>& RDD<T>::persist(StorageLevel level, CallSite where) const {
  context_->jobs().requireIdle("persist", where);
  if (level == StorageLevel::NONE)
    detail::throwAt<std::invalid_argument>("persist", where, "instead of StorageLevel::NONE, call unpersist()");
  const bool isKept = lineage_->isLocalCheckpoint && lineage_->level == detail::lasting(level);
  if (isCached() && lineage_->level != level && !isKept) {
    detail::throwAt<std::logic_error>("persist", where,
                                      "the RDD already has another storage level; unpersist() it first");
  }
  if (!isCached()) {
    static_assert(detail::travels<Owned<T>>,
                  "persist: the elements cannot travel to other ranks; give their type a Boost.Serialization "
                  "`serialize` and a default constructor");
    if constexpr (detail::travels<Owned<T>>) lineage_->storage = detail::StoredPartitions<T>::type();
    context_->jobs().setLevel(*lineage_, level);
  }
  return *this;
}

template <class T>
const RDD<T>& RDD<T>::unpersist(CallSite where) const {
  context_->jobs().requireIdle("unpersist", where);
  if (!isCached()) return *this;
  if (!lineage_->checkpointFolder.empty()) {
    if constexpr (detail::travels<Owned<T>>) lineage_->storage = detail::WrittenPartitions<T>::type();
  }
  context_->jobs().setLevel(*lineage_, StorageLevel::NONE);
  return *this;
}

template <class T>
const RDD<T>& RDD<T>::setName(std::string name) const {
  lineage_->name = std::move(name);
  return *this;
}

}  // namespace seltzer
