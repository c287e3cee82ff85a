#include "p2p/event.h"

#include <array>

namespace starling::p2p {
namespace {

struct Words {
    std::string_view name;
    std::string_view sentence;
};

// In the order of the kinds.
constexpr std::array<Words, Event::kKinds> kWords{{
    {"handshake_done", "is ready"},
    {"misbehaved", "misbehaved"},
    {"dropped_for_conduct", "is dropped for its conduct"},
    {"ping_timed_out", "is dropped: it answers no ping"},
    {"download_timed_out", "is dropped: it owes blocks"},
    {"headers_stalled", "stalls: getheaders unanswered"},
    {"download_stalled", "stalls: block download"},
    {"download_taken_over", "is asked for a block that another owes"},
    {"block_announced", "announced"},
    {"block_unwanted", "sent a block that another had brought"},
    {"presync_began", "shows a long chain of little work"},
    {"presync_proved", "shows that its long chain has enough work"},
    {"presync_ended", "sent the whole of its long chain"},
    {"presync_aborted", "shows its long chain no further"},
    {"low_work_refused", "shows a chain of too little work"},
    {"transaction_taken_over", "is asked for a transaction that another did not send"},
    {"orphan_kept", "sent a transaction whose parents are missing"},
    {"orphan_resolved", "sent a transaction whose parents came"},
    {"inbound_evicted", "gives its place to a newcomer"},
    {"anchor_dialled", "an anchor is dialled"},
    {"anchor_lost", "an anchor is not reached"},
    {"feeler_answered", "is there: a feeler found it"},
    {"tip_stale", "the tip is old: an extra peer is sought"},
    {"extra_peer_kept", "is kept: an extra peer that brought news"},
    {"extra_peer_dropped", "is dropped: an extra peer without news"},
    {"peer_behind", "is dropped: its chain has less work than ours"},
}};
static_assert(static_cast<std::size_t>(Event::Kind::peer_behind) + 1 == Event::kKinds);

const Words& words_of(Event::Kind kind) {
    return kWords[static_cast<std::size_t>(kind)];
}

}  // namespace

std::string_view to_string(Event::Kind kind) {
    return words_of(kind).name;
}

std::string describe(const Event& event) {
    std::string text(words_of(event.kind).sentence);
    if (event.offence) text.append(": ").append(describe(*event.offence));
    if (!event.detail.empty()) text.append(": ").append(event.detail);
    if (event.hash != Hash256{}) text.append(": ").append(to_string(event.hash));
    return text;
}

}  // namespace starling::p2p
