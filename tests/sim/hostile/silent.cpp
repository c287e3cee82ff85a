#include "sim/hostile/behaviours.h"
#include "sim/hostile/targets.h"

#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

namespace starling::sim {
namespace {

bool is_transaction(const p2p::InventoryItem& item) {
    return item.type == static_cast<std::uint32_t>(p2p::InventoryItem::Type::wtxid);
}

// Shakes hands, shows its headers, and announces whatever transaction it hears of, so that it is
// asked; and then answers nothing, not even a ping. It takes places and time: whoever asks it has
// to ask another one.
class Silent final : public Behaviour {
public:
    using Behaviour::lets_out;
    bool lets_out(Host& host, p2p::Send& send) override {
        // Its machines ask once for each announcement, a minute apart: so those of this kind do not
        // announce to each other without end or measure.
        if (const auto* request = std::get_if<p2p::GetData>(&send.message))
            announce(host, request->items, send.peer);
        return opens_connection(send.message) || std::holds_alternative<p2p::Headers>(send.message);
    }
    bool lets_out(Host&, p2p::SendBody&) override { return false; }

private:
    // To all but who told of them.
    static void announce(Host& host, std::vector<p2p::InventoryItem> items, p2p::PeerId teller) {
        std::erase_if(items, [](const auto& item) { return !is_transaction(item); });
        if (items.empty()) return;
        for (const p2p::PeerId peer : ready_peers(host)) {
            if (peer != teller) host.send_raw(peer, p2p::Inv{items});
        }
    }
};

}  // namespace

std::unique_ptr<Behaviour> silent(std::uint64_t) {
    return std::make_unique<Silent>();
}

}  // namespace starling::sim
