#pragma once

#include "leadline/fold/decision_list.hpp"

namespace leadline {

LEADLINE_INLINE kept_decision kept_decision::of(const decision& told) {
  auto made = std::make_shared<storage>();
  made->told = told;
  if (told.now != nullptr) {
    made->now = *told.now;
    made->told.now = &made->now;
  }
  std::size_t size = 0;
  const auto measure = [&](const std::string_view& text) { size += text.size(); };
  // Taken all at once, so that it never moves.
  const auto take = [&](std::string_view& text) {
    const std::size_t from = made->texts.size();
    made->texts += text;
    text = std::string_view(made->texts).substr(from);
  };
  detail::for_each_text(made->told, measure);
  detail::for_each_text(made->now, measure);
  made->texts.reserve(size);
  detail::for_each_text(made->told, take);
  detail::for_each_text(made->now, take);
  kept_decision out;
  out.kept_ = std::move(made);
  return out;
}

LEADLINE_INLINE decision decision_list::kept(decision told) {
  detail::for_each_text(told, [&](std::string_view& text) { text = texts_.keep(text); });
  return told;
}

LEADLINE_INLINE void decision_list::add(const decision& told) {
  decision& own = decisions_.emplace_back(kept(told));
  if (told.now != nullptr) own.now = &corrected_.emplace_back(kept(*told.now));
}

LEADLINE_INLINE void decision_list::make_room() { detail::make_room(decisions_); }

LEADLINE_INLINE void decision_list::clear() noexcept {
  decisions_.clear();
  corrected_.clear();
  texts_.clear();
}

}  // namespace leadline
