#pragma once

#include "p2p/peer_id.h"

#include <boost/container/flat_map.hpp>

namespace starling::p2p {

// Something for each of some peers, by id: one sorted array, since going through all peers is what
// is done most often, and ids grow, so that a newcomer is put at the end. Adding or removing one
// moves others: references live until then.
template <class V>
using PeerMap = boost::container::flat_map<PeerId, V>;

}  // namespace starling::p2p
