#pragma once

#include "sim/engine/moment.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>

namespace starling::sim {

// What one IP packet carries of a TCP stream.
constexpr std::size_t kSegmentBytes = 1'460;

// One direction of a host's access line, shared by all that it carries.
//
// Thin things (a datagram, a message of one segment) go between the segments of the bulk, as a fair
// queue lets them, and wait for each other only; bulk waits for bulk and thin, first come, first
// served. Real connections share a line instead, so here the first of several blocks is done
// earlier than there, and the last one at the same time.
class Line {
public:
    explicit Line(std::uint64_t bytes_a_second) : rate_(bytes_a_second) { assert(rate_ > 0); }

    [[nodiscard]] std::uint64_t rate() const { return rate_; }
    [[nodiscard]] Span time_of(std::size_t bytes) const {
        return Span{static_cast<Span::rep>((bytes * 1'000'000 + rate_ - 1) / rate_)};
    }
    [[nodiscard]] std::size_t bytes_of(Span time) const {
        return static_cast<std::size_t>(std::max(time, Span{0}).count()) * rate_ / 1'000'000;
    }

    // When it has passed.
    Moment thin(Moment now, std::size_t bytes) {
        thin_until_ = std::max(thin_until_, now) + time_of(bytes);
        if (bulk_until_ > now) bulk_until_ += time_of(bytes);
        return thin_until_;
    }
    [[nodiscard]] Span thin_wait(Moment now) const { return std::max(thin_until_ - now, Span{0}); }

    // When its first byte goes.
    Moment bulk(Moment now, std::size_t bytes) {
        const Moment begin = std::max({now, bulk_until_, thin_until_});
        bulk_until_ = begin + time_of(bytes);
        return begin;
    }

    // For a line whose users come out of order, as a downlink's do (their delays differ): when bulk
    // that comes in from `first` to `last` has passed. What comes before the time for which the
    // line is spoken for does not wait for it.
    Moment passed(Moment first, Moment last, std::size_t bytes) {
        if (last < bulk_from_) return last;
        if (first >= bulk_until_) bulk_from_ = bulk_until_ = first;
        bulk_until_ += time_of(bytes);
        return std::max(last, bulk_until_);
    }

private:
    std::uint64_t rate_;
    Moment thin_until_{};
    Moment bulk_from_{}, bulk_until_{};
};

}  // namespace starling::sim
