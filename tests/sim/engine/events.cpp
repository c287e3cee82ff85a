#include "sim/engine/events.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace starling::sim {

namespace {

// Four children of a key lie in two lines of the cache, and the heap is half as high as a binary
// one.
constexpr std::size_t kChildren = 4;
// Below this many keys a sweep of cancelled ones is not worth its while.
constexpr std::size_t kSweepMin = 1'024;

}  // namespace

Events::Handle Events::at(Moment when, Action action) {
    assert(action);
    std::uint32_t index = 0;
    if (free_.empty()) {
        index = static_cast<std::uint32_t>(slots_.size());
        slots_.emplace_back();
    } else {
        index = free_.back();
        free_.pop_back();
    }
    Slot& slot = slots_[index];
    slot.action = std::move(action);
    slot.used = true;
    ++waiting_;
    heap_.push_back({std::max(when, now_), ++order_, index, slot.generation});
    rise(heap_.size() - 1);
    return {index, slot.generation};
}

void Events::cancel(Handle handle) {
    if (!waits(handle)) return;
    const Action ended = release(handle.slot);
    // Its key stays until it comes to the top, unless such keys are most of the heap.
    if (heap_.size() > kSweepMin && heap_.size() > 2 * waiting_) sweep();
}

bool Events::waits(Handle handle) const {
    return handle.slot < slots_.size() && slots_[handle.slot].used &&
           slots_[handle.slot].generation == handle.generation;
}

bool Events::step(Moment end) {
    while (!heap_.empty()) {
        const Key next = heap_.front();
        if (next.when > end) break;
        pop();
        if (!waits({next.slot, next.generation})) continue;  // cancelled
        Action action = release(next.slot);
        now_ = next.when;
        ++happened_;
        action();
        return true;
    }
    now_ = std::max(now_, end);
    return false;
}

bool Events::before(const Key& a, const Key& b) {
    return a.when != b.when ? a.when < b.when : a.order < b.order;
}

void Events::rise(std::size_t at) {
    const Key key = heap_[at];
    while (at > 0) {
        const std::size_t parent = (at - 1) / kChildren;
        if (!before(key, heap_[parent])) break;
        heap_[at] = heap_[parent];
        at = parent;
    }
    heap_[at] = key;
}

void Events::sink(std::size_t at) {
    const Key key = heap_[at];
    for (;;) {
        const std::size_t first = at * kChildren + 1;
        if (first >= heap_.size()) break;
        const std::size_t end = std::min(first + kChildren, heap_.size());
        std::size_t least = first;
        for (std::size_t child = first + 1; child < end; ++child) {
            if (before(heap_[child], heap_[least])) least = child;
        }
        if (!before(heap_[least], key)) break;
        heap_[at] = heap_[least];
        at = least;
    }
    heap_[at] = key;
}

void Events::pop() {
    heap_.front() = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sink(0);
}

Action Events::release(std::uint32_t index) {
    Slot& slot = slots_[index];
    Action action = std::move(slot.action);
    slot.used = false;
    ++slot.generation;
    free_.push_back(index);
    --waiting_;
    return action;
}

void Events::sweep() {
    std::erase_if(heap_, [this](const Key& key) { return !waits({key.slot, key.generation}); });
    if (heap_.empty()) return;
    for (std::size_t at = heap_.size() / kChildren + 1; at-- > 0;) {
        if (at < heap_.size()) sink(at);
    }
}

}  // namespace starling::sim
