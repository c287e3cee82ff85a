#include "p2p/discovery/wire.h"

#include <cassert>

namespace starling::p2p::discv5 {

std::string_view name_of(Dropped reason) {
    switch (reason) {
        case Dropped::bad_packet:
            return "bad_packet";
        case Dropped::rate_limited:
            return "rate_limited";
        case Dropped::unexpected:
            return "unexpected";
        case Dropped::bad_handshake:
            return "bad_handshake";
        case Dropped::undecryptable:
            return "undecryptable";
        case Dropped::bad_message:
            return "bad_message";
        case Dropped::challenges_full:
            return "challenges_full";
    }
    assert(false && "every reason has a name");
    return {};
}

}  // namespace starling::p2p::discv5
