#include "p2p/refusals.h"

#include <cassert>

namespace starling::p2p {

std::string_view describe(Refusal refusal) {
    switch (refusal) {
        case Refusal::inbound_full:
            return "no room for more inbound peers";
        case Refusal::evicted:
            return "gave its place to a newcomer";
        case Refusal::discouraged:
            return "discouraged, and hardly a place is free";
        case Refusal::ourselves:
            return "connected to ourselves";
        case Refusal::connected_twice:
            return "connected already";
        case Refusal::refused_node:
            return "node is refused";
        case Refusal::cheap_identity:
            return "identity without proof of work";
        case Refusal::wrong_record:
            return "record of another key";
        case Refusal::foreign_network:
            return "another network";
        case Refusal::old_protocol:
            return "protocol too old";
        case Refusal::handshake_timeout:
            return "handshake timeout";
        case Refusal::misbehaved:
            return "misbehaved";
    }
    assert(false);
    return {};
}

std::map<std::string, std::uint64_t> Refusals::counts() const {
    std::map<std::string, std::uint64_t> named;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        if (counts_[i] > 0) named.emplace(describe(static_cast<Refusal>(i)), counts_[i]);
    }
    return named;
}

}  // namespace starling::p2p
