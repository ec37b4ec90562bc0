// refused: RDD: ElementTraits of a product or a choice need get<i>(value), which returns a reference
#include <cstdint>
#include <string>
#include <utility>

#include <seltzer/seltzer.hpp>

template <class A, class B>
class Both {
 public:
  Both(A a, B b) : a_(std::move(a)), b_(std::move(b)) {}
  A& a() { return a_; }
  B& b() { return b_; }
  const A& a() const { return a_; }
  const B& b() const { return b_; }

 private:
  A a_;
  B b_;
};

template <class A, class B>
struct seltzer::ElementTraits<Both<A, B>> {
  static constexpr auto composition = Composition::product;
  using Parts = TypeList<A, B>;
  template <class... Us>
  using With = Both<Us...>;
  template <std::size_t i, class T>
  static auto get(T&& both) {
    if constexpr (i == 0) {
      return both.a();
    } else {
      return both.b();
    }
  }
};

void use(seltzer::Context& sc) {
  sc.range(10).map([](std::int64_t x) { return Both(x, std::to_string(x)); });  // refused here
}
