#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// The elements that are being passed over: `next()` is the first `size` of them as long as there are as many.
template <class E>
class SlidingWindow {
 public:
  explicit SlidingWindow(std::size_t size) : size_(size) {}

  void add(E element) { elements_.push_back(std::move(element)); }
  bool full() const { return elements_.size() - first_ >= size_; }
  std::span<const E> elements() const { return std::span<const E>(elements_).subspan(first_, size_); }

  /// Drops the first element; its place is used again once as many were dropped as are left.
  void slide() {
    if (++first_ * 2 < elements_.size()) return;
    elements_.erase(elements_.begin(), elements_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }

 private:
  std::size_t size_;
  std::vector<E> elements_;
  std::size_t first_ = 0;
};

/// What a function makes of each run of `size` consecutive elements; a run belongs to the partition of its first
/// element. `heads[p]` are the first size - 1 elements of partition p + 1. The function returns an element or, if
/// `flat`, a range of them.
template <class T, class U, class F, bool flat>
class WindowRDD final : public OneInputOperator<T, U> {
  using Base = typename WindowRDD::OneInputOperator;

 public:
  static constexpr std::string_view kind = "WindowRDD";
  using Parameters = detail::Parameters<std::uint64_t, std::vector<std::vector<Owned<T>>>, Function<F>>;

  WindowRDD(const typename Base::Inputs& inputs, std::uint64_t size, std::vector<std::vector<Owned<T>>> heads,
            Function<F> function)
      : Base(inputs), size_(size), heads_(std::move(heads)), function_(std::move(function.call)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<U>& out) override {
    SlidingWindow<Owned<T>> window(size_);
    bool isEmpty = true;
    Emitter<U> emit(task, this->id(), out);
    this->transform(task, this->parent(), partition, emit, flat ? Yield::any : Yield::atMostOne,
                    [&](std::span<T> batch, Emitter<U>& to) {
                      isEmpty = isEmpty && batch.empty();
                      for (T& element : batch) slide(window, toOwned(std::move(element)), to);
                    });
    std::size_t missing = isEmpty ? 0 : size_ - 1;
    for (std::size_t p = partition; p < heads_.size() && missing > 0 && emit.open(); ++p) {
      for (std::size_t i = 0; i < heads_[p].size() && missing > 0; ++i, --missing) {
        slide(window, Owned<T>(heads_[p][i]), emit);
      }
    }
    emit.flush();
  }

 private:
  void slide(SlidingWindow<Owned<T>>& window, Owned<T>&& element, Emitter<U>& emit) const {
    if (!emit.open()) return;
    window.add(std::move(element));
    if (!window.full()) return;
    if constexpr (flat) {
      for (auto&& value : std::invoke(function_, window.elements())) emit(toOwned(value));
    } else {
      emit(toOwned(std::invoke(function_, window.elements())));
    }
    window.slide();
  }

  std::uint64_t size_;
  std::vector<std::vector<Owned<T>>> heads_;
  F function_;
};

}  // namespace seltzer::detail
