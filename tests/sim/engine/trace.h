#pragma once

#include "sim/engine/moment.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace starling::sim {

// One line of what happened. Everything in it is the same in every run of the same seed.
struct TraceEvent {
    Moment when;
    std::string_view kind;  // of a literal: "message", "datagram", "tip", "crash", ...
    std::uint32_t host = 0;
    std::uint32_t other = kNobody;
    std::string_view what{};   // of a literal, such as a command; may be empty
    std::uint64_t number = 0;  // bytes, a height, the beginning of a hash

    static constexpr std::uint32_t kNobody = 0xffff'ffff;
};
std::string to_json(const TraceEvent& event);  // one line, without its end

// The hash over all events of a run (equal seed, equal hash), and the last of them for who looks at
// a failure.
class Trace {
public:
    static constexpr std::size_t kKept = 10'000;

    void note(const TraceEvent& event);
    // Hears every event from now on: a file.
    void tell(std::function<void(const TraceEvent&)> listener) { listener_ = std::move(listener); }

    [[nodiscard]] std::uint64_t hash() const { return hash_; }
    [[nodiscard]] std::uint64_t events() const { return events_; }
    [[nodiscard]] std::vector<TraceEvent> last() const;  // at most kKept, oldest first

private:
    std::uint64_t hash_ = 0x243f'6a88'85a3'08d3;  // of nothing; the first digits of pi
    std::uint64_t events_ = 0;
    std::vector<TraceEvent> ring_;  // the oldest at events_ % kKept once it is full
    std::function<void(const TraceEvent&)> listener_;
};

}  // namespace starling::sim
