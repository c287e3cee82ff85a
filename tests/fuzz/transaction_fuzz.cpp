// Whatever decodes is written back byte for byte, and its hashes are those of its data.

#include "consensus/check_block.h"
#include "consensus/serialize.h"
#include "consensus/sigops.h"

#include <cassert>

using namespace starling;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Reader in(ByteView(data, size));
    const auto decoded = decode_transaction(in);
    if (!decoded) return 0;
    const Transaction& tx = **decoded;
    const Bytes written = serialized(tx.data());
    const ByteView read = in.read_since(0);
    assert(std::ranges::equal(written, read));
    const Transaction again(tx.data());
    assert(again.txid() == tx.txid() && again.wtxid() == tx.wtxid());
    assert(again.size() == tx.size() && again.stripped_size() == tx.stripped_size());
    [[maybe_unused]] const auto checked = check_transaction(tx);
    legacy_sigops(tx.data());
    return 0;
}
