#include "sim/load/spending_key.h"

#include "consensus/script.h"
#include "consensus/sighash.h"
#include "sim/engine/stream.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <vector>

namespace starling::sim {

namespace {

template <std::size_t N>
std::array<std::uint8_t, N> draw_bytes(Random& random) {
    std::array<std::uint8_t, N> out{};
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < N; ++i) {
        if (i % 8 == 0) word = random.next();
        out[i] = static_cast<std::uint8_t>(word >> (8 * (i % 8)));
    }
    return out;
}

SchnorrSignature real_signature(const SighashContext& context,
                                std::size_t index,
                                const SpendingKey& key) {
    const auto message = taproot_sighash(context, {.index = index}, kSighashDefault);
    const auto signature = sign_schnorr(key.secret, message->bytes, {});
    assert(signature && "the key was made of this secret");
    return *signature;
}

}  // namespace

SpendingKey spending_key(std::uint64_t seed, std::string_view purpose, std::uint64_t index) {
    Stream stream = stream_of(seed, purpose, index);
    while (true) {
        const auto secret = draw_bytes<32>(stream);
        if (const auto key = public_key(secret)) return {secret, witness_script(1, *key)};
    }
}

void sign(TransactionData& tx,
          std::span<const TxOut> spent,
          const SpendingKey& key,
          bool real,
          Random& random) {
    std::vector<SchnorrSignature> signatures;
    const SighashContext context(tx, spent);
    for (std::size_t i = 0; i < tx.inputs.size(); ++i)
        signatures.push_back(real ? real_signature(context, i, key) : draw_bytes<64>(random));
    for (std::size_t i = 0; i < tx.inputs.size(); ++i)
        tx.inputs[i].witness = {Bytes(signatures[i].begin(), signatures[i].end())};
}

}  // namespace starling::sim
