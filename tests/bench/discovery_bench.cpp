// What a datagram and a record cost, in cryptography and as a whole.
#include "p2p/crypto/cipher.h"
#include "p2p/crypto/curve.h"
#include "p2p/crypto/keccak.h"
#include "p2p/discovery/discovery.h"
#include "p2p/identity/record.h"
#include "support/wire_node.h"

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

// ---- Datagrams ----

constexpr Time kNow{std::chrono::hours{1}};
const discv5::Ping kPing{.id = {1, 2, 3, 4, 5, 6, 7, 8}, .sequence = 1};

// Those that a benchmark does not run into.
discv5::Limits boundless() {
    discv5::Limits limits;
    limits.packets_per_second = limits.packets_burst = 1e9;
    limits.address_packets_per_second = limits.address_packets_burst = 1e9;
    limits.handshakes_per_second = limits.handshakes_burst = 1e9;
    return limits;
}

// A node that answers, and one that has a session with it.
struct Asked {
    Asked() {
        std::vector<discv5::Effect> ignored;
        answering.open({.udp = address, .tcp = address}, kNow, ignored);
        auto requests = request();
        while (!requests.empty()) {
            const auto replies = answers(requests.front().bytes);
            requests.clear();
            for (const discv5::Datagram& reply : replies)
                for (auto& next : client.receive(address, reply.bytes, kNow))
                    requests.push_back(std::move(next));
        }
    }

    std::vector<discv5::Datagram> request() {
        std::vector<discv5::Datagram> out;
        client.wire.send_request({own.id, address}, own.key, kPing, kNow, out);
        return out;
    }
    std::vector<discv5::Datagram> answers(const Bytes& datagram) {
        std::vector<discv5::Effect> effects;
        answering.handle(discv5::DatagramReceived{client.address, datagram}, kNow, effects);
        std::vector<discv5::Datagram> out;
        for (discv5::Effect& effect : effects)
            if (auto* sent = std::get_if<discv5::Datagram>(&effect))
                out.push_back(std::move(*sent));
        return out;
    }

    Identity own = identity(1);
    Endpoint address = Endpoint::ipv4({10, 0, 0, 1}, 9'000);
    test::SeededRandom random{1};
    test::WireNode client{1, boundless()};
    discv5::Discovery answering{regtest(), own, boundless(), random};
};

void PingAnswered(benchmark::State& state) {
    Asked asked;
    const Bytes ping = asked.request().at(0).bytes;
    for (auto _ : state) {
        if (asked.answers(ping).size() != 1) state.SkipWithError("a ping without its answer");
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(PingAnswered)->Unit(benchmark::kMicrosecond);

// A packet that no key opens: taken in and challenged.
void StrangerChallenged(benchmark::State& state) {
    test::WireNode server(2, boundless()), client(1, boundless());
    const auto request = client.ask(server, kPing, kNow);
    Time now = kNow;
    for (auto _ : state) {
        now += server.limits.challenge_timeout;  // each gets a challenge of its own
        if (server.receive(client.address, request.at(0).bytes, now).size() != 1)
            state.SkipWithError("a stranger without its challenge");
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(StrangerChallenged)->Unit(benchmark::kMicrosecond);

// The side that challenges: it checks the other's record and signature. A client that lost its keys
// begins anew each time, which is not counted.
void HandshakeAccepted(benchmark::State& state) {
    test::WireNode server(2, boundless());
    for (auto _ : state) {
        state.PauseTiming();
        test::WireNode client(1, boundless(), static_cast<std::uint64_t>(state.iterations()));
        const auto request = client.ask(server, kPing, kNow);
        state.ResumeTiming();
        const auto challenge = server.receive(client.address, request.at(0).bytes, kNow);
        state.PauseTiming();
        const auto handshake = client.receive(server.address, challenge.at(0).bytes, kNow);
        server.heard.clear();
        state.ResumeTiming();
        server.receive(client.address, handshake.at(0).bytes, kNow);
        if (server.heard.size() != 1) state.SkipWithError("a handshake was refused");
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(HandshakeAccepted)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
