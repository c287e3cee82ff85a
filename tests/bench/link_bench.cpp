// What a link costs: its handshake, and its bytes in both directions. To be compared with
// `openssl speed -bytes 65000 -evp chacha20-poly1305`.
#include "p2p/link/link_transport.h"
#include "support/link_keys.h"

#include <benchmark/benchmark.h>

namespace {

using namespace starling;
using namespace starling::p2p;

// A block's size, which fills 15 frames and a bit.
const RawMessage kBlock{.command = "block",
                        .payload = std::make_shared<const Bytes>(1'000'000, std::uint8_t{7})};

void count_bytes(benchmark::State& state) {
    const auto bytes = static_cast<std::int64_t>(kBlock.payload->size());
    state.SetBytesProcessed(state.iterations() * bytes);
}

void LinkHandshake(benchmark::State& state) {  // both sides of it
    for (auto _ : state) {
        auto dialler = LinkTransport::dialler(test::secret(1), test::public_of(2), test::secret(3));
        auto responder = LinkTransport::responder(test::secret(2), test::secret(4));
        const auto one = dialler.open({});
        const auto two = responder.open(one.reply);
        const auto three = dialler.open(two.reply);
        if (!responder.open(three.reply).established) state.SkipWithError("no link");
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(LinkHandshake)->Unit(benchmark::kMicrosecond);

void LinkSeal(benchmark::State& state) {
    FrameWriter writer(test::one_end());
    for (auto _ : state)
        benchmark::DoNotOptimize(writer.seal({&kBlock, 1}));
    count_bytes(state);
}
BENCHMARK(LinkSeal)->Unit(benchmark::kMicrosecond);

void LinkOpen(benchmark::State& state) {
    FrameWriter writer(test::one_end());
    FrameReader reader(test::other_end());
    for (auto _ : state) {
        state.PauseTiming();
        const Bytes sealed = writer.seal({&kBlock, 1});
        std::vector<RawMessage> messages;
        state.ResumeTiming();
        if (reader.feed(sealed, messages) || messages.size() != 1)
            state.SkipWithError("a good frame was refused");
    }
    count_bytes(state);
}
BENCHMARK(LinkOpen)->Unit(benchmark::kMicrosecond);

// The cipher alone, on one frame of the largest size.
constexpr std::size_t kFrameBytes = 65'000;

void ChaChaSeal(benchmark::State& state) {
    ChaChaPoly cipher(ChaChaKey{1});
    const Bytes plain(kFrameBytes);
    Bytes sealed(plain.size() + kTagBytes);
    std::uint64_t nonce = 0;
    for (auto _ : state)
        cipher.seal(nonce++, {}, plain, sealed);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kFrameBytes));
}
BENCHMARK(ChaChaSeal)->Unit(benchmark::kMicrosecond);

void ChaChaOpen(benchmark::State& state) {
    ChaChaPoly cipher(ChaChaKey{1});
    Bytes plain(kFrameBytes), sealed(plain.size() + kTagBytes);
    cipher.seal(0, {}, plain, sealed);
    for (auto _ : state) {
        if (!cipher.open(0, {}, sealed, plain)) state.SkipWithError("a good frame was refused");
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kFrameBytes));
}
BENCHMARK(ChaChaOpen)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
