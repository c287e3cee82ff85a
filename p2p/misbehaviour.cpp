#include "p2p/misbehaviour.h"

#include <cassert>

namespace starling::p2p {

std::string_view describe(Offence offence) {
    switch (offence) {
        case Offence::malformed_message:
            return "malformed message";
        case Offence::broken_protocol:
            return "message out of its place";
        case Offence::late_negotiation:
            return "negotiation after verack";
        case Offence::invalid_header:
            return "invalid header";
        case Offence::invalid_chain:
            return "header on an invalid chain";
        case Offence::unconnecting_headers:
            return "headers that do not connect";
        case Offence::invalid_block:
            return "invalid block";
        case Offence::mutated_block:
            return "mutated block";
        case Offence::unrequested_block:
            return "unrequested block";
        case Offence::missing_block:
            return "announced block missing";
        case Offence::invalid_transaction:
            return "invalid transaction";
        case Offence::costly_transactions:
            return "transactions too costly to check";
        case Offence::foreign_record:
            return "record of another network";
        case Offence::too_many_requests:
            return "too many requests";
        case Offence::unknown_messages:
            return "too many unknown messages";
    }
    assert(false);
    return {};
}

int cost_of(Offence offence) {
    switch (offence) {
        case Offence::broken_protocol:
        case Offence::invalid_chain:
        case Offence::missing_block:
            return 10;
        case Offence::unconnecting_headers:
        case Offence::unrequested_block:
        case Offence::foreign_record:
        case Offence::too_many_requests:
        case Offence::unknown_messages:
            return 20;
        case Offence::invalid_transaction:
            return 25;
        case Offence::costly_transactions:
            return 1;
        case Offence::malformed_message:
        case Offence::late_negotiation:
        case Offence::invalid_header:
        case Offence::invalid_block:
        case Offence::mutated_block:
            return kBlameMax;
    }
    assert(false);
    return kBlameMax;
}

}  // namespace starling::p2p
