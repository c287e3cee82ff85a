// Node records as bytes and as text. A mutation breaks the signature, so the first byte may ask for
// the rest to be signed by us: behind a good signature, everything is read.

#include "p2p/crypto/keccak.h"
#include "p2p/identity/identity_work.h"
#include "p2p/identity/record.h"
#include "p2p/identity/rlp.h"

#include <algorithm>
#include <cassert>

using namespace starling;

namespace {

constexpr SecretKey kSecret{1, 2, 3};

// A record of these items (the sequence number and the pairs) under our key.
Bytes signed_by_us(ByteView items) {
    p2p::RlpWriter content, all, record;
    content.list(items);
    all.string(p2p::sign_ecdsa(kSecret, p2p::keccak256(content.take())));
    all.raw(items);
    record.list(all.take());
    return record.take();
}

// "id" and our key are put in front, and what the fuzzer wrote behind them.
Bytes with_identity(ByteView rest) {
    static const p2p::Identity identity = *p2p::Identity::from(kSecret);
    p2p::RlpWriter items;
    items.number(1);
    items.string(Bytes{'i', 'd'});
    items.string(Bytes{'v', '4'});
    items.string(Bytes{'s', 'e', 'c', 'p', '2', '5', '6', 'k', '1'});
    items.string(identity.key);
    items.raw(rest);
    return items.take();
}

void check(ByteView bytes) {
    const auto record = p2p::Record::decode(bytes);
    if (!record.ok()) {
        assert(!p2p::describe(record.error()).empty());
        return;
    }
    assert(std::ranges::equal((*record)->bytes(), bytes));
    // The price is asked of the same key that the signature proves, and of nothing else.
    const unsigned work = p2p::identity_work((*record)->key());
    for (const unsigned bits : {work, work + 1}) {
        const auto priced = p2p::Record::decode(bytes, static_cast<std::uint8_t>(bits));
        assert(priced.ok() == (bits == work));
        assert(priced.ok() || priced.error() == p2p::RecordError::cheap_identity);
    }
    const auto parsed = p2p::Record::parse((*record)->text());
    assert(parsed.ok() && (*parsed)->bytes() == (*record)->bytes());
    assert((*parsed)->id() == (*record)->id());
    // What it says can be said by us.
    static const p2p::Identity identity = *p2p::Identity::from(kSecret);
    const auto ours = p2p::Record::sign((*record)->fields(), identity);
    assert(ours->udp() == (*record)->udp() && ours->tcp() == (*record)->tcp());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView rest(data + 1, size - 1);
    switch (data[0] % 4) {
        case 0:
            check(rest);
            break;
        case 1:
            check(signed_by_us(rest));
            break;
        case 2:
            check(signed_by_us(with_identity(rest)));
            break;
        default: {
            const std::string_view text(reinterpret_cast<const char*>(rest.data()), rest.size());
            const auto record = p2p::Record::parse(text);
            if (record.ok()) assert((*record)->text() == text);
        }
    }
    return 0;
}
