#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "leadline/base/digest.hpp"
#include "leadline/fold/contact_record.hpp"
#include "leadline/fold/detail/checksum.hpp"
#include "leadline/fold/detail/contact_parts.hpp"
#include "leadline/fold/detail/record_access.hpp"
#include "leadline/fold/detail/record_bytes.hpp"

namespace leadline {

struct contact_record::parts {
  explicit parts(const leadline::model& pack) : names(pack), writer(names), reader(names), all(pack) {}

  detail::record_names names;
  detail::record_writer writer;
  detail::record_reader reader;
  detail::contact_parts all;
  std::string sealed;
};

LEADLINE_INLINE contact_record::contact_record(std::shared_ptr<const leadline::model> pack)
    : pack_(std::move(pack)), parts_(std::make_unique<parts>(*pack_)) {}
LEADLINE_INLINE contact_record::contact_record(contact_record&&) noexcept = default;
LEADLINE_INLINE contact_record& contact_record::operator=(contact_record&&) noexcept = default;
LEADLINE_INLINE contact_record::~contact_record() = default;

LEADLINE_INLINE std::string_view contact_record::pack(const contact& who) {
  detail::record_writer& writer = parts_->writer;
  writer.begin(detail::record_writer::purpose::record);
  parts_->all.transfer(writer, who);
  return writer.bytes();
}

LEADLINE_INLINE bool contact_record::unpack(std::string_view bytes, contact& who) {
  detail::contact_parts::reset(who);
  // The texts of attributes stay where they are read, in a copy of the bytes that the contact keeps for the next time.
  if (who.record_room_size < bytes.size() || who.record_room.use_count() != 1) {
    const std::size_t size = std::max<std::size_t>(bytes.size() * 2, 128);
    who.record_room = std::shared_ptr<std::byte[]>(new std::byte[size]);
    who.record_room_size = size;
  }
  if (!bytes.empty()) std::memcpy(who.record_room.get(), bytes.data(), bytes.size());
  detail::record_reader& reader = parts_->reader;
  reader.begin({reinterpret_cast<const char*>(who.record_room.get()), bytes.size()}, who.record_room);
  parts_->all.transfer(reader, who);
  reader.end();
  if (reader.is_good() && reader.is_at_end()) return true;
  detail::contact_parts::reset(who);
  return false;
}

namespace detail {

inline constexpr std::string_view record_mark = "LLC";
inline constexpr std::size_t record_head_size = 3 + 1 + digest::size + 8;

}  // namespace detail

LEADLINE_INLINE std::string_view contact_record::seal(const contact& who) {
  const std::string_view packed = pack(who);
  std::string& out = parts_->sealed;
  out.assign(detail::record_mark);
  out.push_back(static_cast<char>(version));
  const auto& fingerprint = pack_->fingerprint.bytes();
  out.append(reinterpret_cast<const char*>(fingerprint.data()), fingerprint.size());
  out.append(8, '\0');
  for (std::size_t size = who.id.size();; size >>= 7) {
    out.push_back(static_cast<char>(size < 0x80 ? size : size | 0x80));
    if (size < 0x80) break;
  }
  out.append(who.id);
  out.append(packed);
  // The head is part of what the sum is over, the sum itself is not.
  constexpr std::size_t place = detail::record_head_size - 8;
  const std::uint64_t sum = detail::checksum_of(std::string_view(out).substr(detail::record_head_size),
                                                detail::checksum_of(std::string_view(out).substr(0, place), 0));
  for (unsigned i = 0; i < 8; ++i) out[place + i] = static_cast<char>(sum >> (8 * i));
  return out;
}

LEADLINE_INLINE result<contact> contact_record::open(std::string_view bytes) {
  constexpr std::size_t place = detail::record_head_size - 8;
  if (bytes.size() < 4 || bytes.substr(0, 3) != detail::record_mark) {
    return failure({.code = "record.not_a_record",
                    .message = "these " + std::to_string(bytes.size()) + " bytes are no contact's record",
                    .expected = "bytes that begin with LLC, as seal gives them"});
  }
  const auto found = static_cast<unsigned char>(bytes[3]);
  if (found > version || found == 0) {
    return failure(
        {.code = "record.newer",
         .message = "the record is of version " + std::to_string(found) + ", which this library does not know",
         .expected = "a version up to " + std::to_string(version)});
  }
  const auto damaged = [](const std::string& why) {
    return failure({.code = "record.damaged",
                    .message = "the record is damaged: " + why,
                    .expected = "the bytes as they were stored"});
  };
  if (bytes.size() < detail::record_head_size) return damaged("it ends within its head");
  std::uint64_t sum = 0;
  for (unsigned i = 0; i < 8; ++i) sum |= std::uint64_t{static_cast<unsigned char>(bytes[place + i])} << (8 * i);
  std::string_view rest = bytes.substr(detail::record_head_size);
  if (sum != detail::checksum_of(rest, detail::checksum_of(bytes.substr(0, place), 0)))
    return damaged("its checksum is another");
  if (std::memcmp(bytes.data() + 4, pack_->fingerprint.bytes().data(), digest::size) != 0) {
    return failure(
        {.code = "record.other_model",
         .message = "the record is of another model than " + pack_->fingerprint.text(),
         .expected = "the model by which the state was made; a state is carried over by adopting the new one"});
  }
  std::size_t size = 0;
  bool is_whole = false;
  for (unsigned shift = 0; shift < 28 && !rest.empty() && !is_whole; shift += 7) {
    const auto next = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    size |= std::size_t{next & 0x7FU} << shift;
    is_whole = next < 0x80;
  }
  if (!is_whole || size > rest.size()) return damaged("its id ends before its end");
  contact out(*pack_, std::string(rest.substr(0, size)));
  if (!unpack(rest.substr(size), out)) return damaged("it says what cannot be");
  return out;
}

LEADLINE_INLINE std::uint64_t contact_record::state_digest(const contact& who) {
  detail::record_writer& writer = parts_->writer;
  writer.begin(detail::record_writer::purpose::digest);
  parts_->all.transfer_state(writer, who.state);
  digest_writer all;
  all.write_text(who.id);
  all.write(writer.bytes());
  const digest made = all.finish();
  std::uint64_t out = 0;
  for (unsigned i = 0; i < 8; ++i) out |= std::uint64_t{made.bytes()[i]} << (8 * i);
  return out;
}

}  // namespace leadline
