#include "node/lan.h"

#include "p2p/identity/network_tag.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace starling::node {
namespace {

// A node on the loopback interface, by multicast.
struct Neighbour {
    Neighbour(Loop& loop, std::uint8_t number)
        : random(number),
          identity(*p2p::Identity::from(SecretKey{number})),
          record(p2p::Record::sign(
              {.tcp = p2p::Endpoint::ipv4({127, 0, 0, 1}, 5), .network = p2p::network_tag(local())},
              identity)),
          lan(loop, local(), identity.id, random) {}

    test::SeededRandom random;
    p2p::Identity identity;
    Shared<p2p::Record> record;
    Lan lan;
};

TEST(Lan, WhoHearsANewNodeAnnouncesItselfSoon) {
    Loop loop;
    Neighbour old(loop, 1);
    Neighbour fresh(loop, 2);
    bool heard = false;
    const auto ignore = [](const p2p::Sighting&) {};
    try {
        old.lan.open(
            "lo", [&] { return old.record; }, ignore);
    } catch (const std::runtime_error& error) {
        GTEST_SKIP() << error.what();
    }
    // What it said at its start nobody heard.
    loop.after(std::chrono::milliseconds{200}, [&] {
        fresh.lan.open(
            "lo", [&] { return fresh.record; },
            [&](const p2p::Sighting& sighting) {
                if (sighting.record->id() != old.identity.id) return;
                heard = true;
                loop.stop();
            });
    });
    loop.after(std::chrono::milliseconds{3'500}, [&] { loop.stop(); });
    loop.run();
    EXPECT_TRUE(heard);
}

}  // namespace
}  // namespace starling::node
