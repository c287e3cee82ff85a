#pragma once

#include "consensus/parameters.h"
#include "consensus/random.h"
#include "p2p/identity/record.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace starling::sim {

// Somebody who does not exist: a key of one's own making, and what it signs.
struct Disguise {
    p2p::Identity identity;
    Shared<p2p::Record> record;
};

// So many of the network, all at this address or, without one, each at a made-up public one.
// Making one costs two operations on the curve, so they are few and are used again and again.
std::vector<Disguise> make_disguises(std::size_t count,
                                     const std::optional<p2p::Endpoint>& address,
                                     const Parameters& parameters,
                                     Random& random);
p2p::Identity made_up_identity(Random& random);
// Nobody's, as far as one can know: anywhere but in what is no public address.
p2p::Endpoint made_up_address(Random& random);

}  // namespace starling::sim
