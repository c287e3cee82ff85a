// Every pattern of bits is a target that survives the way back, or is none; ASERT stays in bounds.

#include "consensus/difficulty.h"
#include "consensus/pow.h"
#include "consensus/serialize.h"

#include <cassert>

using namespace starling;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Reader in(ByteView(data, size));
    const std::uint32_t bits = in.u32();
    const std::uint32_t limit = local().limit_bits;
    const auto target = target_of(bits, limit);
    assert(!target || work_of(bits) > Work{});
    if (!target) return 0;
    assert(expand_compact(compact(*target)).value == *target);
    const AsertAnchor anchor{.height = {1}, .parent_time = in.u32(), .bits = bits};
    const Asert asert{.spacing = 1 + std::int64_t{in.u16()},
                      .half_life = 1 + std::int64_t{in.u16()}};
    const Height height{static_cast<std::int32_t>(in.u32() & 0x7fff'ffff)};
    const std::uint32_t next = asert_bits(anchor, height, in.u32(), asert, limit);
    assert(target_of(next, limit).has_value());
    return 0;
}
