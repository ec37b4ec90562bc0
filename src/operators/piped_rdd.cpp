#include <seltzer/detail/operators/narrow/piped_rdd.hpp>

namespace seltzer::detail {

void LineCutter::emitLines(Emitter<std::string_view>& emit) {
  const std::string_view text = text_;
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n', searched_); end != std::string_view::npos; end = text.find('\n', begin)) {
    if (!emit(text.substr(begin, end - begin))) return;
    begin = end + 1;
  }
  emit.flush();
  text_.erase(0, begin);
  searched_ = text_.size();
}

void LineCutter::emitRest(Emitter<std::string_view>& emit) {
  emitLines(emit);
  if (!text_.empty()) emit(std::string_view(text_));
  emit.flush();
}

}  // namespace seltzer::detail
