// Any body of a request is read or refused; what is read is written as JSON that reads the same.
#include "node/rpc/request.h"

#include <cstdlib>

using namespace starling::rpc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    if (const auto value = parse_json(text)) {
        const std::string written = to_text(*value);
        const auto again = parse_json(written);
        if (!again || to_text(*again) != written) std::abort();
    }
    const Request request = parse_request(text);
    const std::vector<Outcome> outcomes(request.calls.size(), std::string("null"));
    if (render(request, outcomes).status < 200) std::abort();
    return 0;
}
