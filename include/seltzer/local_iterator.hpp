#pragma once

#include <cstddef>
#include <iterator>
#include <vector>

#include <seltzer/detail/api/actions.hpp>

namespace seltzer {

/// The elements of an RDD on the driver, as a single-pass range that holds one partition at a time: a job for each
/// partition, which runs when the range reaches it.
template <class T>
class LocalIterator {
 public:
  /// An input iterator. All iterators of a range share its position.
  class Iterator {
   public:
    /// The type of an element on the driver.
    using value_type = Owned<T>;
    /// @cond
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    Iterator() = default;
    explicit Iterator(LocalIterator* range) : range_(range) {}
    /// @endcond

    /// The element, which may be moved from. Runs the job of its partition if that has not run yet.
    typename std::vector<Owned<T>>::reference operator*() const {
      range_->fetch();
      return range_->elements_[range_->position_];
    }

    /// A member of the element.
    Owned<T>* operator->() const requires(!std::is_same_v<T, bool>) { return &**this; }

    /// Advances to the next element, which may run the next partition's job.
    Iterator& operator++() {
      range_->fetch();
      ++range_->position_;
      return *this;
    }

    /// As `++it`; the former position is lost.
    void operator++(int) { ++*this; }

    /// Whether the range has ended; runs jobs up to the next partition that is not empty.
    friend bool operator==(const Iterator& it, std::default_sentinel_t) { return it.range_->atEnd(); }

   private:
    LocalIterator* range_ = nullptr;
  };

  /// Made by `toLocalIterator`.
  LocalIterator(RDD<T> rdd, CallSite where) : rdd_(std::move(rdd)), where_(where) {}

  /// The current position: the range can be traversed once.
  Iterator begin() { return Iterator(this); }

  /// The end of the range.
  std::default_sentinel_t end() const { return {}; }

  /// Whether the range has ended; runs jobs up to the next partition that is not empty.
  bool atEnd() {
    fetch();
    return position_ >= elements_.size();
  }

 private:
  void fetch() {
    while (position_ >= elements_.size() && next_ < rdd_.getNumPartitions()) {
      elements_.clear();
      position_ = 0;
      elements_ = detail::collectJob(rdd_, "toLocalIterator", where_, std::vector<std::size_t>{next_});
      ++next_;  // only now: after an error the partition is tried again
    }
  }

  RDD<T> rdd_;
  CallSite where_;
  std::vector<Owned<T>> elements_;
  std::size_t position_ = 0;
  std::size_t next_ = 0;
};

template <class T>
LocalIterator<T> RDD<T>::toLocalIterator(CallSite where) const {
  SELTZER_CHECK_TRAVELS("toLocalIterator", detail::travels<Owned<T>>, "the elements cannot travel to the driver")
  return LocalIterator<T>(*this, where);
}

}  // namespace seltzer
