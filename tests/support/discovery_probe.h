#pragma once

#include "p2p/discovery/packet.h"
#include "p2p/discovery/sealed_wire.h"
#include "support/discovery_world.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace starling::test {

// Somebody at an address outside the world, with sessions but without a table: asks what the test
// wants and hears everything that comes back. Answers nothing unless told to.
class DiscoveryProbe {
public:
    DiscoveryProbe(DiscoveryWorld& world, std::uint64_t number, p2p::RecordFields fields = {})
        : world_(world),
          identity_(test::identity(1'000'000 + number)),
          address_(p2p::Endpoint::ipv4({10, 200, static_cast<std::uint8_t>(number), 1}, 9'000)),
          random_(number),
          wire_(identity_, limits_, random_, [this](const p2p::NodeId& id) {
              const auto it = known_.find(id);
              return it == known_.end() ? nullptr : it->second;
          }) {
        if (!fields.udp) fields.udp = address_;
        record_ = p2p::Record::sign(fields, identity_);
        wire_.set_record(record_);
        world_.outside = [this, before = world_.outside](DiscoveryWorld::Index from,
                                                         const discv5::Datagram& datagram) {
            if (datagram.to == address_)
                hear(from, datagram.bytes);
            else
                before(from, datagram);
        };
    }
    DiscoveryProbe(const DiscoveryProbe&) = delete;
    DiscoveryProbe& operator=(const DiscoveryProbe&) = delete;

    // Fields of a node of this network.
    static p2p::RecordFields fields_of(const Parameters& parameters) {
        p2p::RecordFields fields;
        fields.network = p2p::network_tag(parameters);
        return fields;
    }

    [[nodiscard]] const p2p::Identity& identity() const { return identity_; }
    [[nodiscard]] const p2p::Endpoint& address() const { return address_; }
    [[nodiscard]] const Shared<p2p::Record>& record() const { return record_; }

    // Sends the request and gives the messages that came back within the time.
    std::vector<discv5::Message> ask(DiscoveryWorld::Index node,
                                     const discv5::Message& request,
                                     Duration within = std::chrono::seconds{1}) {
        messages.clear();
        datagrams.clear();
        std::vector<discv5::Datagram> out;
        const auto own = world_[node].record();
        wire_.send_request(contact(node), own->key(), request, world_.now(), out);
        post(node, std::move(out));
        world_.run_for(within);
        std::vector<discv5::Message> responses;
        for (const discv5::Delivered& one : messages) {
            if (!discv5::is_request(one.message)) responses.push_back(one.message);
        }
        return responses;
    }
    // The one response of this kind to the request; none if it is absent or not alone.
    template <class Response>
    std::optional<Response> ask_for(DiscoveryWorld::Index node, const discv5::Message& request) {
        const auto responses = ask(node, request);
        if (responses.size() != 1) return std::nullopt;
        const auto* response = std::get_if<Response>(&responses.front());
        return response == nullptr ? std::nullopt : std::optional(*response);
    }
    // A response that nobody may have asked for.
    void tell(DiscoveryWorld::Index node, const discv5::Message& response) {
        std::vector<discv5::Datagram> out;
        wire_.send_response(contact(node), response, world_.now(), out);
        post(node, std::move(out));
    }
    // A packet that cannot be decrypted, as one of a session that was forgotten.
    [[nodiscard]] Bytes stray_packet(DiscoveryWorld::Index node) {
        discv5::Packet packet;
        for (auto& byte : packet.nonce)
            byte = static_cast<std::uint8_t>(random_.next());
        packet.auth = discv5::OrdinaryAuth{identity_.id};
        packet.message = Bytes(20, 0xaa);
        return discv5::encode_packet(packet, world_.identity(node).id);
    }

    // What we do with a request of a node; nothing if not set.
    std::function<std::vector<discv5::Message>(const discv5::Message&)> answer;
    std::vector<discv5::Delivered> messages;  // since the last ask()
    std::vector<Bytes> datagrams;             // that came to us, since the last ask()
    std::vector<Bytes> sent;                  // all of ours

private:
    [[nodiscard]] discv5::Contact contact(DiscoveryWorld::Index node) const {
        return {world_.identity(node).id, world_.address(node)};
    }
    void post(DiscoveryWorld::Index node, std::vector<discv5::Datagram> out) {
        for (discv5::Datagram& datagram : out) {
            sent.push_back(datagram.bytes);
            world_.inject(address_, node, std::move(datagram.bytes));
        }
    }
    void hear(DiscoveryWorld::Index from, const Bytes& datagram) {
        datagrams.push_back(datagram);
        std::vector<discv5::Datagram> out;
        std::vector<discv5::Delivered> delivered;
        wire_.received({world_.address(from), datagram}, world_.now(), out, delivered);
        post(from, std::move(out));
        for (discv5::Delivered& one : delivered)
            take(from, std::move(one));
    }
    void take(DiscoveryWorld::Index node, discv5::Delivered one) {
        if (one.record) known_[one.from.id] = one.record;
        const bool request = discv5::is_request(one.message);
        messages.push_back(one);
        if (!request || !answer) return;
        for (const discv5::Message& response : answer(one.message))
            tell(node, response);
    }

    DiscoveryWorld& world_;
    p2p::Identity identity_;
    p2p::Endpoint address_;
    discv5::Limits limits_;
    SeededRandom random_;
    std::map<p2p::NodeId, Shared<p2p::Record>> known_;
    discv5::SealedWire wire_;
    Shared<p2p::Record> record_;
};

}  // namespace starling::test
