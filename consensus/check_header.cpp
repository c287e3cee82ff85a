#include "consensus/check_block.h"
#include "consensus/difficulty.h"
#include "consensus/pow.h"

#include <array>
#include <cstdio>

namespace starling {

namespace {

// Of BIP 34, 66 and 65 each asked for one more; here all are active from block 1.
constexpr std::int32_t kVersionMin = 4;

Failure<Reject> refuse(std::string_view reason) {
    return Failure{Reject{RejectKind::invalid, reason, {}}};
}

std::string version_text(std::int32_t version) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "0x%08x", static_cast<unsigned>(version));
    return text.data();
}

}  // namespace

Result<Unit, Reject> check_header_work(const Header& header, const Parameters& parameters) {
    if (!meets_target(hash_of(header), header.bits, parameters.limit_bits))
        return refuse("high-hash");
    return Unit{};
}

Result<Unit, Reject> check_header(const Header& header,
                                  const HeaderNode& parent,
                                  std::int64_t now,
                                  const Parameters& parameters) {
    if (header.bits != next_bits(parent, parameters)) return refuse("bad-diffbits");
    if (header.time <= median_time_past(&parent)) return refuse("time-too-old");
    if (std::int64_t{header.time} > now + parameters.future_seconds_max)
        return Failure{Reject{RejectKind::too_early, "time-too-new", {}}};
    if (header.version < kVersionMin) {
        return Failure{Reject{RejectKind::invalid, "bad-version", version_text(header.version)}};
    }
    return Unit{};
}

}  // namespace starling
