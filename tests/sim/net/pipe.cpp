#include "sim/net/pipe.h"

namespace starling::sim {

void Pipe::time(Parcel& parcel, Moment now, Span way, Line& up, Line& down) {
    if (parcel.bytes <= kSegmentBytes) {
        const Moment passed = up.thin(now, parcel.bytes);
        const Moment from = std::max(now, on_line);
        on_line = std::max(window.sent(from, parcel.bytes, 2 * way, up), passed);
        parcel.due = std::max(arrived, on_line + way);
    } else {
        const Moment begin = std::max(up.bulk(now, parcel.bytes), on_line);
        on_line = window.sent(begin, parcel.bytes, 2 * way, up);
        const Moment passed = down.passed(begin + way, on_line + way, parcel.bytes);
        parcel.due = std::max(arrived, passed);
    }
    arrived = parcel.due;
}

void Pipe::hold_all(Moment now) {
    held_bytes = 0;
    for (Parcel* parcel = parcels.first(); parcel != nullptr; parcel = parcel->next.get()) {
        if (!parcel->held) parcel->due = now;
        parcel->held = true;
        held_bytes += parcel->bytes;
        holds = true;
    }
    on_line = arrived = now;
}

void Pipe::cut_unsent(Moment now, Span way) {
    Parcel* kept = nullptr;
    for (Parcel* parcel = parcels.first(); parcel != nullptr; parcel = parcel->next.get()) {
        if (parcel->held || parcel->due - way > now) break;
        kept = parcel;
    }
    parcels.cut(kept);
    on_line = std::min(on_line, now);
    arrived = kept == nullptr ? now : kept->due;
    window.restart();
    held_bytes = 0;
    holds = false;
}

}  // namespace starling::sim
