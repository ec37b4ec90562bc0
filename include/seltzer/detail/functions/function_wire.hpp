#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <tuple>
#include <type_traits>

#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/functions/callable.hpp>
#include <seltzer/detail/functions/capture_guard.hpp>

namespace seltzer::detail {

#if defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)
#define SELTZER_CLEAR_PADDING(object) __builtin_clear_padding(object)
#endif
#endif
#ifndef SELTZER_CLEAR_PADDING
#define SELTZER_CLEAR_PADDING(object) static_cast<void>(object)
#endif

/// The bytes of a trivially copyable value, with its padding zeroed if the compiler can do that.
template <class F>
std::array<std::byte, sizeof(F)> bytesOf(F value) {
  SELTZER_CLEAR_PADDING(&value);
  std::array<std::byte, sizeof(F)> bytes;
  std::memcpy(bytes.data(), static_cast<const void*>(&value), sizeof(F));
  return bytes;
}

#undef SELTZER_CLEAR_PADDING

template <class T>
void writeParameter(WireWriter& writer, const T& value, bool guarded = true);
template <class T>
T readParameter(WireReader& reader);

/// Writes a function's captures: nothing for a function without state. Throws CaptureError if a lambda captured an
/// address, unless `guarded` is false, as inside `trusted`.
template <Shippable F>
void writeFunction(WireWriter& writer, const F& function, bool guarded = true) {
  if constexpr (isWith<F>) {
    if constexpr (isBitwise<decltype(function.state)> && std::is_class_v<decltype(function.state)>) {
      if (guarded) refuseAddresses(bytesOf(function.state));
    }
    writer << function.state;
    writeFunction(writer, function.function, guarded);
  } else if constexpr (isTrusted<F>) {
    writeFunction(writer, function.function, false);
  } else if constexpr (CompositeFunction<F>) {
    std::apply([&](const auto&... parts) { (writeParameter(writer, parts, guarded), ...); }, function.parts());
  } else if constexpr (Stateless<F>) {
    return;
  } else if constexpr (BitwiseFunction<F>) {
    const auto bytes = bytesOf(function);
    if (guarded) refuseAddresses(bytes);
    writer.writeBytes(bytes);
  } else {
    writer << function;
  }
}

template <class... Parts>
std::tuple<Parts...> readParts(WireReader& reader, std::type_identity<std::tuple<Parts...>>) {
  return std::tuple<Parts...>{readParameter<Parts>(reader)...};
}

/// The function that `writeFunction` wrote.
template <Shippable F>
F readFunction(WireReader& reader) {
  if constexpr (isWith<F>) {
    auto state = reader.read<decltype(F::state)>();
    return F{std::move(state), readFunction<decltype(F::function)>(reader)};
  } else if constexpr (isTrusted<F>) {
    return F{readFunction<decltype(F::function)>(reader)};
  } else if constexpr (CompositeFunction<F>) {
    return F(readParts(reader, std::type_identity<typename F::Parts>()));
  } else if constexpr (Stateless<F>) {
    return fromMemory<F>(std::array<std::byte, sizeof(F)>{}.data());
  } else if constexpr (BitwiseFunction<F>) {
    return fromMemory<F>(reader.readBytes(sizeof(F)).data());
  } else {
    return reader.read<F>();
  }
}

template <class T>
inline constexpr bool isFunctionParameter = false;
template <class F>
inline constexpr bool isFunctionParameter<Function<F>> = true;

/// Writes a parameter of an operator or action: a function as its captures, anything else as a value.
template <class T>
void writeParameter(WireWriter& writer, const T& value, bool guarded) {
  if constexpr (isFunctionParameter<T>) {
    writeFunction(writer, value.call, guarded);
  } else {
    writer << value;
  }
}

template <class T>
T readParameter(WireReader& reader) {
  if constexpr (isFunctionParameter<T>) {
    return {readFunction<decltype(T::call)>(reader)};
  } else {
    return reader.read<T>();
  }
}

/// A function for use in a loop over a batch: a copy if it is a few words, so that the compiler can keep its captures
/// in registers while the loop writes to memory; a reference otherwise.
template <class F>
decltype(auto) inRegisters(const F& function) {
  if constexpr (std::is_trivially_copyable_v<F> && sizeof(F) <= 64) {
    return F(function);
  } else {
    return (function);
  }
}

}  // namespace seltzer::detail
