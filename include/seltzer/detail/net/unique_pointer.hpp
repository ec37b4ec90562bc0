#pragma once

#include <cstddef>
#include <utility>

namespace seltzer::detail {

/// Owns an object. Used in headers in place of std::unique_ptr, each of which would cost every program that includes
/// them about 10 ms of compile time.
template <class T>
class UniquePointer {
 public:
  UniquePointer() = default;
  UniquePointer(std::nullptr_t) {}
  explicit UniquePointer(T* object) : object_(object) {}
  UniquePointer(UniquePointer&& other) noexcept : object_(other.release()) {}
  template <class Derived>
  requires requires(T*& to, Derived* from) { to = from; }
  UniquePointer(UniquePointer<Derived>&& other) noexcept : object_(other.release()) {}
  UniquePointer& operator=(UniquePointer&& other) noexcept {
    reset(other.release());
    return *this;
  }
  ~UniquePointer() { reset(); }

  T* get() const { return object_; }
  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }
  bool operator==(std::nullptr_t) const { return object_ == nullptr; }

  T* release() { return std::exchange(object_, nullptr); }

  void reset(T* object = nullptr) {
    static_assert(
        requires { sizeof(T); }, "where it is destroyed the type must be complete");
    delete std::exchange(object_, object);
  }

 private:
  T* object_ = nullptr;
};

template <class T, class... Args>
UniquePointer<T> makeUnique(Args&&... args) {
  return UniquePointer<T>(new T(std::forward<Args>(args)...));
}

}  // namespace seltzer::detail
