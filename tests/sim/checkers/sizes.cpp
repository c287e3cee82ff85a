#include "sim/checkers/sizes.h"

#include "p2p/discovery/packet.h"
#include "p2p/transport.h"

#include <variant>

namespace starling::sim {
namespace {

// What the transport adds to a message at most: the link seals each 65,519 bytes with 34 of its
// own, and has a header of its own.
constexpr std::size_t kTransportBytesMax = 64 + (p2p::kMessageBytesMax / 65'519 + 1) * 34;

struct Count {
    std::size_t entries = 0, most = 0;
};

struct CountOf {
    Count operator()(const p2p::Inv& inv) const {
        return {inv.items.size(), p2p::kInventoryItemsMax};
    }
    Count operator()(const p2p::GetData& getdata) const {
        return {getdata.items.size(), p2p::kInventoryItemsMax};
    }
    Count operator()(const p2p::NotFound& notfound) const {
        return {notfound.items.size(), p2p::kInventoryItemsMax};
    }
    Count operator()(const p2p::Headers& headers) const {
        return {headers.headers.size(), p2p::Headers::kHeadersMax};
    }
    Count operator()(const p2p::GetHeaders& getheaders) const {
        return {getheaders.locator.size(), p2p::GetHeaders::kLocatorHashesMax};
    }
    Count operator()(const p2p::AddrV2& addresses) const {
        return {addresses.entries.size(), p2p::AddrV2::kEntriesMax};
    }
    Count operator()(const p2p::Records& records) const {
        return {records.records.size(), p2p::Records::kCountMax};
    }
    Count operator()(const p2p::Version& version) const {
        return {version.user_agent.size(), p2p::Version::kUserAgentBytesMax};
    }
    template <class Other>
    Count operator()(const Other&) const {
        return {};
    }
};

}  // namespace

void Sizes::sent(HostIndex host, HostIndex, const p2p::Message& message, std::size_t bytes) {
    if (!plan_.hosts[host].honest()) return;
    const auto [entries, most] = std::visit(CountOf{}, message);
    if (entries > most) {
        violated(events_.now(), host,
                 std::string(p2p::command_of(message)) + " with " + std::to_string(entries) +
                     " entries; the bound is " + std::to_string(most));
    }
    if (bytes > p2p::kMessageBytesMax + kTransportBytesMax) {
        violated(events_.now(), host,
                 std::string(p2p::command_of(message)) + " of " + std::to_string(bytes) +
                     " bytes; the bound is " + std::to_string(p2p::kMessageBytesMax));
    }
}

void Sizes::datagram_sent(HostIndex host, HostIndex, std::string_view what, std::size_t bytes) {
    if (!plan_.hosts[host].honest() || bytes <= p2p::discv5::kPacketBytesMax) return;
    violated(events_.now(), host,
             std::string(what) + " of " + std::to_string(bytes) + " bytes in one datagram");
}

}  // namespace starling::sim
