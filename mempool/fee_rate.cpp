#include "mempool/fee_rate.h"

#include <cassert>

namespace starling::mempool {

namespace {

// A fee of 21 million coins times a size of some megabytes does not fit into 64 bits.
__extension__ using Wide = __int128;

}  // namespace

Amount FeeRate::fee_for(std::int64_t virtual_size) const {
    assert(size > 0);
    const Wide product = static_cast<Wide>(fee.units) * virtual_size;
    const Wide rounded = product / size + (product % size > 0 ? 1 : 0);
    return {static_cast<std::int64_t>(rounded)};
}

std::strong_ordering operator<=>(const FeeRate& a, const FeeRate& b) {
    return static_cast<Wide>(a.fee.units) * b.size <=> static_cast<Wide>(b.fee.units) * a.size;
}

}  // namespace starling::mempool
