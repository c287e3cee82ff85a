#include "sim/hostile/behaviours.h"
#include "sim/hostile/targets.h"

#include <variant>

namespace starling::sim {
namespace {

// Shakes hands and shows its headers, so that it is asked; and then answers nothing, not even a
// ping. It takes places and time: whoever asks it for a block has to ask another one.
class Silent final : public Behaviour {
public:
    using Behaviour::lets_out;
    bool lets_out(Host&, p2p::Send& send) override {
        return opens_connection(send.message) || std::holds_alternative<p2p::Headers>(send.message);
    }
    bool lets_out(Host&, p2p::SendBody&) override { return false; }
};

}  // namespace

std::unique_ptr<Behaviour> silent(std::uint64_t) {
    return std::make_unique<Silent>();
}

}  // namespace starling::sim
