// What a datagram and a record cost in cryptography.
#include "p2p/crypto/cipher.h"
#include "p2p/crypto/curve.h"
#include "p2p/crypto/keccak.h"
#include "p2p/identity/record.h"

#include <benchmark/benchmark.h>

namespace {

using namespace starling;
using namespace starling::p2p;

Identity identity(std::uint8_t byte) {
    SecretKey secret;
    secret.fill(byte);
    return *Identity::from(secret);
}

RecordFields some_fields() {
    return {.sequence = 7,
            .udp = Endpoint::ipv4({10, 1, 2, 3}, 9'000),
            .tcp = Endpoint::ipv4({10, 1, 2, 3}, 9'000),
            .network = NetworkTag{1, 2, 3}};
}

void RecordDecode(benchmark::State& state) {
    const Bytes bytes = Record::sign(some_fields(), identity(1))->bytes();
    for (auto _ : state) {
        if (!Record::decode(bytes).ok()) state.SkipWithError("a good record was refused");
    }
}
BENCHMARK(RecordDecode)->Unit(benchmark::kMicrosecond);

void RecordSign(benchmark::State& state) {
    const Identity owner = identity(1);
    for (auto _ : state)
        benchmark::DoNotOptimize(Record::sign(some_fields(), owner));
}
BENCHMARK(RecordSign)->Unit(benchmark::kMicrosecond);

void Ecdh(benchmark::State& state) {
    const Identity own = identity(1), other = identity(2);
    for (auto _ : state)
        benchmark::DoNotOptimize(shared_point(other.key, own.secret));
}
BENCHMARK(Ecdh)->Unit(benchmark::kMicrosecond);

void IdSignature(benchmark::State& state) {
    const Identity own = identity(1);
    for (auto _ : state)
        benchmark::DoNotOptimize(sign_ecdsa(own.secret, {}));
}
BENCHMARK(IdSignature)->Unit(benchmark::kMicrosecond);

void Keccak256(benchmark::State& state) {
    const Bytes bytes(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state)
        benchmark::DoNotOptimize(keccak256(bytes));
}
BENCHMARK(Keccak256)->Arg(64)->Arg(300);  // a key's coordinates; the longest record

void SessionKeys(benchmark::State& state) {
    const Bytes challenge(63), secret(33), info(90);
    for (auto _ : state)
        benchmark::DoNotOptimize(hkdf_sha256(challenge, secret, info, 32));
}
BENCHMARK(SessionKeys);

// Of 1 KiB, which is near the largest datagram.
constexpr std::size_t kMessageBytes = 1'024;

void GcmSeal(benchmark::State& state) {
    const Bytes plain(kMessageBytes), header(71);
    for (auto _ : state)
        benchmark::DoNotOptimize(gcm_seal({}, {}, plain, header));
}
BENCHMARK(GcmSeal);

void GcmOpen(benchmark::State& state) {
    const Bytes header(71), sealed = gcm_seal({}, {}, Bytes(kMessageBytes), header);
    for (auto _ : state) {
        if (!gcm_open({}, {}, sealed, header)) state.SkipWithError("a good message was refused");
    }
}
BENCHMARK(GcmOpen);

void Masking(benchmark::State& state) {
    Bytes header(55);
    for (auto _ : state)
        aes_ctr({}, {}, header);
}
BENCHMARK(Masking);

// One frame of a link, of the largest size.
void ChaChaSeal(benchmark::State& state) {
    ChaChaPoly cipher(ChaChaKey{1});
    const Bytes plain(65'000);
    Bytes sealed(plain.size() + kTagBytes);
    std::uint64_t nonce = 0;
    for (auto _ : state)
        cipher.seal(nonce++, {}, plain, sealed);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(plain.size()));
}
BENCHMARK(ChaChaSeal)->Unit(benchmark::kMicrosecond);

void ChaChaOpen(benchmark::State& state) {
    ChaChaPoly cipher(ChaChaKey{1});
    Bytes plain(65'000), sealed(plain.size() + kTagBytes);
    cipher.seal(0, {}, plain, sealed);
    for (auto _ : state) {
        if (!cipher.open(0, {}, sealed, plain)) state.SkipWithError("a good frame was refused");
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(plain.size()));
}
BENCHMARK(ChaChaOpen)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
