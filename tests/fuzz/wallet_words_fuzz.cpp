// Whatever a person types as words is read or refused with a reason; what is read has a checksum.
#include "wallet-cli/mnemonic.h"

#include <cstdlib>
#include <string_view>

using namespace starling;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    const auto words = wallet::parse_words(text);
    if (words ? words->size() % 3 != 0 : words.error().empty()) std::abort();
    return 0;
}
