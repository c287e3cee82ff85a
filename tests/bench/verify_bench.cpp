// One Schnorr verification of the library, and one key-path input by our rules: the difference is
// what hashing, parsing and the interpreter add.
#include "consensus/script.h"
#include "consensus/script_batch.h"
#include "consensus/sighash.h"
#include "consensus/signature.h"

#include <secp256k1_schnorrsig.h>

#include <benchmark/benchmark.h>
#include <cassert>

namespace {

using namespace starling;

constexpr SecretKey kSecret{1, 2, 3};

Hash256 some_message() {
    Hash256 message;
    message.bytes.fill(7);
    return message;
}

void BareSchnorrVerify(benchmark::State& state) {
    const secp256k1_context* context = secp256k1_context_create(SECP256K1_CONTEXT_VERIFY);
    const XOnlyKey key = *public_key(kSecret);
    const Hash256 message = some_message();
    const SchnorrSignature signature = *sign_schnorr(kSecret, message.bytes, {});
    for (auto _ : state) {
        secp256k1_xonly_pubkey parsed;
        int good = secp256k1_xonly_pubkey_parse(context, &parsed, key.data());
        good &= secp256k1_schnorrsig_verify(context, signature.data(), message.bytes.data(),
                                            message.bytes.size(), &parsed);
        if (good != 1) state.SkipWithError("a good signature was refused");
    }
}
BENCHMARK(BareSchnorrVerify)->Unit(benchmark::kMicrosecond);

// A transaction with one key-path input and two outputs, as most are.
ScriptBatch one_spend() {
    TransactionData tx;
    const XOnlyKey key = *public_key(kSecret);
    const TxOut output{{50'000}, witness_script(1, key)};
    tx.inputs.push_back({});
    tx.outputs = {output, output};
    const std::vector<TxOut> spent{{{100'001}, output.script_pubkey}};
    const auto message = taproot_sighash(SighashContext(tx, spent), {.index = 0}, kSighashDefault);
    const SchnorrSignature signature = *sign_schnorr(kSecret, message->bytes, {});
    tx.inputs[0].witness = {Bytes(signature.begin(), signature.end())};
    ScriptBatch batch;
    batch.checks.push_back({std::make_shared<const Transaction>(tx), spent});
    return batch;
}

void KeyPathInput(benchmark::State& state) {
    const ScriptBatch batch = one_spend();
    for (auto _ : state) {
        if (!verify_scripts(batch, 0, 1)) state.SkipWithError("a good spend was refused");
    }
}
BENCHMARK(KeyPathInput)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
