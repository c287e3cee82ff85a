#include "sim/engine/draw.h"
#include "sim/engine/stream.h"
#include "sim/hostile/behaviours.h"
#include "sim/hostile/targets.h"

#include <utility>
#include <variant>

namespace starling::sim {
namespace {

// Does everything right, and holds back the blocks and transactions that it is asked for: some of
// them longer than a transaction is waited for (a minute, TxRequests::kReplyTimeout), none as long
// as a block (two, Limits::block_timeout). They come late, or from others first. What it announces
// and asks is quick, or nobody would ask it for anything.
class Slow final : public Behaviour {
public:
    explicit Slow(std::uint64_t seed) {
        Stream stream(seed);
        wait_ = uniform(stream, std::chrono::seconds{10}, std::chrono::seconds{90});
    }

    using Behaviour::lets_out;
    bool lets_out(Host& host, p2p::Send& send) override {
        if (!std::holds_alternative<p2p::Tx>(send.message)) return true;
        send_later(host, send.peer, std::move(send.message));
        return false;
    }
    bool lets_out(Host& host, p2p::SendBody& send) override {
        if (auto block = stored_block(host, send.hash)) send_later(host, send.peer, *block);
        return false;
    }

private:
    void send_later(Host& host, p2p::PeerId peer, p2p::Message message) const {
        auto later = [&host, peer, held = std::move(message)]() mutable {
            if (host.running()) host.send_raw(peer, std::move(held));
        };
        host.environment().events.after(wait_, std::move(later));
    }

    Span wait_{0};
};

}  // namespace

std::unique_ptr<Behaviour> slow(std::uint64_t seed) {
    return std::make_unique<Slow>(seed);
}

}  // namespace starling::sim
