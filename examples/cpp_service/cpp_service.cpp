/// A service with the engine in its own process: lines in, decisions out, and its state in a file between two lives.
///
///     cpp_service PACK SNAPSHOT < requests
///
/// README.md tells the requests. Time is what requests say: a real service would read its clock, and sleep until
/// `next_wakeup` or the next request, whichever comes first.

#include <charconv>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/engine/engine.hpp"

namespace {

using namespace leadline;

[[nodiscard]] std::optional<std::string> content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

/// The file is there whole or not at all: who is stopped while writing keeps the one before.
[[nodiscard]] bool replace_content(const std::string& path, std::string_view content) {
  const std::string beside = path + ".new";
  std::ofstream file(beside, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  return file && std::rename(beside.c_str(), path.c_str()) == 0;
}

[[nodiscard]] std::vector<std::string> words_of(const std::string& line) {
  std::istringstream words(line);
  return {std::istream_iterator<std::string>(words), std::istream_iterator<std::string>()};
}

/// What the service answers with, one line each; a problem begins with "error".
class service {
 public:
  explicit service(std::shared_ptr<const model> pack) : pack_(std::move(pack)), all_(pack_) {}

  [[nodiscard]] result<std::size_t> restore(std::string_view bytes) { return all_.restore(bytes); }
  [[nodiscard]] std::string snapshot() const { return all_.snapshot(); }

  [[nodiscard]] std::string answer(const std::vector<std::string>& words) {
    const std::string& verb = words.front();
    if (verb == "event" && words.size() >= 4) return apply(words);
    if (verb == "tick" && words.size() == 2) return tick(words[1]);
    if (verb == "score" && words.size() == 2) return score(words[1]);
    if (verb == "wakeup" && words.size() == 1) {
      const std::optional<instant> at = all_.next_wakeup();
      return at ? at->text() + "\n" : "never\n";
    }
    return "error: event AT CONTACT TYPE [KEY=VALUE...], tick AT, score CONTACT, or wakeup\n";
  }

 private:
  [[nodiscard]] static std::string lines_of(std::span<const decision> told) {
    std::string out;
    for (const decision& each : told) {
      append_json(out, each);
      out += '\n';
    }
    return out;
  }

  /// A value as it stands: a whole number is one, everything else is a text.
  [[nodiscard]] static value value_of(std::string_view text) {
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = read.ec == std::errc() && read.ptr == text.data() + text.size();
    return is_number ? value::of(number) : value::of(text);
  }

  [[nodiscard]] std::string apply(const std::vector<std::string>& words) {
    const result<instant> at = instant::parse(words[1]);
    if (!at) return to_text(at.error());
    std::vector<value::member> members;
    for (std::size_t i = 4; i < words.size(); ++i) {
      const std::string_view word = words[i];
      const std::size_t equals = word.find('=');
      if (equals == std::string_view::npos) return "error: \"" + words[i] + "\" is not KEY=VALUE\n";
      members.push_back({word.substr(0, equals), value_of(word.substr(equals + 1))});
    }
    const event sent{.id = {},
                     .contact = words[2],
                     .type = words[3],
                     .at = *at,
                     .data = value::of(std::span<const value::member>(members))};
    return lines_of(all_.apply(sent));
  }

  /// Stops at every instant at which something is due, as a service does that sleeps until the next one.
  [[nodiscard]] std::string tick(const std::string& text) {
    const result<instant> to = instant::parse(text);
    if (!to) return to_text(to.error());
    std::string out;
    for (auto due = all_.next_wakeup(); due && *due <= *to; due = all_.next_wakeup())
      out += lines_of(all_.advance(*due));
    return out + lines_of(all_.advance(*to));
  }

  [[nodiscard]] std::string score(const std::string& id) const {
    const contact* const who = all_.find(id);
    if (who == nullptr) return "error: there is no contact " + id + "\n";
    std::string out = id;
    for (std::uint32_t i = 0; i < pack_->scores.size(); ++i) {
      const std::int64_t milli = all_.score_milli(*who, i);
      out += " " + pack_->scores[i].name + "=" + std::to_string(milli / 1000);
    }
    return out + "\n";
  }

  std::shared_ptr<const model> pack_;
  engine all_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: cpp_service PACK SNAPSHOT < requests\n";
    return 2;
  }
  const std::string pack_path = argv[1];
  const std::string snapshot_path = argv[2];
  const std::optional<std::string> text = content_of(pack_path);
  if (!text) {
    std::cerr << "cannot read " << pack_path << '\n';
    return 2;
  }
  const system_zones zones;
  const compiled_pack compiled = model::compile(*text, pack_path, {.zones = &zones});
  if (!compiled.model) {
    std::cerr << to_text(compiled.problems, *text);
    return 1;
  }
  service made(compiled.model);
  if (const std::optional<std::string> bytes = content_of(snapshot_path)) {
    const result<std::size_t> count = made.restore(*bytes);
    if (!count) {
      // Of another pack, or damaged: a service that began anew here would forget what it owes.
      std::cerr << to_text(count.error());
      return 1;
    }
    std::cout << "restored " << *count << " contacts\n";
  }
  for (std::string line; std::getline(std::cin, line);) {
    const std::vector<std::string> words = words_of(line);
    if (!words.empty()) std::cout << made.answer(words) << std::flush;
  }
  if (!replace_content(snapshot_path, made.snapshot())) {
    std::cerr << "cannot write " << snapshot_path << '\n';
    return 1;
  }
}
