#pragma once

#include "sim/engine/action.h"
#include "sim/engine/moment.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace starling::sim {

// What is still to happen, and the virtual clock: it stands at the event that is being handled.
// Events of one moment happen in the order in which they were asked for.
//
// A heap of 24-byte keys over slots that are used again, so a million events a second is normal.
class Events {
public:
    // Names an event until it happened or was cancelled; then it names nothing, and does no harm.
    struct Handle {
        std::uint32_t slot = 0xffff'ffff;
        std::uint32_t generation = 0;
    };

    [[nodiscard]] Moment now() const { return now_; }
    Handle at(Moment when, Action action);  // never before now: the past is taken as now
    Handle after(Span wait, Action action) { return at(now_ + wait, std::move(action)); }
    void cancel(Handle handle);
    [[nodiscard]] bool waits(Handle handle) const;

    // Lets the next event happen if it is not after `end`. False: there was none, and the clock
    // stands at `end`.
    bool step(Moment end);

    [[nodiscard]] std::uint64_t happened() const { return happened_; }
    [[nodiscard]] std::size_t waiting() const { return waiting_; }

private:
    struct Key {
        Moment when;
        std::uint64_t order = 0;
        std::uint32_t slot = 0;
        std::uint32_t generation = 0;
    };
    struct Slot {
        Action action;
        std::uint32_t generation = 0;
        bool used = false;
    };

    static bool before(const Key& a, const Key& b);
    void rise(std::size_t at);
    void sink(std::size_t at);
    void pop();
    // Empties the slot: its handle names nothing from now on.
    Action release(std::uint32_t index);
    // Forgets the keys of cancelled events.
    void sweep();

    Moment now_{};
    std::vector<Key> heap_;
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_;
    std::uint64_t order_ = 0;
    std::uint64_t happened_ = 0;
    std::size_t waiting_ = 0;
};

}  // namespace starling::sim
