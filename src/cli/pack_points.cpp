#include "cli/pack_points.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/base/document.hpp"

namespace leadline::cli {

namespace {

/// The value under a node that has that JSON Pointer; an absent one where there is none.
[[nodiscard]] document::node find(document::node from, std::string_view pointer) {
  if (from.pointer() == pointer) return from;
  for (const document::node each : from.children()) {
    const std::string own = each.pointer();
    if (pointer == own || (pointer.starts_with(own) && pointer[own.size()] == '/')) return find(each, pointer);
  }
  return {};
}

}  // namespace

result<std::string> with_points(const std::string& pack, const point_fit& fit) {
  const result<document> read = document::parse(pack);
  if (!read) return tl::unexpected<diagnostics>(read.error());
  const std::string_view root = read->root().source();
  const std::size_t before = pack.find(root);
  struct change {
    std::size_t from;
    std::size_t size;
    std::int64_t points;
  };
  std::vector<change> changes;
  for (const point_proposal& each : fit.proposals) {
    const document::node points = find(read->root(), each.pointer);
    if (!points) continue;
    const std::string_view source = points.source();
    changes.push_back({before + static_cast<std::size_t>(source.data() - root.data()), source.size(), each.proposed});
  }
  // From the end, so that earlier places stay where they are.
  std::sort(changes.begin(), changes.end(), [](const change& a, const change& b) { return a.from > b.from; });
  std::string out = pack;
  for (const change& each : changes) out.replace(each.from, each.size, std::to_string(each.points));
  return out;
}

}  // namespace leadline::cli
