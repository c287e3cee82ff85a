#include "p2p/identity/sighting.h"

#include <cassert>

namespace starling::p2p {

std::string_view to_string(Origin origin) {
    switch (origin) {
        case Origin::bootstrap:
            return "bootstrap";
        case Origin::saved:
            return "saved";
        case Origin::overlay:
            return "overlay";
        case Origin::inbound:
            return "inbound";
        case Origin::gossiped:
            return "gossiped";
        case Origin::lan:
            return "lan";
        case Origin::manual:
            return "manual";
    }
    assert(false && "an origin without a name");
    return {};
}

}  // namespace starling::p2p
