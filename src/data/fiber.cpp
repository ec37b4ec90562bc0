#include <cerrno>
#include <cstddef>
#include <exception>
#include <functional>
#include <new>
#include <system_error>
#include <utility>
#include <vector>

#include <boost/context/fiber.hpp>
#include <cxxabi.h>
#include <sys/mman.h>

#include <seltzer/detail/data/batch/fiber.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

#include "data/sanitizer.hpp"

#ifdef SELTZER_ADDRESS_SANITIZER
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef SELTZER_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
#endif

namespace seltzer::detail {
namespace {

namespace context = boost::context;

/// Address space of a fiber's stack: a producer may be a chain of thousands of operators. Pages are allocated when
/// touched.
constexpr std::size_t stackBytes = std::size_t{64} << 20;
constexpr std::size_t guardBytes = 4096;

/// Stacks for reuse.
struct FreeStacks {
  std::vector<void*> stacks;
  std::size_t made = 0;
  ~FreeStacks() {
    for (void* stack : stacks) ::munmap(stack, stackBytes);
  }
};

FreeStacks& freeStacks() {
  static FreeStacks free;
  return free;
}

void* takeStack() {
  auto& free = freeStacks().stacks;
  if (!free.empty()) {
    void* stack = free.back();
    free.pop_back();
    return stack;
  }
  void* stack = ::mmap(nullptr, stackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (stack == MAP_FAILED) throw std::bad_alloc();
  if (::mprotect(stack, guardBytes, PROT_NONE) != 0) {
    ::munmap(stack, stackBytes);
    throw std::system_error(errno, std::generic_category(), "protecting the guard page of a fiber's stack");
  }
  try {
    free.reserve(++freeStacks().made);  // so that giving it back does not allocate
  } catch (const std::bad_alloc&) {
    ::munmap(stack, stackBytes);
    throw;
  }
  return stack;
}

/// The stack allocator that Boost.Context requires.
struct StackPool {
  void deallocate(context::stack_context& stack) noexcept {
    freeStacks().stacks.push_back(static_cast<std::byte*>(stack.sp) - stack.size);
  }
};

/// The exceptions that are being handled and thrown on a stack: the first members of __cxa_eh_globals in the Itanium
/// C++ ABI, which the runtime keeps for the thread.
struct ExceptionState {
  void* caught = nullptr;
  unsigned uncaught = 0;

  void exchangeWithThread() {
    ExceptionState& thread = *reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals());
    std::swap(caught, thread.caught);
    std::swap(uncaught, thread.uncaught);
  }
};

}  // namespace

struct Fiber::State {
  explicit State(std::function<void(Fiber&)> function) : body(std::move(function)) {}

  std::function<void(Fiber&)> body;
  context::fiber other;  // inside: the creator; outside: the body
  std::exception_ptr failure;
  ExceptionState exceptions;  // inside: the creator's; outside: the body's
  void* stack = nullptr;
  bool done = false;

  // Sanitizers must be told of every stack switch.
#if defined(SELTZER_ADDRESS_SANITIZER)
  void* creatorFakeStack = nullptr;
  void* bodyFakeStack = nullptr;
  const void* creatorStack = nullptr;
  std::size_t creatorStackBytes = 0;

  void leavingCreator() {
    __sanitizer_start_switch_fiber(&creatorFakeStack, static_cast<std::byte*>(stack) + guardBytes,
                                   stackBytes - guardBytes);
  }
  void backInCreator() {
    __sanitizer_finish_switch_fiber(creatorFakeStack, nullptr, nullptr);
  }
  void arrivedInBody() {
    __sanitizer_finish_switch_fiber(bodyFakeStack, &creatorStack, &creatorStackBytes);
  }
  void leavingBody(bool last) {
    __sanitizer_start_switch_fiber(last ? nullptr : &bodyFakeStack, creatorStack, creatorStackBytes);
  }
#elif defined(SELTZER_THREAD_SANITIZER)
  void* creatorFiber = nullptr;
  void* bodyFiber = nullptr;

  ~State() {
    if (bodyFiber != nullptr) __tsan_destroy_fiber(bodyFiber);
  }
  void leavingCreator() {
    creatorFiber = __tsan_get_current_fiber();
    if (bodyFiber == nullptr) bodyFiber = __tsan_create_fiber(0);
    __tsan_switch_to_fiber(bodyFiber, 0);
  }
  void backInCreator() {}
  void arrivedInBody() {}
  void leavingBody(bool) {
    __tsan_switch_to_fiber(creatorFiber, 0);
  }
#else
  void leavingCreator() {}
  void backInCreator() {}
  void arrivedInBody() {}
  void leavingBody(bool) {}
#endif
};

Fiber::Fiber(std::function<void(Fiber&)> body) : state_(makeUnique<State>(std::move(body))) {}

Fiber::~Fiber() = default;

bool Fiber::started() const {
  return state_->stack != nullptr;
}
bool Fiber::done() const {
  return state_->done;
}

void Fiber::resume() {
  State& state = *state_;
  if (!started()) {
    state.stack = takeStack();
    context::stack_context stack;
    stack.size = stackBytes;
    stack.sp = static_cast<std::byte*>(state.stack) + stackBytes;
    state.other = context::fiber(std::allocator_arg, context::preallocated(stack.sp, stack.size, stack), StackPool{},
                                 [this](context::fiber&& creator) {
                                   State& inside = *state_;
                                   inside.arrivedInBody();
                                   inside.other = std::move(creator);
                                   try {
                                     inside.body(*this);
                                   } catch (...) {
                                     inside.failure = std::current_exception();
                                   }
                                   inside.done = true;
                                   inside.leavingBody(true);
                                   return std::move(inside.other);
                                 });
  }
  state.exceptions.exchangeWithThread();
  state.leavingCreator();
  state.other = std::move(state.other).resume();
  state.backInCreator();
  state.exceptions.exchangeWithThread();
  if (state.failure) std::rethrow_exception(std::exchange(state.failure, nullptr));
}

void Fiber::suspend() {
  State& state = *state_;
  state.leavingBody(false);
  state.other = std::move(state.other).resume();
  state.arrivedInBody();
}

}  // namespace seltzer::detail
