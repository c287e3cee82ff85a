#pragma once

#include "sim/engine/moment.h"
#include "sim/engine/stream.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace starling::sim {

// A sample's figures; `count` 0: nothing was measured.
struct Quantiles {
    std::uint64_t count = 0;
    Span p50{0}, p90{0}, p99{0};
    bool operator==(const Quantiles&) const = default;
};

// Spans of which quantiles are asked in the end. Up to kKept they are exact; of more an equal share
// is kept by chance (Vitter's algorithm R), from a stream of its own.
class Sample {
public:
    static constexpr std::size_t kKept = 8'192;  // 64 KiB; a 99 % quantile is then within 0.3 %

    void add(Span span);
    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] Quantiles quantiles() const;
    [[nodiscard]] std::vector<Span> sorted() const;

private:
    std::vector<Span> kept_;
    std::uint64_t count_ = 0;
    Stream chance_{0x5a3e};
};

}  // namespace starling::sim
