// Descriptors, extended keys, paths, amounts: text from people.
#include "node/rpc/amount_text.h"
#include "node/rpc/descriptor.h"

#include <cstdlib>

using namespace starling;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    if (const auto descriptor = rpc::Descriptor::parse(text, "bcrt")) {
        const auto shown = descriptor->resolved(3);
        const auto script = descriptor->script(3);
        if (shown && script) {
            const auto again = rpc::Descriptor::parse(*shown, "bcrt");
            if (!again || again->script(0) != script) std::abort();
        }
    }
    static_cast<void>(rpc::ExtendedKey::parse(text));
    static_cast<void>(rpc::parse_path(text));
    if (const auto amount = rpc::parse_amount(text)) {
        if (rpc::parse_amount(rpc::amount_text(*amount)) != amount) std::abort();
    }
    return 0;
}
