// A peers.dat that anyone may have written. The checksum is put right first, else no input would
// come past it: what is read is read again from what it is written as, and may be restored.

#include "consensus/hash.h"
#include "p2p/address_manager.h"
#include "support/seeded_random.h"

#include <algorithm>
#include <cassert>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace starling;
    Bytes bytes(data, data + size);
    static_cast<void>(p2p::decode_saved_addresses(bytes));
    const Hash256 hash = sha256d(bytes);
    bytes.insert(bytes.end(), hash.bytes.begin(), hash.bytes.begin() + 4);
    const auto saved = p2p::decode_saved_addresses(bytes);
    if (saved) assert(p2p::encode(*saved) == bytes);
    test::SeededRandom random(1);
    const p2p::Limits limits;
    p2p::AddressManager manager(testnet(), limits, p2p::Pace{}, random);
    const Time now{std::chrono::hours{1'000'000}};
    const bool restored = manager
                              .restore(
                                  bytes, [](const p2p::Record&) { return true; }, now)
                              .ok();
    assert(!restored || saved);
    static_cast<void>(manager.draw({}, now));
    return 0;
}
