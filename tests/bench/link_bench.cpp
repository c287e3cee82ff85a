// What the link costs beside the bare cipher: messages of 65,000 bytes and blocks of 4,000,000
// sealed into frames and opened again, and handshakes. tests/bench/link_bench.py sets it beside
// `openssl speed`.
#include "p2p/link/link_transport.h"
#include "support/link_keys.h"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <vector>

namespace {

using namespace starling;
using namespace starling::p2p;
using test::public_of;
using test::secret;

constexpr std::size_t kBodyBytes = 65'000;  // as in openssl speed -bytes 65000

RawMessage message(std::size_t bytes) {
    return {.command = "block", .payload = std::make_shared<const Bytes>(bytes, std::uint8_t{1})};
}

void count(benchmark::State& state, std::size_t bytes) {
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void BareCipherSeal(benchmark::State& state) {
    ChaChaPoly cipher(test::one_end().send);
    const Bytes plain(kBodyBytes, 1);
    Bytes sealed(kBodyBytes + kTagBytes);
    std::uint64_t nonce = 0;
    for (auto _ : state)
        cipher.seal(nonce++, {}, plain, sealed);
    count(state, kBodyBytes);
}
BENCHMARK(BareCipherSeal)->Unit(benchmark::kMicrosecond);

void BareCipherOpen(benchmark::State& state) {
    ChaChaPoly cipher(test::one_end().send);
    Bytes plain(kBodyBytes, 1);
    Bytes sealed(kBodyBytes + kTagBytes);
    cipher.seal(0, {}, plain, sealed);
    for (auto _ : state) {
        if (!cipher.open(0, {}, sealed, plain)) state.SkipWithError("an honest seal was refused");
    }
    count(state, kBodyBytes);
}
BENCHMARK(BareCipherOpen)->Unit(benchmark::kMicrosecond);

void LinkSeal(benchmark::State& state) {
    const auto size = static_cast<std::size_t>(state.range(0));
    FrameWriter writer(test::one_end());
    const std::vector<RawMessage> messages = {message(size)};
    for (auto _ : state)
        benchmark::DoNotOptimize(writer.seal(messages));
    count(state, size);
}
BENCHMARK(LinkSeal)->Arg(kBodyBytes)->Arg(kMessageBytesMax)->Unit(benchmark::kMicrosecond);

// A link cannot be opened twice, so sealing goes before each opening, untimed.
void LinkOpen(benchmark::State& state) {
    const auto size = static_cast<std::size_t>(state.range(0));
    FrameWriter writer(test::one_end());
    FrameReader reader(test::other_end());
    const std::vector<RawMessage> messages(std::size_t{4'000'000} / size, message(size));
    for (auto _ : state) {
        state.PauseTiming();
        const Bytes wire = writer.seal(messages);
        std::size_t opened = 0;
        state.ResumeTiming();
        // As the node does: 256 KiB at a time, whose messages go on before the next.
        constexpr std::size_t kReadBytes = 256 * 1024;
        for (ByteView rest = wire; !rest.empty();
             rest = rest.subspan(std::min(kReadBytes, rest.size()))) {
            std::vector<RawMessage> out;
            if (reader.feed(rest.first(std::min(kReadBytes, rest.size())), out))
                return state.SkipWithError("an honest frame was refused");
            opened += out.size();
        }
        if (opened != messages.size()) state.SkipWithError("a message is missing");
    }
    count(state, size * messages.size());
}
BENCHMARK(LinkOpen)->Arg(kBodyBytes)->Arg(kMessageBytesMax)->Unit(benchmark::kMicrosecond);

// Both sides on one core.
void LinkHandshake(benchmark::State& state) {
    for (auto _ : state) {
        auto here = LinkTransport::dialler(secret(1), public_of(2), secret(3));
        auto there = LinkTransport::responder(secret(2), secret(4));
        const auto act_three = here.open(there.open(here.open({}).reply).reply).reply;
        if (!there.open(act_three).established) state.SkipWithError("no handshake");
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(LinkHandshake)->Unit(benchmark::kMicrosecond);

// What a stranger who knows our key can make us do for one connection.
void LinkActTwo(benchmark::State& state) {
    const Bytes act_one = LinkTransport::dialler(secret(1), public_of(2), secret(3)).open({}).reply;
    for (auto _ : state) {
        auto there = LinkTransport::responder(secret(2), secret(4));
        if (there.open(act_one).reply.empty()) state.SkipWithError("no second act");
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(LinkActTwo)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
