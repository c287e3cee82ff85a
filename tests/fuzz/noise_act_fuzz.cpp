// Acts of a handshake: nothing but the genuine one is accepted by who awaits it. The first byte
// says which act the rest is; what accepts the first learns no more than that it was sealed to it.

#include "p2p/link/noise.h"
#include "support/link_keys.h"

#include <algorithm>
#include <cassert>

using namespace starling;
using test::public_of;
using test::secret;

namespace {

p2p::NoiseHandshake dialler() {
    return p2p::NoiseHandshake::dialler(secret(1), public_of(2), secret(3));
}
p2p::NoiseHandshake responder() {
    return p2p::NoiseHandshake::responder(secret(2), secret(4));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView act(data + 1, size - 1);
    auto here = dialler();
    auto there = responder();
    const Bytes one = *here.act_one();
    if (data[0] % 3 == 0) {
        const bool accepted = there.act_two(act).has_value();
        assert(accepted == std::ranges::equal(act, one));
        return 0;
    }
    const Bytes two = *there.act_two(one);
    if (data[0] % 3 == 1) {
        const bool accepted = here.act_three(act).has_value();
        assert(accepted == std::ranges::equal(act, two));
        return 0;
    }
    const Bytes three = *here.act_three(two);
    const bool accepted = there.finish(act);
    assert(accepted == std::ranges::equal(act, three));
    return 0;
}
