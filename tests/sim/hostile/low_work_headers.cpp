#include "consensus/pow.h"
#include "sim/engine/draw.h"
#include "sim/engine/stream.h"
#include "sim/hostile/behaviours.h"
#include "sim/hostile/fake_chain.h"
#include "sim/hostile/targets.h"

#include <algorithm>
#include <vector>

namespace starling::sim {
namespace {

// Sends chains of headers from genesis on that cost next to nothing, as long as one message holds
// but of less work than any that a node keeps; and now and then a header without any work at all.
class LowWorkHeaders final : public Behaviour {
public:
    // Below the tip by more blocks than the depth to which branches are kept (ChainMirror's 144).
    static constexpr std::int32_t kBelowTip = 150;
    static constexpr Ppm kWithoutWork = 50'000;

    explicit LowWorkHeaders(std::uint64_t seed) : stream_(seed) {}

    std::optional<Span> act(Host& host) override {
        const bool without_work = chance(stream_, kWithoutWork);
        if (const auto peer = draw_peer(host, stream_))
            host.send_raw(*peer, p2p::Headers{without_work ? worthless(host) : cheap(host)});
        return exponential(stream_, std::chrono::seconds{15});
    }

private:
    // At least one header: young worlds keep it, for all that they have is as cheap.
    std::vector<Header> cheap(const Host& host) {
        const Height below{std::max(host.tip()->height.value - kBelowTip, 1)};
        const auto length =
            std::min(static_cast<std::size_t>(below.value), p2p::Headers::kHeadersMax);
        const HeaderNode* genesis = ancestor(host.tip(), Height{0});
        if (chain_.size() < length)
            chain_ = fake_headers(*genesis, length, host.environment().parameters, stream_);
        return {chain_.begin(), chain_.begin() + static_cast<std::ptrdiff_t>(length)};
    }

    std::vector<Header> worthless(const Host& host) {
        const Parameters& parameters = host.environment().parameters;
        Header header = fake_headers(*host.tip(), 1, parameters, stream_).front();
        while (meets_target(hash_of(header), header.bits, parameters.limit_bits))
            ++header.nonce;
        return {header};
    }

    Stream stream_;
    std::vector<Header> chain_;  // at most Headers::kHeadersMax
};

}  // namespace

std::unique_ptr<Behaviour> low_work_headers(std::uint64_t seed) {
    return std::make_unique<LowWorkHeaders>(seed);
}

}  // namespace starling::sim
