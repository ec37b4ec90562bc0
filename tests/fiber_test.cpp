#include <algorithm>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/batch/fiber.hpp>
#include <seltzer/detail/data/batch/pulled_range.hpp>

namespace seltzer::detail {
namespace {

/// Pushes 0, 1, ..., count - 1 in batches of `size`; adds the number pushed to `*pushed`.
auto counting(int count, int size, int* pushed = nullptr) {
  return [=](Sink<int>& sink) {
    for (int begin = 0; begin < count; begin += size) {
      std::vector<int> batch(static_cast<std::size_t>(std::min(size, count - begin)));
      std::iota(batch.begin(), batch.end(), begin);
      if (pushed != nullptr) *pushed += static_cast<int>(batch.size());
      if (!sink.push(batch)) return;
    }
  };
}

TEST(Fiber, SuspendsAndResumesUntilItsBodyEnds) {
  std::string trace;
  Fiber fiber([&](Fiber& self) {
    for (int i = 0; i < 3; ++i) {
      trace += 'b';
      self.suspend();
    }
  });
  EXPECT_FALSE(fiber.started());
  while (!fiber.done()) {
    trace += 'c';
    fiber.resume();
  }
  EXPECT_EQ(trace, "cbcbcbc");
}

TEST(Fiber, ThrowsWhatItsBodyThrows) {
  Fiber fiber([](Fiber& self) {
    self.suspend();
    throw std::runtime_error("inside");
  });
  fiber.resume();
  EXPECT_THROW(fiber.resume(), std::runtime_error);
  EXPECT_TRUE(fiber.done());
}

TEST(Fiber, CatchesOnItsOwnStackWhileOthersUnwind) {
  int caughtInside = 0;
  Fiber fiber([&](Fiber& self) {
    for (int i = 0; i < 10; ++i) {
      try {
        throw i;
      } catch (int thrown) {
        self.suspend();
        if (thrown == i) ++caughtInside;
      }
    }
  });
  int caughtOutside = 0;
  while (!fiber.done()) {
    try {
      fiber.resume();
      throw std::runtime_error("outside");
    } catch (const std::runtime_error& error) {
      if (error.what() == std::string("outside")) ++caughtOutside;
    }
  }
  EXPECT_EQ(caughtInside, 10);
  EXPECT_EQ(caughtOutside, 11);
}

TEST(Fiber, HandlesExceptionsOfItsOwn) {
  const auto handling = [](const std::string& name, std::string& seen) {
    return [&name, &seen](Fiber& self) {
      try {
        throw std::runtime_error(name);
      } catch (const std::exception& error) {
        self.suspend();
        seen += error.what();
        try {
          throw;
        } catch (const std::exception& again) {
          self.suspend();
          seen += again.what();
        }
      }
    };
  };
  const std::string names[] = {"left", "right"};
  std::string seen[2];
  Fiber left(handling(names[0], seen[0]));
  Fiber right(handling(names[1], seen[1]));
  try {
    throw std::runtime_error("creator");
  } catch (const std::exception& error) {
    for (Fiber* fiber : {&left, &right, &right, &left, &left, &right}) fiber->resume();
    EXPECT_EQ(std::string(error.what()), "creator");
    EXPECT_THROW(throw, std::runtime_error);
  }
  EXPECT_TRUE(left.done());
  EXPECT_TRUE(right.done());
  EXPECT_EQ(seen[0], "leftleft");
  EXPECT_EQ(seen[1], "rightright");
  EXPECT_EQ(std::current_exception(), nullptr);
}

TEST(PulledRange, GivesWhatIsPushedInOrder) {
  for (const int count : {0, 1, 5, 1024, 3000}) {
    PulledRange<int> range(counting(count, 100));
    int expected = 0;
    for (const int element : range) EXPECT_EQ(element, expected++);
    EXPECT_EQ(expected, count);
  }
}

TEST(PulledRange, StopsItsProducerWhenTheReaderLeaves) {
  int pushed = 0;
  {
    PulledRange<int> range(counting(1000, 10, &pushed));
    auto it = range.begin();
    for (int i = 0; i < 25; ++i) ++it;
  }
  EXPECT_EQ(pushed, 30);
}

TEST(PulledRange, DoesNotStartItsProducerUnread) {
  int pushed = 0;
  { PulledRange<int> range(counting(1000, 10, &pushed)); }
  EXPECT_EQ(pushed, 0);
}

TEST(PulledRange, ThrowsWhatItsProducerThrowsAfterTheElementsBefore) {
  PulledRange<int> range([](Sink<int>& sink) {
    counting(20, 10)(sink);
    throw std::runtime_error("no more");
  });
  int seen = 0;
  EXPECT_THROW(for ([[maybe_unused]] const int element : range)++ seen, std::runtime_error);
  EXPECT_EQ(seen, 20);
}

TEST(PulledRange, ManyAtATimeAndAgain) {
  for (int round = 0; round < 3; ++round) {
    std::vector<std::unique_ptr<PulledRange<int>>> ranges;
    for (int i = 0; i < 50; ++i) ranges.push_back(std::make_unique<PulledRange<int>>(counting(500 + i, 7)));
    for (int i = 0; i < 50; ++i) {
      int count = 0;
      for ([[maybe_unused]] const int element : *ranges[static_cast<std::size_t>(i)]) ++count;
      EXPECT_EQ(count, 500 + i);
    }
  }
}

}  // namespace
}  // namespace seltzer::detail
