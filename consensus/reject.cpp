#include "consensus/reject.h"

namespace starling {

std::string describe(const Reject& reject) {
    std::string text(reject.reason);
    if (reject.detail.empty()) return text;
    // Bitcoin Core writes "bad-version(0x00000001)", its one reason without the space.
    if (reject.reason != "bad-version") text += ' ';
    return text + '(' + reject.detail + ')';
}

}  // namespace starling
