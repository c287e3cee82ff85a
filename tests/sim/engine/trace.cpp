#include "sim/engine/trace.h"

namespace starling::sim {

namespace {

// One step of a hash that need not withstand anybody: a product that carries every bit upwards, and
// a fold that brings them down again.
std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
    hash = (hash ^ word) * 0x9e37'79b9'7f4a'7c15;
    return hash ^ (hash >> 32);
}

// By content and length, not by address: a literal lies elsewhere in another build.
std::uint64_t mixed(std::uint64_t hash, std::string_view text) {
    std::uint64_t word = text.size();
    std::size_t held = 1;
    for (const char c : text) {
        word = word << 8 | static_cast<unsigned char>(c);
        if (++held < sizeof word) continue;
        hash = mixed(hash, word);
        word = 0;
        held = 0;
    }
    return mixed(hash, word);
}

}  // namespace

std::string to_json(const TraceEvent& event) {
    std::string line = R"({"time_us":)" + std::to_string(event.when.time_since_epoch().count());
    line += R"(,"kind":")";
    line += event.kind;
    line += R"(","host":)" + std::to_string(event.host);
    if (event.other != TraceEvent::kNobody) line += R"(,"other":)" + std::to_string(event.other);
    if (!event.what.empty()) {
        line += R"(,"what":")";
        line += event.what;
        line += '"';
    }
    line += R"(,"number":)" + std::to_string(event.number);
    line += '}';
    return line;
}

void Trace::note(const TraceEvent& event) {
    hash_ = mixed(hash_, static_cast<std::uint64_t>(event.when.time_since_epoch().count()));
    hash_ = mixed(hash_, std::uint64_t{event.host} << 32 | event.other);
    hash_ = mixed(hash_, event.number);
    hash_ = mixed(hash_, event.kind);
    hash_ = mixed(hash_, event.what);
    if (ring_.size() < kKept)
        ring_.push_back(event);
    else
        ring_[events_ % kKept] = event;
    ++events_;
    if (listener_) listener_(event);
}

std::vector<TraceEvent> Trace::last() const {
    std::vector<TraceEvent> events;
    events.reserve(ring_.size());
    const std::uint64_t begin = ring_.size() < kKept ? 0 : events_;
    for (std::uint64_t i = 0; i < ring_.size(); ++i)
        events.push_back(ring_[(begin + i) % ring_.size()]);
    return events;
}

}  // namespace starling::sim
