#pragma once

#include "sim/engine/events.h"
#include "sim/engine/moment.h"
#include "sim/net/line.h"
#include "sim/net/parcel.h"
#include "sim/net/slow_start.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace starling::sim {

// One direction of a connection: TCP as a reliable ordered pipe. When a parcel arrives is computed
// when it is sent, from the line's queue, the window and the way; so it is one event.
//
// Invariant: parcels arrive in the order in which they were sent; behind a held one all are held.
class Pipe {
public:
    // What a socket takes before its owner hears that bytes wait (Linux: 87,040 at first, and it
    // grows).
    static constexpr std::size_t kSocketBytes = 128 * 1'024;
    // The sender is told what still waits when it has sent that much since it was last told: far
    // less than any bound that it keeps, and small messages cost no event.
    static constexpr std::size_t kReportBytes = 32 * 1'024;
    // A connection whose bytes are not acknowledged for so long is given up (RFC 1122 4.2.3.5: R2
    // is at least 100 seconds).
    static constexpr Span kGivenUp = std::chrono::seconds{100};

    // `way`: this parcel's delay. It arrives when `due` says, unless the weather comes between.
    void send(std::unique_ptr<Parcel> parcel, Moment now, Span way, Line& up, Line& down) {
        Parcel& sent = parcels.push(std::move(parcel));
        time(sent, now, way, up, down);
    }
    void hold(std::unique_ptr<Parcel> parcel, Moment now) {
        parcel->held = true;
        parcel->due = now;
        held_bytes += parcel->bytes;
        parcels.push(std::move(parcel));
        holds = true;
    }
    // All that is in it stops where it is.
    void hold_all(Moment now);
    // All that is held goes on at `from`, as after a loss: from a small window. `way` is asked for
    // each.
    template <class Way>
    void release(Moment from, Way way, Line& up, Line& down) {
        holds = false;
        held_bytes = 0;
        window.restart();
        for (Parcel* parcel = parcels.first(); parcel != nullptr; parcel = parcel->next.get()) {
            if (!parcel->held) continue;
            parcel->held = false;
            const Span delay = way();
            time(*parcel, from, delay, up, down);
        }
    }
    // Forgets what at `now` was not yet on the way of this length.
    void cut_unsent(Moment now, Span way);

    // Not yet on the line; about.
    [[nodiscard]] std::size_t waiting(Moment now, const Line& up) const {
        return held_bytes + up.bytes_of(on_line - now);
    }
    // Of these, what the sender hears of.
    [[nodiscard]] std::size_t queued(Moment now, const Line& up) const {
        const std::size_t all = waiting(now, up);
        return all > kSocketBytes ? all - kSocketBytes : 0;
    }

    Parcels parcels;
    Events::Handle next;  // the first parcel's arrival; if it is held: the end of patience
    Moment on_line{};     // all that was sent and is not held has then left
    Moment arrived{};     // no parcel arrives before
    std::size_t held_bytes = 0;
    SlowStart window;
    std::uint32_t unreported =
        0;                   // sent since the sender was told what waits; at most kReportBytes
    bool reporting = false;  // an event will tell it
    bool holds = false;      // its last parcel is held

private:
    void time(Parcel& parcel, Moment now, Span way, Line& up, Line& down);
};

}  // namespace starling::sim
