// Arbitrary datagrams from anywhere, and arbitrary messages and answers of a node that proved
// itself: discovery stays within its bounds, never stops and never spins.

#include "consensus/serialize.h"
#include "support/discovery_probe.h"

#include <cassert>
#include <memory>

using namespace starling;
using namespace p2p::discv5;

namespace {

// Records that messages may carry, signed once: of our network, of another one, of none.
const std::vector<Bytes>& records() {
    static const std::vector<Bytes> made = [] {
        std::vector<Bytes> out;
        for (std::uint8_t i = 0; i < 24; ++i) {
            p2p::RecordFields fields;
            if (i % 4 != 3) fields.network = p2p::network_tag(i % 4 == 2 ? regtest() : local());
            fields.sequence = i / 8 + 1u;  // three records of each node
            fields.udp = p2p::Endpoint::ipv4({10, 100, i, 1}, 9'000);
            fields.tcp = fields.udp;
            out.push_back(p2p::Record::sign(fields, test::identity(500 + i % 8u))->bytes());
        }
        return out;
    }();
    return made;
}

Bytes some_bytes(Reader& in, std::size_t most) {
    Bytes out(in.u8() % (most + 1));
    for (std::uint8_t& byte : out)
        byte = in.u8();
    return out;
}

// RLP, or the message would not be decoded, but no record.
Bytes some_list(Reader& in) {
    Bytes out = some_bytes(in, 40);
    for (std::uint8_t& byte : out)
        byte &= 0x7f;
    out.insert(out.begin(), static_cast<std::uint8_t>(0xc0 + out.size()));
    return out;
}

RequestId some_id(Reader& in) {
    return some_bytes(in, kRequestIdBytesMax);
}

Nodes some_nodes(Reader& in, const RequestId& id) {
    Nodes nodes{.id = id, .total = in.u8() % 8u, .records = {}};
    for (std::size_t left = in.u8() % 6u; left > 0; --left) {
        const std::uint8_t kind = in.u8();
        nodes.records.push_back(kind < 200 ? records()[kind % records().size()] : some_list(in));
    }
    return nodes;
}

Message some_request(Reader& in) {
    switch (in.u8() % 3) {
        case 0:
            return Ping{some_id(in), in.u64()};
        case 1: {
            FindNode find{.id = some_id(in), .distances = {}};
            for (std::size_t left = in.u8() % 12u; left > 0; --left)
                find.distances.push_back(in.u8() + in.u8() % 2u);
            return find;
        }
        default:
            return TalkRequest{some_id(in), some_bytes(in, 8), some_bytes(in, 60)};
    }
}

Message some_response(Reader& in, const RequestId& id) {
    switch (in.u8() % 4) {
        case 0:
            return Pong{id, in.u64(), p2p::Endpoint::ipv4({1, 2, 3, in.u8()}, in.u16())};
        case 1:
            return TalkResponse{id, some_bytes(in, 60)};
        default:
            return some_nodes(in, id);
    }
}

class Fuzzed {
public:
    explicit Fuzzed(Reader& in)
        : in_(in), probe_(world_, 1, test::DiscoveryProbe::fields_of(local())) {
        node_ = world_.add({.bootnodes = {probe_.record()}, .knows_address = in.u8() % 2 == 0});
        world_[node_].serve("x", [](const auto&, ByteView request) {
            return Bytes(request.begin(), request.end());
        });
        probe_.answer = [this](const Message& request) {
            std::vector<Message> answers;
            // Mostly what was asked for, so that more than pings goes on.
            for (std::size_t left = in_.u8() % 4u; left > 0 && in_.remaining() > 0; --left)
                answers.push_back(some_response(in_, request_id(request)));
            if (in_.remaining() > 0 && in_.u8() % 4 != 0 && std::holds_alternative<Ping>(request))
                answers.push_back(Pong{request_id(request), in_.u8(), world_.address(node_)});
            return answers;
        };
    }

    void step() {
        switch (in_.u8() % 8) {
            case 0:
                world_.inject(probe_.address(), node_, some_bytes(in_, 255));
                break;
            case 1:
                world_.inject(probe_.address(), node_, probe_.stray_packet(node_));
                break;
            case 2:
                probe_.tell(node_, some_response(in_, some_id(in_)));
                break;
            case 3:
                if (!probe_.sent.empty()) replay();
                break;
            case 4:
                hear();
                break;
            case 5:
                world_.feed(node_, LookupAsked{in_.u8(), test::identity(in_.u8()).id});
                break;
            case 6:
                world_.run_for(Duration{in_.u16() % 4'096});
                break;
            default:
                probe_.ask(node_, some_request(in_), Duration{100});
        }
        check();
    }

private:
    // A datagram of before, from its address or another, whole or with a flipped bit.
    void replay() {
        Bytes again = probe_.sent[in_.u8() % probe_.sent.size()];
        if (in_.u8() % 2 == 0) again[in_.u16() % again.size()] ^= 1;
        p2p::Endpoint from = probe_.address();
        if (in_.u8() % 4 == 0) ++from.port;
        world_.inject(from, node_, std::move(again));
    }
    void hear() {
        const auto record = p2p::Record::decode(records()[in_.u8() % records().size()]);
        assert(record.ok());
        const auto origin = in_.u8() % 2 == 0 ? p2p::Origin::gossiped : p2p::Origin::lan;
        world_.feed(node_, NodeHeard{{*record, origin, probe_.address()}});
    }
    void check() {
        world_.run_for(Duration{0});
        const auto wakeup = world_[node_].next_wakeup();
        // A timer that stays due would spin the shell.
        assert(!wakeup || *wakeup > world_.now());
        for (const BucketView& bucket : world_[node_].table().buckets()) {
            assert(bucket.nodes.size() <= Limits{}.bucket_nodes);
            for (const TableNode& there : bucket.nodes)
                assert(there.record->of_network(p2p::network_tag(local())));
        }
        const Figures figures = world_[node_].figures();
        assert(figures.joined - figures.left == world_[node_].table().size());
    }

    Reader& in_;
    test::DiscoveryWorld world_;
    test::DiscoveryProbe probe_;
    test::DiscoveryWorld::Index node_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Reader in(ByteView(data, size));
    Fuzzed fuzzed(in);
    for (int step = 0; step < 50 && in.remaining() > 0; ++step)
        fuzzed.step();
    return 0;
}
