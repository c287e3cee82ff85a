#pragma once

#include "consensus/parameters.h"
#include "consensus/random.h"
#include "node/loop.h"
#include "p2p/identity/sighting.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace starling::node {

// Finds nodes of our network on the interfaces that a person named (--lan), by multicast over IPv4
// to an administratively scoped group (RFC 2365) that no router forwards: TTL 1.
class Lan {
public:
    static constexpr const char* kGroup = "239.255.83.84";
    static constexpr std::uint16_t kPort = 28'446;

    // Our record; null: nothing is announced.
    using Own = std::function<Shared<p2p::Record>()>;
    using Hear = std::function<void(const p2p::Sighting&)>;
    Lan(Loop& loop, const Parameters& parameters, const p2p::NodeId& own_id, Random& random);
    ~Lan();

    // Throws std::runtime_error with one line for a person if there is no such interface, or none
    // with an IPv4 address.
    void open(const std::string& interface, Own own, Hear hear);
    void close();

private:
    struct Interface;
    struct State;
    std::unique_ptr<State> state_;
};

// The first IPv4 address of an interface, port 0.
std::optional<p2p::Endpoint> address_of_interface(const std::string& interface);

}  // namespace starling::node
