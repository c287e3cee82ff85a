#include "sim/engine/stream.h"
#include "sim/hostile/behaviours.h"
#include "sim/hostile/targets.h"

#include <algorithm>
#include <variant>

namespace starling::sim {
namespace {

// A good peer in all but one thing: it keeps blocks to itself. Half of these show the headers of
// what they have, so that they are asked and waited for; the others seem to know of nothing new, so
// that whoever has no others does not either.
class Withholding final : public Behaviour {
public:
    explicit Withholding(std::uint64_t seed) {
        Stream stream(seed);
        shows_headers_ = stream.below(2) == 0;
    }

    using Behaviour::lets_out;
    bool lets_out(Host&, p2p::Send& send) override {
        if (std::holds_alternative<p2p::NotFound>(send.message)) return false;
        if (shows_headers_) return true;
        if (auto* headers = std::get_if<p2p::Headers>(&send.message)) headers->headers.clear();
        return !tells_of_blocks(send.message);
    }
    bool lets_out(Host&, p2p::SendBody&) override { return false; }

private:
    static bool tells_of_blocks(const p2p::Message& message) {
        const auto* inv = std::get_if<p2p::Inv>(&message);
        return inv != nullptr &&
               std::ranges::any_of(inv->items, [](const auto& item) { return item.is_block(); });
    }

    bool shows_headers_ = false;
};

}  // namespace

std::unique_ptr<Behaviour> withholding(std::uint64_t seed) {
    return std::make_unique<Withholding>(seed);
}

}  // namespace starling::sim
