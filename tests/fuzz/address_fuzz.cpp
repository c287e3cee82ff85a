// An address that is read is written back as it was, but for its case.
#include "consensus/address.h"
#include "consensus/script_asm.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string>

using namespace starling;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text(data, data + size);
    const auto script = script_of_address(text, "bcrt");
    if (script) {
        const auto again = address_of_script(*script, "bcrt");
        std::ranges::transform(text, text.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (again && again->starts_with("bcrt1") && *again != text) std::abort();
    }
    // Any bytes as an output script have a type and a text.
    const ByteView bytes(data, size);
    if (script_type(bytes).empty()) std::abort();
    static_cast<void>(script_asm(bytes));
    return 0;
}
