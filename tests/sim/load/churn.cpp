#include "sim/load/churn.h"

#include "sim/engine/draw.h"
#include "sim/engine/stream.h"
#include "sim/host/host.h"
#include "sim/load/sessions.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace starling::sim {

namespace {

// A crash loses fewer commits than this: they come about once a second, and no disk hides more.
constexpr std::uint64_t kLostCommits = 4;

// Who never leaves: bootnodes, and the honest miners of the largest shares that have half of all
// hashes together.
std::vector<bool> stayers(const Plan& plan) {
    std::vector<bool> out(plan.hosts.size(), plan.settings.churn.model == SessionModel::always_on);
    for (const HostIndex bootnode : plan.bootnodes)
        out[bootnode] = true;
    std::uint64_t all = 0, staying = 0;
    for (const HostPlan& host : plan.hosts)
        all += host.hash_share;
    for (const HostPlan& host : plan.hosts) {  // shares fall
        if (staying * 2 >= all) break;
        if (!host.honest()) continue;
        staying += host.hash_share;
        out[host.index] = true;
    }
    return out;
}

}  // namespace

struct Churn::State {
    struct Member {
        Stream stream;
        bool stays = false;
        bool joined = false;
        Events::Handle next{};  // its next coming or going
    };
    const Environment& environment;
    HostAt host_at;
    std::vector<Member> members{};
    bool held = false;

    void join(HostIndex index);
    void stay_a_while(HostIndex index);
    void leave(HostIndex index);
    void come_back(HostIndex index);
    void start_if_stopped(HostIndex index) {
        Host& host = host_at(index);
        if (!host.running()) host.start();
    }
    void hold(bool now_held);
};

void Churn::State::join(HostIndex index) {
    members[index].joined = true;
    start_if_stopped(index);
    if (!held) stay_a_while(index);
}

void Churn::State::stay_a_while(HostIndex index) {
    Member& member = members[index];
    if (member.stays) return;
    const Span session = draw_session(environment.plan.settings.churn, member.stream);
    member.next = environment.events.after(session, [this, index] { leave(index); });
}

void Churn::State::leave(HostIndex index) {
    Host& host = host_at(index);
    // A fault has it: its session goes on after that.
    if (!host.running() || host.paused()) return stay_a_while(index);
    Member& member = members[index];
    const bool crashes = chance(member.stream, environment.plan.settings.churn.crashes);
    const std::uint64_t lost = member.stream.below(kLostCommits);
    if (crashes) {
        host.crash(lost);
    } else {
        host.stop();
    }
    const Span gap = draw_gap(environment.plan.settings.churn, member.stream);
    member.next = environment.events.after(gap, [this, index] { come_back(index); });
}

void Churn::State::come_back(HostIndex index) {
    start_if_stopped(index);
    stay_a_while(index);
}

void Churn::State::hold(bool now_held) {
    if (std::exchange(held, now_held) == now_held) return;
    for (HostIndex index = 0; index < members.size(); ++index) {
        Member& member = members[index];
        if (!member.joined) continue;
        environment.events.cancel(member.next);
        if (held) {
            start_if_stopped(index);
        } else {
            stay_a_while(index);
        }
    }
}

Churn::Churn(const Environment& environment, HostAt host_at)
    : state_(new State{environment, std::move(host_at)}) {
    const std::vector<bool> stays = stayers(environment.plan);
    for (const HostPlan& host : environment.plan.hosts) {
        state_->members.push_back(
            {stream_of(environment.plan.settings.seed, "churn", host.index), stays[host.index]});
    }
}

Churn::~Churn() = default;

void Churn::start() {
    for (const HostPlan& host : state_->environment.plan.hosts) {
        state_->environment.events.at(
            host.joins, [state = state_.get(), index = host.index] { state->join(index); });
    }
}

void Churn::hold(bool held) {
    state_->hold(held);
}

}  // namespace starling::sim
