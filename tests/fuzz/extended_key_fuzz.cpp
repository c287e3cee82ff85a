// Any text is an extended key, a path, a private key or none; a key writes what reads back as
// itself.
#include "consensus/base58.h"
#include "node/rpc/extended_key.h"

#include <cstdlib>

using namespace starling;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    if (const auto payload = from_base58check(text, 100)) {
        if (base58check(*payload) != text) std::abort();
    }
    // The fuzzer cannot find a checksum by itself: its bytes stand for what a checksum covers too.
    const Bytes payload(data, data + size);
    for (const std::string& given : {text, base58check(payload)}) {
        (void)rpc::parse_path(given);
        (void)rpc::parse_wif(given);
        const auto key = rpc::ExtendedKey::parse(given);
        if (!key) continue;
        if (rpc::ExtendedKey::parse(key->text(rpc::ExtendedKey::Prefix::test)) != key) std::abort();
        (void)key->child(0);
    }
    return 0;
}
