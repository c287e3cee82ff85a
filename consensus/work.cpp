#include "consensus/work.h"

#include "consensus/hex.h"

namespace starling {

Uint256 operator+(const Uint256& a, const Uint256& b) {
    Uint256 sum;
    std::uint64_t carry = 0;
    for (std::size_t i = 4; i-- > 0;) {
        const std::uint64_t partial = a.limbs[i] + carry;
        carry = partial < carry ? 1 : 0;
        sum.limbs[i] = partial + b.limbs[i];
        if (sum.limbs[i] < partial) carry = 1;
    }
    return sum;
}

Uint256 operator-(const Uint256& a, const Uint256& b) {
    Uint256 complement;
    for (std::size_t i = 0; i < 4; ++i)
        complement.limbs[i] = ~b.limbs[i];
    return a + complement + Uint256{{0, 0, 0, 1}};
}

std::string to_string(const Uint256& value) {
    Bytes bytes;
    for (const std::uint64_t limb : value.limbs) {
        for (int shift = 56; shift >= 0; shift -= 8)
            bytes.push_back(static_cast<std::uint8_t>(limb >> shift));
    }
    return hex(bytes);
}

}  // namespace starling
