#pragma once

#include "consensus/bytes.h"
#include "consensus/parameters.h"
#include "consensus/time.h"
#include "node/own_address.h"
#include "p2p/identity/record.h"

namespace starling::node {

// Our record where discovery is off and nobody keeps it for us, with discovery.dat as it is to be
// from now on.
struct OwnRecord {
    Shared<p2p::Record> record;
    Bytes saved;  // the nodes of before stay in it: discovery may be switched on again
};

// Names no UDP port, and a TCP port only where its address is known. `saved` is what discovery.dat
// had, of which anyone may have written anything: the record that it holds stays ours unless
// something changed, then the next number follows. The first number is the wall clock, as
// discovery's.
OwnRecord own_record(const OwnEndpoints& endpoints,
                     const Parameters& parameters,
                     const p2p::Identity& identity,
                     ByteView saved,
                     Time now);

}  // namespace starling::node
