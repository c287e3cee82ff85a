#pragma once

#include "node/machine.h"
#include "node/methods/overlay_view.h"
#include "p2p/address.h"
#include "p2p/discovery/bootstrap_nodes.h"
#include "p2p/identity/sighting.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace starling::node {

// The shell around discovery: gives it datagrams and time, sends what it sends, tells Gossip of the
// nodes it finds and it of the nodes that Gossip hears of; keeps `discovery.dat`, `anchors.dat` and
// `node.record` in the network's folder.
//
// Our record is made here also where discovery is off (it is then signed without a UDP port),
// because over encrypted links each peer is shown it; never over plain links, which show none.
//
// Puts what Gossip and discovery see of an eclipse together, and logs when its level changes.
class Overlay final : public OverlayView, public Watcher {
public:
    struct Options {
        bool plain = false;
        bool discovery = true;
        std::size_t outbound_wanted = 0;  // peers to be sought; 0: nodes found are not proposed
        std::optional<p2p::Endpoint> external;
        std::vector<p2p::BootstrapNodes> bootstrap;
        std::vector<std::string> lan;
        std::filesystem::path folder;
        p2p::Netgroups netgroups;
    };
    // The file's peers_max records take a third of it.
    static constexpr std::size_t kFileBytesMax = 1u << 20;
    // A person waits for few at a time; discovery's own lookups and requests must find room.
    static constexpr std::size_t kLookupsMax = 8;
    static constexpr std::size_t kTalksMax = 8;
    // Between looks for signs of an eclipse: its terms move in minutes.
    static constexpr Duration kEclipseInterval = std::chrono::seconds{10};

    Overlay(Machine& machine, const p2p::Identity& identity, Random& random, Options options);
    ~Overlay() override;

    // Takes a UDP port, of which port 0 leaves the choice; gives the actual address. Throws
    // std::runtime_error.
    p2p::Endpoint bind(const p2p::Endpoint& at);
    // Once, first: reads discovery.dat and anchors.dat on a worker.
    void load(std::function<void()> loaded);
    // Once, after both, and when the machines are open; `tcp`: where connections are taken. Our
    // record is known, to Gossip too, when it returns; `written` is called when it is in its file.
    void open(std::optional<p2p::Endpoint> tcp, std::function<void()> written);
    // Closes the socket and has the store writer save discovery.dat; nothing is sent any more.
    void stop();

    // Somebody told of a node, here the LAN; discovery asks it before it believes anything.
    void hear(const p2p::Sighting& sighting);

    // ---- OverlayView ----
    [[nodiscard]] const p2p::Identity& identity() const override;
    [[nodiscard]] Shared<p2p::Record> record() const override;
    [[nodiscard]] bool plain() const override;
    [[nodiscard]] bool discovery() const override;
    [[nodiscard]] std::vector<p2p::discv5::BucketView> buckets() const override;
    [[nodiscard]] p2p::discv5::Figures figures() const override;
    [[nodiscard]] UdpTraffic traffic() const override;
    [[nodiscard]] std::vector<std::string> lan() const override;
    [[nodiscard]] std::size_t outbound_wanted() const override;
    [[nodiscard]] const p2p::EclipseReport& eclipse() const override;
    bool look_up(const p2p::NodeId& target, Found then) override;
    bool talk(const Shared<p2p::Record>& to, Bytes protocol, Bytes request, Talked then) override;

    // ---- Watcher ----
    void record_heard(const p2p::Sighting& sighting) override;
    void anchors_changed(const std::vector<p2p::Anchor>& anchors) override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace starling::node
