#pragma once

#include "consensus/time.h"

#include <algorithm>
#include <optional>

namespace starling::p2p {

// The earlier of two wake-ups, of which either may not be wanted.
inline std::optional<Time> earliest(std::optional<Time> a, std::optional<Time> b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

// When the first of many deadlines may have come, known without going through them after every
// input. It may be early, by a deadline that is no more; never late. Whoever keeps it looks through
// the deadlines when it is due, and sets it anew.
class Wakeup {
public:
    void by(Time time) { next_ = next_ ? std::min(*next_, time) : time; }
    void clear() { next_.reset(); }
    [[nodiscard]] bool due(Time now) const { return next_ && *next_ <= now; }
    [[nodiscard]] std::optional<Time> next() const { return next_; }

private:
    std::optional<Time> next_;
};

}  // namespace starling::p2p
