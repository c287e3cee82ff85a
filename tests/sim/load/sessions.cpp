#include "sim/load/sessions.h"

#include "sim/engine/draw.h"

#include <algorithm>
#include <cassert>

namespace starling::sim {

namespace {

using std::chrono::hours;
using std::chrono::seconds;

// Nothing starts and stops faster; Weibull's small shapes draw milliseconds.
constexpr Span kShortest = seconds{1};

struct Weibull {
    Span scale;
    unsigned shape_thousandths;
};
// KAD, measured: Steiner, En-Najjary, Biersack, as in PeerfactSim's KadChurnModel: sessions of
// 169.54 minutes' scale and shape 0.6151, gaps of 413.68 minutes and 0.4765.
constexpr Weibull kKadSession{seconds{10'172}, 615};
constexpr Weibull kKadGap{seconds{24'821}, 476};
// IPFS: fitted to half of the sessions up to 2 hours and 80 % up to 8 (ProbeLab, RFM2 2022).
constexpr Weibull kIpfsSession{seconds{13'140}, 610};
// Bitcoin: fitted to the nodes that are still there after 10 hours (75 %), 48 hours (57 %) and 15
// days (17 %) (Imtiaz et al. 2019; Heilman et al. and Biryukov et al.).
constexpr Weibull kBitcoinSession{hours{130}, 510};
// Neither says how long nodes are away. A guess: an upgrade to a night.
constexpr Span kGapMean = hours{1};

Span drawn(const Weibull& weibull_of, Random& random) {
    return std::max(kShortest, weibull(random, weibull_of.scale, weibull_of.shape_thousandths));
}

Span drawn(Span mean, Random& random) {
    return std::max(kShortest, exponential(random, mean));
}

}  // namespace

Span draw_session(const Settings::Churn& churn, Random& random) {
    switch (churn.model) {
        case SessionModel::always_on:
            break;
        case SessionModel::exponential:
            return drawn(churn.session, random);
        case SessionModel::kad:
            return drawn(kKadSession, random);
        case SessionModel::ipfs:
            return drawn(kIpfsSession, random);
        case SessionModel::bitcoin:
            return drawn(kBitcoinSession, random);
    }
    assert(false && "who is always on has no sessions");
    return {};
}

Span draw_gap(const Settings::Churn& churn, Random& random) {
    switch (churn.model) {
        case SessionModel::always_on:
            break;
        case SessionModel::exponential:
            return drawn(churn.gap, random);
        case SessionModel::kad:
            return drawn(kKadGap, random);
        case SessionModel::ipfs:
        case SessionModel::bitcoin:
            return drawn(kGapMean, random);
    }
    assert(false && "who is always on has no gaps");
    return {};
}

}  // namespace starling::sim
