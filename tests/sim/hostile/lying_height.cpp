#include "sim/engine/draw.h"
#include "sim/engine/stream.h"
#include "sim/hostile/behaviours.h"
#include "sim/hostile/fake_chain.h"
#include "sim/hostile/targets.h"

#include <utility>
#include <variant>

namespace starling::sim {
namespace {

// Says that its chain is a million blocks high, and announces blocks on its tip that it does not
// have: a bid to be asked for them, and to be waited for.
class LyingHeight final : public Behaviour {
public:
    static constexpr std::int32_t kHeight = 1'000'000;
    static constexpr std::size_t kAnnounced = 8;  // as many as an honest node announces at once

    explicit LyingHeight(std::uint64_t seed) : stream_(seed) {}

    std::optional<Span> act(Host& host) override {
        if (const auto peer = draw_peer(host, stream_)) {
            host.send_raw(*peer,
                          p2p::Headers{fake_headers(*host.tip(), kAnnounced,
                                                    host.environment().parameters, stream_)});
        }
        return exponential(stream_, std::chrono::seconds{20});
    }

    using Behaviour::lets_out;
    bool lets_out(Host&, p2p::Send& send) override {
        if (auto* version = std::get_if<p2p::Version>(&send.message))
            version->start_height = kHeight;
        // It does not even say that it has not what it announced.
        return !std::holds_alternative<p2p::NotFound>(send.message);
    }

private:
    Stream stream_;
};

}  // namespace

std::unique_ptr<Behaviour> lying_height(std::uint64_t seed) {
    return std::make_unique<LyingHeight>(seed);
}

}  // namespace starling::sim
