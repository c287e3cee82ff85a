#include "p2p/transport.h"

#include "p2p/plain_transport.h"

#include <cassert>

namespace starling::p2p {

Message decode(const RawMessage& raw, const Parameters& parameters) {
    if (raw.checksum && *raw.checksum != plain_checksum(*raw.payload))
        return Malformed{raw.command, "wrong checksum"};
    return decode(raw.command, raw.payload, parameters);
}

std::string_view describe(TransportError error) {
    switch (error) {
        case TransportError::foreign_magic:
            return "not this network's magic";
        case TransportError::bad_command:
            return "a command that is no text";
        case TransportError::too_long:
            return "a message over the limit";
        case TransportError::bad_handshake:
            return "a handshake that proves nothing";
        case TransportError::changed:
            return "a frame that was changed on its way";
    }
    assert(false);
    return {};
}

}  // namespace starling::p2p
