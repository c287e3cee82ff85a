#pragma once

#include "consensus/parameters.h"
#include "consensus/result.h"
#include "p2p/address.h"
#include "p2p/crypto/curve.h"

#include <optional>
#include <string>
#include <string_view>

namespace starling::p2p {

// A peer as a person names it: where it listens, and whom to find there.
struct PeerAddress {
    Endpoint address;
    std::optional<CompressedKey> key;  // none only where links are plain

    friend bool operator==(const PeerAddress&, const PeerAddress&) = default;
};

enum class LinkKind { encrypted, plain };

// KEY@HOST:PORT (the key's 66 hexadecimal digits, the network's port where none is given), or the
// node's record ("enr:..."); over plain links HOST:PORT alone, because they prove no key and a key
// that nobody checks would only look like safety. The error is one line that says how to write it.
Result<PeerAddress, std::string> parse_peer_address(std::string_view text,
                                                    const Parameters& parameters,
                                                    LinkKind links);

}  // namespace starling::p2p
