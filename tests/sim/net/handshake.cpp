#include "p2p/link/noise.h"
#include "sim/net/connections.h"

namespace starling::sim {

namespace {

using Noise = p2p::NoiseHandshake;

}  // namespace

void Connections::answer_syn(Connection& connection) {
    if (seat(connection, kListener).resident == nullptr) {
        connection.ends[kListener] = Standing::gone;
        return put(connection, kListener, Parcel::Kind::refusal, Parcel::kBareBytes);
    }
    connection.ends[kListener] = Standing::pending;
    enter(connection, kListener);
    put(connection, kListener, Parcel::Kind::syn_ack, Parcel::kBareBytes);
    if (connection.link) take_bytes(connection, kListener, {});
}

// The dialler is done after two round trips, the listener half a one later.
void Connections::shake_hands(Connection& connection, End at, Parcel::Kind kind) {
    switch (kind) {
        case Parcel::Kind::syn_ack:
            set_deadline(connection, kHandshakeTimeout);
            if (connection.link) return take_bytes(connection, kDialler, {});
            return put(connection, at, Parcel::Kind::act_one, Noise::kActOneBytes);
        case Parcel::Kind::act_one:
            if (connection.right_key)
                return put(connection, at, Parcel::Kind::act_two, Noise::kActTwoBytes);
            put(connection, at, Parcel::Kind::fin, Parcel::kBareBytes);  // without a word
            return gone(connection, at);
        case Parcel::Kind::act_two:
            put(connection, at, Parcel::Kind::act_three, Noise::kActThreeBytes);
            return established(connection, at);
        default:
            return established(connection, at);
    }
}

}  // namespace starling::sim
