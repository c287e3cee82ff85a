#include "consensus/pow.h"

#include "consensus/wide.h"

namespace starling {

namespace {

constexpr std::uint32_t kMantissaMask = 0x007f'ffff;
constexpr std::uint32_t kSignBit = 0x0080'0000;

Uint256 number_of(const BlockHash& hash) {
    Uint256 number;
    for (std::size_t i = 0; i < hash.bytes.size(); ++i)
        number.limbs[3 - i / 8] |= std::uint64_t{hash.bytes[i]} << (8 * (i % 8));
    return number;
}

}  // namespace

ExpandedTarget expand_compact(std::uint32_t bits) {
    const std::uint32_t length = bits >> 24;
    std::uint32_t mantissa = bits & kMantissaMask;
    ExpandedTarget target;
    if (length <= 3) {
        mantissa >>= 8 * (3 - length);
        target.value = narrow(Wide(mantissa));
    } else if (length <= 34) {
        target.value = narrow(Wide(mantissa) << (8 * (length - 3)));
    }
    target.negative = mantissa != 0 && (bits & kSignBit) != 0;
    target.overflow = mantissa != 0 && (length > 34 || (mantissa > 0xff && length > 33) ||
                                        (mantissa > 0xffff && length > 32));
    return target;
}

std::uint32_t compact(const Uint256& value) {
    const Wide number = widen(value);
    if (number == 0) return 0;
    auto length = static_cast<std::uint32_t>(msb(number) / 8 + 1);
    const Wide top = length <= 3 ? number << (8 * (3 - length)) : number >> (8 * (length - 3));
    auto mantissa = static_cast<std::uint32_t>(top);
    if ((mantissa & kSignBit) != 0) {  // would read as negative
        mantissa >>= 8;
        ++length;
    }
    return mantissa | length << 24;
}

std::optional<Uint256> target_of(std::uint32_t bits, std::uint32_t limit_bits) {
    const ExpandedTarget target = expand_compact(bits);
    if (target.negative || target.overflow || target.value == Uint256{}) return std::nullopt;
    if (target.value > expand_compact(limit_bits).value) return std::nullopt;
    return target.value;
}

bool meets_target(const BlockHash& hash, std::uint32_t bits, std::uint32_t limit_bits) {
    const auto target = target_of(bits, limit_bits);
    return target && number_of(hash) <= *target;
}

Work work_of(std::uint32_t bits) {
    const ExpandedTarget target = expand_compact(bits);
    if (target.negative || target.overflow || target.value == Uint256{}) return {};
    return narrow((Wide(1) << 256) / (widen(target.value) + 1));
}

}  // namespace starling
