#include "sim/checkers/agreement.h"

#include "unit/sim/checkers/watched.h"

namespace starling::sim {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const Phase kHealing{.kind = Phase::Kind::healing};

struct Healing : Watched {
    Healing() : Watched(2) { checker.phase(kHealing, true); }
    Agreement checker{plan, events};

    // Host 0 and host 1 at tips of this name and work.
    void look(std::pair<std::uint8_t, std::uint64_t> first,
              std::pair<std::uint8_t, std::uint64_t> second) {
        wait(seconds{10});
        const auto standing = [](HostIndex host, const auto& at) {
            Agreement::Standing out{.host = host, .work = {{0, 0, 0, at.second}}};
            out.tip.bytes[0] = at.first;
            return out;
        };
        checker.looked(events.now(), {standing(0, first), standing(1, second)});
    }
    void end() {
        wait(minutes{5});
        checker.phase(kHealing, false);
    }
};

TEST(Agreement, SeesHostsThatStayOnDifferentWork) {
    Healing healing;
    healing.look({1, 10}, {2, 11});
    healing.look({1, 10}, {3, 12});
    healing.end();
    EXPECT_TRUE(healing.checker.violation());
}

TEST(Agreement, AsksForOneMomentOfItOnly) {
    Healing healing;
    healing.look({1, 10}, {2, 11});
    healing.look({2, 11}, {2, 11});
    healing.look({2, 11}, {3, 12});
    healing.end();
    EXPECT_FALSE(healing.checker.violation()) << what(healing.checker);
}

TEST(Agreement, LetsTwoBranchesOfEqualWorkBe) {
    Healing healing;
    healing.look({1, 10}, {2, 10});
    healing.end();
    EXPECT_FALSE(healing.checker.violation()) << what(healing.checker);
}

TEST(Agreement, SeesThatTheNextBlockDidNotDecide) {
    Healing healing;
    healing.look({1, 10}, {2, 10});
    healing.checker.block_mined(0, nullptr);
    healing.look({3, 11}, {2, 10});
    healing.end();
    EXPECT_TRUE(healing.checker.violation());
}

TEST(Agreement, LetsTwoBlocksAtOnceLeaveItOpen) {
    Healing healing;
    healing.look({1, 10}, {2, 10});
    healing.checker.block_mined(0, nullptr);
    healing.look({3, 11}, {2, 10});
    healing.checker.block_mined(1, nullptr);
    healing.look({3, 11}, {4, 11});
    healing.end();
    EXPECT_FALSE(healing.checker.violation()) << what(healing.checker);
}

TEST(Agreement, AsksEachHealingPhase) {
    Healing healing;
    healing.look({1, 10}, {1, 10});
    healing.end();
    healing.checker.phase(kHealing, true);
    healing.look({1, 10}, {2, 11});
    healing.end();
    EXPECT_TRUE(healing.checker.violation());
}

}  // namespace
}  // namespace starling::sim
