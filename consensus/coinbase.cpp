#include "consensus/coinbase.h"

#include "consensus/hash.h"
#include "consensus/serialize.h"

#include <algorithm>
#include <array>

namespace starling {

namespace {

// OP_RETURN, a push of 36 bytes, and the four bytes that BIP 141 chose.
constexpr std::array<std::uint8_t, 6> kCommitmentPrefix{0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed};
constexpr std::size_t kCommitmentBytesMin = kCommitmentPrefix.size() + 32;

bool is_commitment(const Bytes& script) {
    return script.size() >= kCommitmentBytesMin &&
           std::equal(kCommitmentPrefix.begin(), kCommitmentPrefix.end(), script.begin());
}

}  // namespace

Bytes height_push(Height height) {
    constexpr std::uint8_t kOp1 = 0x51;
    std::int32_t rest = height.value;
    if (rest == 0) return {0};
    if (rest <= 16) return {static_cast<std::uint8_t>(kOp1 + rest - 1)};
    Bytes number;
    for (; rest > 0; rest >>= 8)
        number.push_back(static_cast<std::uint8_t>(rest & 0xff));
    if ((number.back() & 0x80) != 0) number.push_back(0);  // the top bit is the sign
    number.insert(number.begin(), static_cast<std::uint8_t>(number.size()));
    return number;
}

std::optional<std::size_t> commitment_output(const TransactionData& coinbase) {
    for (std::size_t i = coinbase.outputs.size(); i-- > 0;) {
        if (is_commitment(coinbase.outputs[i].script_pubkey)) return i;
    }
    return std::nullopt;
}

Bytes commitment_script(const Hash256& witness_root, const Hash256& nonce) {
    Writer script;
    script.reserve(kCommitmentBytesMin);
    script.bytes(kCommitmentPrefix);
    script.bytes(sha256d_pair(witness_root, nonce).bytes);
    return script.take();
}

}  // namespace starling
