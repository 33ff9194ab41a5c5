#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "leadline/base/document.hpp"
#include "leadline/fold/detail/fold_plan.hpp"
#include "leadline/fold/event.hpp"
#include "leadline/pack/model.hpp"

namespace leadline::test {

/// A pack and a stream of events as tests/model/random_packs.py makes them, read for programs that hold laws over many.
class case_file {
 public:
  case_file(const std::string& pack_path, const std::string& events_path)
      : pack_(compiled(pack_path)), text_(lines_as_array(events_path)), read_(parsed(text_)) {
    for (const document::node line : read_.root().children()) {
      event made;
      for (const document::node each : line.children()) {
        if (each.key() == "id") made.id = detail::value_of(each, pool_);
        if (each.key() == "contact") made.contact = each.text();
        if (each.key() == "type" && each.kind() == json_kind::text) made.type = each.text();
        if (each.key() == "at") made.at = instant::parse(each.text()).value();
        if (each.key() == "data") made.data = detail::value_of(each, pool_);
      }
      events_.push_back(made);
    }
  }
  case_file(const case_file&) = delete;
  case_file& operator=(const case_file&) = delete;

  [[nodiscard]] const std::shared_ptr<const model>& pack() const noexcept { return pack_; }
  [[nodiscard]] const std::vector<event>& events() const noexcept { return events_; }

 private:
  [[nodiscard]] static std::string bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] static std::string lines_as_array(const std::string& path) {
    std::string out = "[";
    for (const char each : bytes_of(path)) out.push_back(each == '\n' ? ',' : each);
    if (out.size() > 1) out.pop_back();
    return out + "]";
  }
  [[nodiscard]] static document parsed(const std::string& text) {
    result<document> read = document::parse(text);
    if (!read) throw std::runtime_error(to_text(read.error(), text));
    return std::move(*read);
  }
  [[nodiscard]] static std::shared_ptr<const model> compiled(const std::string& path) {
    static const system_zones zones;
    const std::string text = bytes_of(path);
    compiled_pack made = model::compile(text, path, {.zones = &zones, .lists = nullptr});
    if (!made.model) throw std::runtime_error(to_text(made.problems, text));
    return made.model;
  }

  std::shared_ptr<const model> pack_;
  std::string text_;
  document read_;
  detail::value_pool pool_;
  std::vector<event> events_;
};

}  // namespace leadline::test
