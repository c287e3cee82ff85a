#pragma once

#include "node/methods/overlay_view.h"
#include "p2p/identity/network_tag.h"

#include <utility>

namespace starling::node {

// An overlay that says what a test has it say. As it is made: discovery is off, nobody is known.
class FakeOverlay final : public OverlayView {
public:
    explicit FakeOverlay(const Parameters& parameters) : own(node(1, parameters)) {}

    // A node of one byte, reached at 127.0.0.1 under its number.
    static Shared<p2p::Record> node(std::uint8_t number, const Parameters& parameters) {
        const auto at = p2p::Endpoint::ipv4({127, 0, 0, 1}, number);
        return p2p::Record::sign(
            {.sequence = 3, .udp = at, .tcp = at, .network = p2p::network_tag(parameters)},
            identity_of(number));
    }
    static p2p::Identity identity_of(std::uint8_t number) {
        SecretKey secret{};
        secret.back() = number;
        return *p2p::Identity::from(secret);
    }

    // ---- What it says ----
    p2p::Identity self = identity_of(1);
    Shared<p2p::Record> own;
    bool over_plain = false, on = false;
    std::vector<p2p::discv5::BucketView> table;
    p2p::discv5::Figures counted;
    UdpTraffic udp;
    p2p::EclipseReport eclipsed = p2p::eclipse_gauge({});
    std::vector<std::pair<p2p::NodeId, Found>> lookups;
    bool answers_at_once = false;
    p2p::discv5::LookupReport report;
    struct Talk {
        p2p::NodeId to;
        Bytes protocol, request;
    };
    std::vector<Talk> talks;
    std::optional<Bytes> response;

    // ---- OverlayView ----
    [[nodiscard]] const p2p::Identity& identity() const override { return self; }
    [[nodiscard]] Shared<p2p::Record> record() const override { return own; }
    [[nodiscard]] bool plain() const override { return over_plain; }
    [[nodiscard]] bool discovery() const override { return on; }
    [[nodiscard]] std::vector<p2p::discv5::BucketView> buckets() const override { return table; }
    [[nodiscard]] p2p::discv5::Figures figures() const override { return counted; }
    [[nodiscard]] UdpTraffic traffic() const override { return udp; }
    [[nodiscard]] std::vector<std::string> lan() const override { return {}; }
    [[nodiscard]] std::size_t outbound_wanted() const override { return 8; }
    [[nodiscard]] const p2p::EclipseReport& eclipse() const override { return eclipsed; }
    bool look_up(const p2p::NodeId& target, Found then) override {
        if (answers_at_once) then(report);
        lookups.emplace_back(target, std::move(then));
        return true;
    }
    bool talk(const Shared<p2p::Record>& to, Bytes protocol, Bytes request, Talked then) override {
        talks.push_back({to->id(), std::move(protocol), std::move(request)});
        then(response);
        return true;
    }
};

}  // namespace starling::node
